-- 办理记录 Acts: each keeps the picture of its case, different persons verify and approve, none is ever changed. Q33, Q40

create function picture_case() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  new.after := case when new.monitoring_case is not null then case_picture(new.monitoring_case) end;
  return new;
end $$;

create trigger picture
  before insert on act
  for each row
  when (new.monitoring_case is not null or new.after is not null)
  execute function picture_case();

create function different_persons() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare earlier text[];
begin
  earlier := case split_part(new.step, '.', 2)
    when 'approve' then array['verify_at_home', 'take_authorization']
    when 'verify_at_home' then array['approve']
    when 'take_authorization' then array['approve']
  end;
  -- a proceeding is one row: locking it makes the second of two acts wait for the first
  perform from proceeding where id = new.proceeding for update;
  if earlier is not null and exists (
    select from act a where a.proceeding = new.proceeding and a.person = new.person
      and split_part(a.step, '.', 2) = any(earlier))
  then
    raise exception 'the same person never verifies and approves one case'
      using errcode = 'check_violation', constraint = 'act_different_persons';
  end if;
  return new;
end $$;

create trigger different_persons
  before insert or update on act
  for each row
  execute function different_persons();

create function keep_acts() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'acts are history: they are never changed' using errcode = 'insufficient_privilege';
end $$;

create trigger append_only
  before update or delete or truncate on act
  for each statement
  execute function keep_acts();

create function guard_act() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_s_function() then
    return new;
  elsif new.step in ('withdraw.execute', 'rollback.execute', 'safety_net.execute') then
    perform refuse_locked('record that something was executed');
  elsif new.id <> currval('act_id_seq') then
    perform refuse_history('an act has the next number: its order among the others is the order of their locks');
  elsif not is_now(new.recorded_at, interval '10 minutes')
    or (new.taken_on > (new.recorded_at at time zone 'Asia/Shanghai')::date and not is_test_database())
  then
    perform refuse_history('an act is recorded when it is taken, or later');
  elsif not acts_in(new.account, new.person, new.post, new.role, new.recorded_at) then
    perform refuse_history('an act names who is signed in, in a current post');
  end if;
  return new;
end $$;

create trigger guard
  before insert on act
  for each row
  execute function guard_act();

-- 日期 Days that are stated lie in the past, and a stated day stays. RULES §4, Q34, Q36
--
-- The condition of each trigger is evaluated without a call, so a step pays for the functions only where they refuse.

-- the columns named may not lie after today; one that a change leaves as it was is not looked at
create function guard_days() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  new_row jsonb := to_jsonb(new);
  old_row jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) end;
  latest date := shanghai_day(clock_timestamp());
  name text;
begin
  if owner_s_function() or is_test_database() then
    return new;
  end if;
  foreach name in array tg_argv loop
    if old_row->>name is distinct from new_row->>name
      and (new_row->>name)::date not between '1900-01-01' and latest
    then
      perform refuse_history(format('%s of %s is no day to come', name, tg_table_name));
    end if;
  end loop;
  return new;
end $$;

-- what the columns named hold is never changed
create function guard_stated() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  new_row jsonb := to_jsonb(new);
  old_row jsonb := to_jsonb(old);
  name text;
begin
  if owner_s_function() then
    return new;
  end if;
  foreach name in array tg_argv loop
    if old_row->>name is not null and old_row->>name is distinct from new_row->>name then
      perform refuse_history(format('%s of %s stays as it was stated', name, tg_table_name));
    end if;
  end loop;
  return new;
end $$;

create trigger days
  before insert or update on assessment
  for each row
  when (new.assessed_on not between '1900-01-01' and (clock_timestamp() at time zone 'Asia/Shanghai')::date)
  execute function guard_days('assessed_on');

create trigger days
  before insert or update on clue
  for each row
  when (greatest(new.found_on, new.closed_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.found_on, new.closed_on) < '1900-01-01')
  execute function guard_days('found_on', 'closed_on');

create trigger stated
  before update on clue
  for each row
  when (old.found_on is distinct from new.found_on)
  execute function guard_stated('found_on');

create trigger days
  before insert or update on deadline
  for each row
  when (new.done_on not between '1900-01-01' and (clock_timestamp() at time zone 'Asia/Shanghai')::date)
  execute function guard_days('done_on');

create trigger stated
  before update on deadline
  for each row
  when (old.done_on is distinct from new.done_on)
  execute function guard_stated('done_on');

create trigger days
  before insert or update on measure
  for each row
  when (greatest(new.declared_on, new.completed_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.declared_on, new.completed_on) < '1900-01-01')
  execute function guard_days('declared_on', 'completed_on');

create trigger days
  before insert or update on monitoring_case
  for each row
  when (greatest(new.entered_on, new.identified_on, new.registered_on, new.eliminated_on, new.ended_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.entered_on, new.identified_on, new.registered_on, new.eliminated_on, new.ended_on) < '1900-01-01')
  execute function guard_days('entered_on', 'identified_on', 'registered_on', 'eliminated_on', 'ended_on');

create trigger days
  before insert or update on note
  for each row
  when (new.noted_on not between '1900-01-01' and (clock_timestamp() at time zone 'Asia/Shanghai')::date)
  execute function guard_days('noted_on');

create trigger days
  before insert or update on plan
  for each row
  when (greatest(new.drafted_on, new.declared_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.drafted_on, new.declared_on) < '1900-01-01')
  execute function guard_days('drafted_on', 'declared_on');

create trigger days
  before insert or update on proceeding
  for each row
  when (greatest(new.opened_on, new.verified_on, new.authorized_on, new.reviewed_on, new.publicized_on,
      new.submitted_on, new.county_reviewed_on, new.approved_on, new.announced_on, new.ended_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.opened_on, new.verified_on, new.authorized_on, new.reviewed_on, new.publicized_on, new.submitted_on,
      new.county_reviewed_on, new.approved_on, new.announced_on, new.ended_on) < '1900-01-01')
  execute function guard_days('opened_on', 'verified_on', 'authorized_on', 'reviewed_on', 'publicized_on',
      'submitted_on', 'county_reviewed_on', 'approved_on', 'announced_on', 'ended_on');

create trigger stated
  before update on proceeding
  for each row
  when (old.opened_on is distinct from new.opened_on
    or old.ended_on is distinct from new.ended_on)
  execute function guard_stated('opened_on', 'ended_on');

create trigger days
  before insert or update on risk
  for each row
  when (greatest(new.found_on, new.eliminated_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.found_on, new.eliminated_on) < '1900-01-01')
  execute function guard_days('found_on', 'eliminated_on');

create trigger days
  before insert or update on survey
  for each row
  when (new.surveyed_on not between '1900-01-01' and (clock_timestamp() at time zone 'Asia/Shanghai')::date)
  execute function guard_days('surveyed_on');

create trigger days
  before insert or update on transfer
  for each row
  when (greatest(new.proposed_on, new.decided_on)
    > (clock_timestamp() at time zone 'Asia/Shanghai')::date
    or least(new.proposed_on, new.decided_on) < '1900-01-01')
  execute function guard_days('proposed_on', 'decided_on');

create trigger stated
  before update on transfer
  for each row
  when (old.proposed_on is distinct from new.proposed_on
    or old.decided_on is distinct from new.decided_on)
  execute function guard_stated('proposed_on', 'decided_on');

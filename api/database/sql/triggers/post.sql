-- 岗位 Guards posts: given and ended by an approved appointment, and changed in nothing else. RULES §2

create function guard_post() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_signed_in() then
    return case when tg_op = 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_appointment('posts end, they are never deleted');
  elsif new.tier = 'NATIONAL' or exists (select from unit u
    where u.id = new.unit and (u.tier = 'NATIONAL' or u.code = '0'))
  then
    perform refuse_appointment('posts of the nation are given and ended with the owner''s login');
  elsif tg_op = 'INSERT' then
    update appointment a set post = new.id, carried = true from unit u
      where a.state = 'APPROVED' and a.change = 'GIVE' and not a.carried and a.account = new.account
        and a.unit = new.unit and (a.department, a.duty, a.since) = (new.department, new.duty, new.since)
        and a.until is not distinct from new.until and u.id = new.unit and u.tier = new.tier
        and (u.province, u.city, u.county, u.township, u.village)
          is not distinct from (new.province, new.city, new.county, new.township, new.village);
    if not found then
      perform refuse_appointment('a post is given by an approved appointment');
    end if;
  else
    update appointment a set carried = true
      where a.state = 'APPROVED' and a.change = 'END' and not a.carried and a.post = new.id and a.until = new.until
        and (old.until is null or new.until <= old.until)
        and to_jsonb(old) - 'until' = to_jsonb(new) - 'until';
    if not found then
      perform refuse_appointment('a post ends by an approved appointment, and changes in nothing else');
    end if;
  end if;
  return new;
end $$;

create trigger guard
  before update or delete on post
  for each row
  execute function guard_post();

create trigger guard_new
  after insert on post
  for each row
  execute function guard_post();

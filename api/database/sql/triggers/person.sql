-- 人员 Guards persons: recorded as an approved appointment says, and never changed. RULES §2

create function guard_person() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_signed_in() then
    return case when tg_op = 'DELETE' then old else new end;
  elsif tg_op <> 'INSERT' or not exists (
    select from appointment a where a.state = 'APPROVED' and a.change = 'GIVE' and not a.carried
      and a.account is null and a.person_name = new.name and a.person_key = new.person_key)
  then
    perform refuse_appointment('a person is recorded as an approved appointment says, and stays');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on person
  for each row
  execute function guard_person();

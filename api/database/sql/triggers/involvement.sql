-- 部门参与 A department that a measure or a clue names may see the household: it is involved. RULES §2

create function involve_department() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  insert into involvement (household, department) values (new.household, new.department) on conflict do nothing;
  return null;
end $$;

create trigger involve
  after insert or update of department on measure
  for each row
  when (new.department is not null)
  execute function involve_department();

create trigger involve
  after insert or update of department on clue
  for each row
  when (new.department is not null)
  execute function involve_department();

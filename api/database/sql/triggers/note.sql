-- 备注 Notes of a cooperating place are history: they are never changed. Q16

create function keep_notes() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'notes are history: they are never changed' using errcode = 'insufficient_privilege';
end $$;

create trigger append_only
  before update or delete or truncate on note
  for each statement
  execute function keep_notes();

-- 单位 Guards the tree of units: only the owner's login changes it, because every guard of posts looks up in it. RULES §2

create function guard_unit() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not owner_signed_in() then
    perform refuse_appointment('units are loaded with the owner''s login');
  end if;
  return null;
end $$;

create trigger guard
  before insert or update or delete or truncate on unit
  for each statement
  execute function guard_unit();

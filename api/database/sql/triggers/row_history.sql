-- 留存 What is appended stays as it is, and a row of a household stays with it. RULES §4

create function keep_rows() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not owner_signed_in() then
    perform refuse_history(format('rows of %s are never changed or deleted', tg_table_name));
  end if;
  return null;
end $$;

create function keep_household() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not owner_signed_in() then
    perform refuse_history(format('a row of %s stays with its household', tg_table_name));
  end if;
  return new;
end $$;

create function keep_start() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not owner_signed_in() then
    perform refuse_history('the day a time limit runs from stays as it was stated');
  end if;
  return new;
end $$;

create trigger append_only
  before update or delete or truncate on assessment
  for each statement
  execute function keep_rows();

create trigger append_only
  before update or delete or truncate on evidence
  for each statement
  execute function keep_rows();

create trigger append_only
  before update or delete or truncate on survey
  for each statement
  execute function keep_rows();

create trigger keep
  before update on clue
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep
  before update on deadline
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep_start
  before update on deadline
  for each row
  when ((old.kind, old.runs_from) is distinct from (new.kind, new.runs_from))
  execute function keep_start();

create trigger keep
  before update on measure
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep
  before update on member
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep
  before update on plan
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep
  before update on proceeding
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

create trigger keep
  before update on transfer
  for each row
  when ((old.id, old.household) is distinct from (new.id, new.household))
  execute function keep_household();

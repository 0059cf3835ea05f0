-- 审计账 The audit ledger and its seals only grow. RULES §4

create function refuse_change() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'the audit ledger is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger append_only
  before update or delete or truncate on event
  for each statement
  execute function refuse_change();

create trigger append_only
  before update or delete or truncate on seal
  for each statement
  execute function refuse_change();

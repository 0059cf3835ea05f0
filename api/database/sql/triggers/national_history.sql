-- 国家记录 What the nation decided, filed and executed stays, and an execution is complete at COMMIT or not at all. Q40

create function keep_national_rows() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'what the nation decided, filed and executed stays as it is' using errcode = 'insufficient_privilege';
end $$;

create trigger append_only
  before update or delete or truncate on national_decision
  for each statement
  execute function keep_national_rows();

create trigger append_only
  before update or delete or truncate on national_filing
  for each statement
  execute function keep_national_rows();

create trigger append_only
  before update or delete or truncate on national_execution
  for each statement
  execute function keep_national_rows();

create trigger append_only
  before update or delete or truncate on executed_item
  for each statement
  execute function keep_national_rows();

-- at COMMIT: every approved item, each as it was to be, or nothing. Definer: it runs as whoever commits
create function execution_is_complete() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
set enable_seqscan = off
as $$
begin
  if (select count(*) from executed_item e where e.execution = new.id) <> new.items
    or not exists (select from national_request r where r.id = new.request and r.state = 'EXECUTED')
    or exists (select from request_item i where i.request = new.request and i.state = 'APPROVED')
    or exists (select from executed_item e join monitoring_case c on c.id = e.monitoring_case
      where e.execution = new.id and governed_columns(c) <> e.after->'case')
  then
    perform refuse_national('national_all_or_none');
  end if;
  return null;
end $$;

create constraint trigger complete
  after insert on national_execution
  deferrable initially deferred
  for each row
  execute function execution_is_complete();

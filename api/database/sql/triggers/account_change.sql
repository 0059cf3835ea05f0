-- 账号变动 Whoever changes an account, a post or a unit tells the workers, which keep them in memory. RULES §2

create function count_account_change() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  update account_change set seq = seq + 1;
  return null;
end $$;

create function tell_account_change() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare row_of_change jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  perform pg_notify('accounts', row_of_change ->> case when tg_table_name = 'account' then 'id' else 'account' end);
  return null;
end $$;

create function tell_units_changed() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  perform pg_notify('accounts', '');
  return null;
end $$;

create trigger tell
  after insert or update or delete on account
  for each row
  execute function tell_account_change();

create trigger tell
  after insert or update or delete on post
  for each row
  execute function tell_account_change();

create trigger tell
  after insert or update or delete on unit
  for each statement
  execute function tell_units_changed();

create trigger count
  after insert or update or delete on account
  for each statement
  execute function count_account_change();

create trigger count
  after insert or update or delete on post
  for each statement
  execute function count_account_change();

create trigger count
  after insert or update or delete on unit
  for each statement
  execute function count_account_change();

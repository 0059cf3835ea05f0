-- 国家申请 Guards requests and their items: what only the nation decides, only the nation's functions write. Q29, Q40

create function guard_item() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  place text[] := array['province', 'city', 'county', 'township', 'village'];
  nations text[] := array['APPROVED', 'REJECTED', 'EXECUTED', 'STALE'];
  free text[] := place || array['version', 'return_reason'];
begin
  if owner_s_function() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete an item of a request');
  elsif tg_op = 'INSERT' then
    if new.state <> 'PROPOSED' or new.digest is not null or new.proposer_person is null
      or num_nonnulls(new.reviewer_person, new.decider_person,
      new.executor_person, new.decided_on, new.decision_reason, new.executed_on) > 0
    then
      perform refuse_locked('an item that begins as more than a proposal');
    end if;
    return new;
  end if;
  if new.digest is distinct from old.digest then
    perform refuse_locked('sign an item otherwise than it is shown');
  end if;
  if (old.state = any(nations[:3]) and to_jsonb(new) - place <> to_jsonb(old) - place)
    or (new.state is distinct from old.state and new.state = any(nations))
    or (new.household, new.monitoring_case, new.operation, new.target_act, new.target_mark, new.decider_person,
      new.executor_person, new.decided_on, new.decision_reason, new.executed_on) is distinct from
      (old.household, old.monitoring_case, old.operation, old.target_act, old.target_mark, old.decider_person,
      old.executor_person, old.decided_on, old.decision_reason, old.executed_on)
  then
    perform refuse_locked(format('an item from %s to %s', old.state, new.state));
  elsif old.state = 'SUBMITTED' and new.state = 'SUBMITTED' and to_jsonb(new) - free <> to_jsonb(old) - free then
    perform refuse_locked('change an item that lies before the nation');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on request_item
  for each row
  execute function guard_item();

create function guard_request() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  nations text[] := array['DECIDED', 'FILED', 'EXECUTED'];
  free text[] := array['state', 'reason', 'size', 'version'];
begin
  if owner_s_function() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete a request');
  elsif new.state = any(nations) or (tg_op = 'UPDATE' and old.state = any(nations))
    or num_nonnulls(new.decided_on, new.filing_number, new.filed_on, new.executed_on) > 0
  then
    perform refuse_locked('decide, file or execute a request');
  elsif tg_op = 'UPDATE' and (new.id, new.province) is distinct from (old.id, old.province) then
    perform refuse_locked('give a request to another province');
  elsif tg_op = 'UPDATE' and old.state = 'SUBMITTED' and (to_jsonb(new) - free) <> (to_jsonb(old) - free) then
    perform refuse_locked('change a request that lies before the nation');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on national_request
  for each row
  execute function guard_request();

-- 国家申请 Guards requests and their items: what only the nation decides, only the nation's functions write. Q29, Q40

create function guard_item() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  place text[] := array['province', 'city', 'county', 'township', 'village'];
  nations text[] := array['APPROVED', 'REJECTED', 'EXECUTED', 'STALE'];
  free text[] := place || array['version'];
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
  elsif (new.state, new.request) is distinct from (old.state, old.request) and exists (select from national_request r
      where r.id = new.request and r.state not in ('DRAFT', 'SENT_BACK')
        and (new.state <> 'PROPOSED' or new.request is distinct from old.request))
  then
    perform refuse_locked('put an item into a request that lies before the nation');
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
  follows jsonb := '{"DRAFT": ["SUBMITTED", "SUPERSEDED"], "SENT_BACK": ["SUBMITTED", "SUPERSEDED"],
    "SUBMITTED": ["SENT_BACK", "SUPERSEDED"]}';
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
  elsif tg_op = 'INSERT' and new.state <> 'DRAFT'
    or tg_op = 'UPDATE' and new.state <> old.state and not coalesce(follows->old.state ? new.state, false)
  then
    perform refuse_locked('take a request out of its order');
  elsif tg_op = 'UPDATE' and new.state = 'SENT_BACK' and old.state <> 'SENT_BACK' and not acts_for_nation() then
    perform refuse_locked('send a request back');
  elsif tg_op = 'UPDATE' and old.state = 'SUBMITTED' and (to_jsonb(new) - free) <> (to_jsonb(old) - free) then
    perform refuse_locked('change a request that lies before the nation');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on national_request
  for each row
  execute function guard_request();

-- at COMMIT: a request before the nation holds what it held when it was submitted
create function request_is_whole() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  touched bigint := case tg_table_name when 'request_item' then (to_jsonb(old)->>'request')::bigint else old.id end;
begin
  if exists (select from national_request r where r.id = touched and r.state = 'SUBMITTED') then
    perform refuse_locked('change what lies before the nation');
  end if;
  return null;
end $$;

create constraint trigger whole
  after update on request_item
  deferrable initially deferred
  for each row
  when (old.state = 'SUBMITTED' and new.state not in ('SUBMITTED', 'APPROVED', 'REJECTED'))
  execute function request_is_whole();

create constraint trigger whole
  after update on national_request
  deferrable initially deferred
  for each row
  when (old.state = 'SUBMITTED' and new.state = 'SUBMITTED'
    and (old.reason, old.size) is distinct from (new.reason, new.size))
  execute function request_is_whole();

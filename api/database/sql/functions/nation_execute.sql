-- 国家执行 The nation executes a filed request: one transaction, all approved items or none. Q29, Q40
--
-- nation_begin, nation_part until it says there is no more, nation_end. A constraint at COMMIT (execution_is_complete)
-- proves that every approved item was executed, so that a part can't stay alone. When something has changed since it
-- was approved, a part refuses with national_stale: roll back, then nation_stale takes the stale items out.

create function nation_begin(the_account bigint, the_post bigint, the_request bigint, moment timestamptz)
returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  that_day date := nations_day(moment);
  who bigint := national_official(the_account, the_post, 'OPERATOR', that_day);
  request national_request;
  execution national_execution;
  approved int;
begin
  select * into request from national_request r where r.id = the_request for update;
  select * into execution from national_execution x where x.request = the_request;
  if execution.id is not null then
    return jsonb_build_object('execution', execution.id, 'items', execution.items, 'already', true);
  elsif request.state is distinct from 'FILED' then
    perform refuse_national('national_state');
  end if;
  -- in one order, and households before their cases, as every step locks them
  perform from request_item i where i.request = the_request order by i.id for update;
  perform from household h where h.id in (select i.household from request_item i where i.request = the_request
    and i.state = 'APPROVED') order by h.id for update;
  perform from monitoring_case c where c.id in (select i.monitoring_case from request_item i
    where i.request = the_request and i.state = 'APPROVED') order by c.id for update;
  select count(*) into approved from request_item i where i.request = the_request and i.state = 'APPROVED';
  if approved = 0 then
    perform refuse_national('national_nothing_approved');
  elsif exists (select from national_decision d where d.request = the_request and d.person = who)
    or exists (select from national_filing f where f.request = the_request and f.person = who)
  then
    perform refuse_national('national_same_person');
  end if;
  insert into national_execution (request, items, executed_on, recorded_at, account, person, post)
  values (the_request, approved, that_day, moment, the_account, who, the_post) returning * into execution;
  return jsonb_build_object('execution', execution.id, 'items', execution.items, 'already', false);
end $$;

create function nation_part(
  the_execution bigint, after_item bigint, most int, its_version text, its_trace text
) returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
declare
  execution national_execution;
  batch bigint[];
begin
  select * into execution from national_execution x where x.id = the_execution;
  select array_agg(i.id order by i.id) into batch from (select n.id from request_item n
    join national_request r on r.id = n.request and r.state = 'FILED'
    where n.request = execution.request and n.state = 'APPROVED' and n.id > after_item order by n.id limit most) i;
  if batch is null then
    return jsonb_build_object('done', 0, 'last', null);
  end if;
  with records as materialized (
    select i.id, i.household, i.monitoring_case, d.id as decision, d.digest, r.record
    from request_records(batch) r join request_item i on i.id = r.item
    cross join lateral approved_decision(i.id, execution.request) d),
  aims as materialized (select r.*, record_aim(r.record, execution.executed_on) as aim from records r)
  insert into executed_item (execution, item, decision, household, monitoring_case, digest, before, after)
  select execution.id, r.id, r.decision, r.household, r.monitoring_case, r.digest, r.record->'now', r.aim
  from aims r where record_digest(r.record) = r.digest and record_fault(r.record, r.aim) is null order by r.id;
  if exists (select from unnest(batch) a (item)
    where not exists (select from executed_item e where e.item = a.item))
  then
    perform refuse_national('national_stale', (select array_agg(a.item) from unnest(batch) a (item)
      where not exists (select from executed_item e where e.item = a.item)));
  end if;
  perform apply_executed(execution, batch);
  perform announce_executed(execution, batch, its_version, its_trace);
  return jsonb_build_object('done', cardinality(batch), 'last', batch[cardinality(batch)]);
end $$;

create function apply_executed(execution national_execution, batch bigint[]) returns void
language plpgsql
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
declare
  reason_text text;
begin
  select format('国家统一操作（备案号 %s）', r.filing_number) into reason_text from national_request r
  where r.id = execution.request;
  update monitoring_case c set state = t.state, category = t.category, entered_on = t.entered_on,
    identified_on = t.identified_on, registered_on = t.registered_on, eliminated_on = t.eliminated_on,
    ended_on = t.ended_on, threshold = t.threshold, threshold_amount = t.threshold_amount, safety_net = t.safety_net,
    due_on = t.due_on, version = c.version + 1
  from executed_item e cross join lateral jsonb_populate_record(null::monitoring_case, e.after->'case') t
  where e.item = any(batch) and c.id = e.monitoring_case;
  update risk r set state = t.state, eliminated_on = t.eliminated_on
  from executed_item e cross join lateral jsonb_populate_recordset(null::risk, e.after->'risks') t
  where e.item = any(batch) and r.id = t.id and r.monitoring_case = e.monitoring_case;
  update measure m set state = t.state, declared_on = t.declared_on, started_on = t.started_on, ends_on = t.ends_on,
    completed_on = t.completed_on, version = m.version + 1, stopped_reason = case
      when t.state <> 'STOPPED' then null when m.state = 'STOPPED' then m.stopped_reason else reason_text end
  from executed_item e cross join lateral jsonb_populate_recordset(null::measure, e.after->'measures') t
  where e.item = any(batch) and m.id = t.id and m.monitoring_case = e.monitoring_case;
  update proceeding p set state = t.state, ended_on = t.ended_on, due_on = null, version = p.version + 1,
    end_reason = case when t.ended_on is not null then reason_text end
  from executed_item e cross join lateral jsonb_populate_recordset(null::proceeding, e.after->'proceedings') t
  where e.item = any(batch) and p.id = t.id and p.monitoring_case = e.monitoring_case;
  update deadline d set done_on = execution.executed_on, reason = reason_text
  from executed_item e cross join lateral jsonb_array_elements(e.after->'deadlines') t
  where e.item = any(batch) and d.id = t::bigint and d.household = e.household and d.done_on is null;
  update request_item i set state = 'EXECUTED', executed_on = execution.executed_on,
    executor_person = execution.person, version = i.version + 1 where i.id = any(batch);
end $$;

create function announce_executed(execution national_execution, batch bigint[], its_version text, its_trace text)
returns void
language plpgsql
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
declare
  who bigint[] := array[execution.account, execution.person, execution.post];
  its_role text := 'national:rural_revitalization:operator';
  entry record;
begin
  for entry in
    with acts as (
      insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post, arguments)
      select i.household, i.monitoring_case, case i.operation when 'WITHDRAWAL' then 'withdraw.execute'
          when 'ROLLBACK' then 'rollback.execute' else 'safety_net.execute' end,
        execution.executed_on, execution.recorded_at, its_role, execution.account, execution.person, execution.post,
        jsonb_build_object('item', i.id, 'request', i.request, 'execution', execution.id)
      from request_item i where i.id = any(batch) order by i.id returning id, household, step, arguments),
    messages as (
      insert into message (household, topic, recipient, content, at, attempts)
      select w.household, w.step, 'next', jsonb_build_object('act', w.id) || w.arguments, execution.recorded_at, 0
      from acts w)
    select w.id as act, w.step, i.*, e.before->'case'->>'state' as state_before,
      e.after->'case'->>'state' as state_after
    from acts w join request_item i on i.id = (w.arguments->>'item')::bigint
    join executed_item e on e.item = i.id order by i.id
  loop
    perform record_event('request.execute', 'RequestItem', entry.id, jsonb_build_object('on', execution.executed_on,
      'overridden', '', 'request', entry.request, 'operation', entry.operation),
      array[entry.province, entry.city, entry.county], who, its_role, its_version, its_trace, execution.recorded_at);
    perform record_event(entry.step, 'monitoring_case', entry.monitoring_case, jsonb_build_object('act', entry.act,
      'on', execution.executed_on, 'overridden', '', 'item', entry.id, 'from', entry.state_before,
      'to', entry.state_after),
      array[entry.province, entry.city, entry.county, entry.township, entry.village], who, its_role, its_version,
      its_trace, execution.recorded_at);
  end loop;
end $$;

create function nation_end(the_execution bigint, its_version text, its_trace text) returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  execution national_execution;
  its_province text;
begin
  select * into execution from national_execution x where x.id = the_execution;
  update national_request r set state = 'EXECUTED', executed_on = execution.executed_on, version = r.version + 1
  where r.id = execution.request and r.state = 'FILED' returning r.province into its_province;
  if not found then
    perform refuse_national('national_state');
  end if;
  perform record_event('request.execute', 'NationalRequest', execution.request,
    jsonb_build_object('on', execution.executed_on, 'overridden', '', 'items', execution.items), array[its_province],
    array[execution.account, execution.person, execution.post], 'national:rural_revitalization:operator',
    its_version, its_trace, execution.recorded_at);
  return jsonb_build_object('execution', execution.id, 'items', execution.items);
end $$;

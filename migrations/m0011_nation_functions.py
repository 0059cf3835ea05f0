"""The nation's own functions: the only way to a national decision, filing or execution. RULES §2, §4, Q29, Q40

They run as the owner of the tables and are granted to the nation's login alone. Each looks up for itself who acts and in
which post, works the digests out anew, compares persons (never accounts), and writes the events. What they refuse is a
check_violation that names its constraint: national_official, national_same_person, national_state, national_stale,
national_nothing_approved; `detail` holds the ids of the items it is about.

Executing is one transaction: nation_begin, nation_part until it says there is no more, nation_end. A constraint at COMMIT
proves that every approved item was executed, so that a part can't stay alone. When something has changed since it was
approved, a part refuses with national_stale: roll back, then nation_stale takes what is stale out of the request.

No sequential scans: a plan made while a table was empty is kept while the table fills inside one transaction.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-26T12:11:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "The nation's own functions"

OFFICIALS = """
create function refuse_national(which text, numbers bigint[] default '{}') returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  raise exception '%', which using errcode = 'check_violation', constraint = which,
    detail = array_to_string(numbers, ',');
end $$;

create function shanghai_day(moment timestamptz) returns date language sql immutable set search_path = pg_catalog, pg_temp
as $$ select (moment at time zone 'Asia/Shanghai')::date $$;

-- the person who acts, when the account is in the post, and the post is national, current and of the duty
create function national_official(the_account bigint, the_post bigint, the_duty text, that_day date) returns bigint
  language plpgsql stable set search_path = public, pg_temp as $$
declare found_person bigint;
begin
  select a.person into found_person from account a join post p on p.account = a.id
  where a.id = the_account and p.id = the_post and a.state = 'ACTIVE' and p.tier = 'NATIONAL' and p.province is null
    and p.department = 'RURAL_REVITALIZATION' and p.duty = the_duty
    and p.since <= that_day and (p.until is null or p.until >= that_day);
  if found_person is null then
    perform refuse_national('national_official');
  end if;
  return found_person;
end $$;

-- whoever had a hand in an item below the nation, now or in a step the ledger remembers
create function hands_in(the_item bigint) returns setof bigint language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  return query
    select unnest(array[i.proposer_person, i.reviewer_person, r.submitter_person])
    from request_item i left join national_request r on r.id = i.request where i.id = the_item
    union all
    select e.person from event e where e.object_type = 'RequestItem' and e.object_id = the_item
      and e.role not like 'national:%';
end $$;

create function record_event(what text, its_type text, its_id bigint, facts jsonb, place text[], who bigint[],
  its_role text, its_version text, its_trace text, moment timestamptz) returns void language plpgsql
  set search_path = public, pg_temp as $$
declare one event;
begin
  one.action := what; one.object_type := its_type; one.object_id := its_id; one.facts := facts;
  one.account := who[1]; one.person := who[2]; one.post := who[3]; one.role := its_role;
  one.policy_version := its_version; one.trace := its_trace; one.at := moment;
  one.province := place[1]; one.city := place[2]; one.county := place[3]; one.township := place[4];
  one.village := place[5];
  insert into event (action, object_type, object_id, account, person, post, role, policy_version, facts, at, digest,
    trace, province, city, county, township, village)
  values (one.action, one.object_type, one.object_id, one.account, one.person, one.post, one.role, one.policy_version,
    one.facts, one.at, event_digest(one), one.trace, one.province, one.city, one.county, one.township, one.village);
end $$;
"""

DECIDE = """
create function nation_decide(the_account bigint, the_post bigint, the_request bigint, items bigint[],
  approvals boolean[], digests text[], reasons text[], moment timestamptz, its_version text, its_trace text)
  returns jsonb language plpgsql security definer
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
declare
  that_day date := shanghai_day(moment);
  who bigint := national_official(the_account, the_post, 'REVIEWER', that_day);
  found_state text;
  wrong bigint[];
  happened jsonb := jsonb_build_object('on', that_day, 'passed', '');
begin
  select r.state into found_state from national_request r where r.id = the_request for update;
  perform from request_item i where i.request = the_request order by i.id for update;
  if (select count(distinct a.item) from unnest(items) a (item)) <> cardinality(items)
    or array_position(approvals, null) is not null
    or (cardinality(approvals), cardinality(digests), cardinality(reasons))
      is distinct from (cardinality(items), cardinality(items), cardinality(items))
  then
    perform refuse_national('national_state', items);
  end if;
  -- what the same person decided the same way already is answered once more. `+ 0`: by the item's index, always
  select coalesce(array_agg(a.item order by a.item), '{}'), array_agg(a.approved order by a.item),
    array_agg(a.digest order by a.item), array_agg(a.reason order by a.item)
  into items, approvals, digests, reasons
  from unnest(items, approvals, digests, reasons) a (item, approved, digest, reason)
  where not exists (select from national_decision d join request_item i on i.id = d.item and i.request = d.request
    where d.item = a.item and d.request + 0 = the_request and d.person = who and d.approved = a.approved
      and d.digest = a.digest and i.state in ('APPROVED', 'REJECTED', 'EXECUTED'));
  if cardinality(items) = 0 then
    return jsonb_build_object('decided', 0, 'state', found_state);
  end if;
  select array_agg(a.item) into wrong from unnest(items) a (item)
  where found_state is distinct from 'SUBMITTED' or not exists (select from request_item i
    where i.id = a.item and i.request = the_request and i.state = 'SUBMITTED');
  if wrong is not null then
    perform refuse_national('national_state', wrong);
  end if;
  select array_agg(a.item) into wrong from unnest(items) a (item)
  where exists (select from hands_in(a.item) h (person) where h.person = who);
  if wrong is not null then
    perform refuse_national('national_same_person', wrong);
  end if;
  select array_agg(a.item) into wrong from unnest(items, reasons) a (item, reason)
  where coalesce(btrim(a.reason), '') = '';
  if wrong is not null then
    perform refuse_national('national_reason', wrong);
  end if;
  with records as materialized (select a.item, a.approved, a.digest, r.record
    from unnest(items, approvals, digests) a (item, approved, digest)
    left join request_records(items) r on r.item = a.item)
  select array_agg(r.item) into wrong from records r
  where record_digest(r.record) is distinct from r.digest or (r.approved and record_fault(r.record, record_aim(r.record, that_day)) is not null);
  if wrong is not null then
    perform refuse_national('national_stale', wrong);
  end if;
  insert into national_decision (household, item, request, approved, reason, digest, decided_on, recorded_at, account,
    person, post)
  select i.household, i.id, the_request, a.approved, a.reason, a.digest, that_day, moment, the_account, who, the_post
  from unnest(items, approvals, digests, reasons) a (item, approved, digest, reason)
  join request_item i on i.id = a.item order by i.id;
  update request_item i set state = case when a.approved then 'APPROVED' else 'REJECTED' end,
    decision_reason = a.reason, decided_on = that_day, decider_person = who, version = i.version + 1
  from unnest(items, approvals, reasons) a (item, approved, reason) where i.id = a.item;
  update national_request r set version = r.version + 1,
    state = case when u.undecided then r.state else 'DECIDED' end,
    decided_on = case when u.undecided then r.decided_on else that_day end
  from (select exists (select from request_item i where i.request = the_request and i.state = 'SUBMITTED')) u (undecided)
  where r.id = the_request returning r.state into found_state;
  perform record_event('request.decide', 'NationalRequest', r.id,
    happened || jsonb_build_object('items', cardinality(items)), array[r.province],
    array[the_account, who, the_post], 'national:rural_revitalization:reviewer', its_version, its_trace, moment)
  from national_request r where r.id = the_request;
  perform record_event('request.decide', 'RequestItem', i.id, happened || jsonb_build_object('request', the_request,
      'approved', i.approved, 'operation', i.operation, 'digest', i.decided_over),
    array[i.province, i.city, i.county], array[the_account, who, the_post],
    'national:rural_revitalization:reviewer', its_version, its_trace, moment)
  from (select a.approved, a.digest as decided_over, n.* from unnest(items, approvals, digests) a (item, approved, digest)
    join request_item n on n.id = a.item order by n.id) i;
  return jsonb_build_object('decided', cardinality(items), 'state', found_state);
end $$;
"""

FILE = """
create function nation_file(the_account bigint, the_post bigint, the_request bigint, the_number text,
  moment timestamptz, its_version text, its_trace text)
  returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  that_day date := shanghai_day(moment);
  who bigint := national_official(the_account, the_post, 'REVIEWER', that_day);
  found national_request;
  filing bigint;
begin
  select * into found from national_request r where r.id = the_request for update;
  select f.id into filing from national_filing f where f.request = the_request and f.number = the_number
    and f.person = who;
  if filing is not null then
    return jsonb_build_object('filing', filing);
  elsif found.state is distinct from 'DECIDED' then
    perform refuse_national('national_state');
  elsif coalesce(btrim(the_number), '') = '' then
    perform refuse_national('national_reason');
  elsif found.submitter_person = who then
    perform refuse_national('national_same_person');
  elsif not exists (select from request_item i where i.request = the_request and i.state = 'APPROVED') then
    perform refuse_national('national_nothing_approved');
  end if;
  insert into national_filing (request, number, filed_on, recorded_at, account, person, post)
  values (the_request, the_number, that_day, moment, the_account, who, the_post) returning id into filing;
  update national_request r set state = 'FILED', filing_number = the_number, filed_on = that_day,
    version = r.version + 1 where r.id = the_request;
  perform record_event('request.file', 'NationalRequest', the_request,
    jsonb_build_object('on', that_day, 'passed', '', 'items', found.size), array[found.province],
    array[the_account, who, the_post], 'national:rural_revitalization:reviewer', its_version, its_trace, moment);
  return jsonb_build_object('filing', filing);
end $$;
"""

BEGIN = """
create function nation_begin(the_account bigint, the_post bigint, the_request bigint, moment timestamptz)
  returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  that_day date := shanghai_day(moment);
  who bigint := national_official(the_account, the_post, 'OPERATOR', that_day);
  found national_request;
  execution national_execution;
  approved int;
begin
  select * into found from national_request r where r.id = the_request for update;
  select * into execution from national_execution x where x.request = the_request;
  if execution.id is not null then
    return jsonb_build_object('execution', execution.id, 'items', execution.items, 'already', true);
  elsif found.state is distinct from 'FILED' then
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
"""

PART = """
-- the newest decision on an item, when it approved. `+ 0`: by the item's index, however many the request has
create function approved_decision(the_item bigint, the_request bigint) returns setof national_decision language plpgsql
  stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  return query select d.* from (select n.* from national_decision n
    where n.item = the_item and n.request + 0 = the_request order by n.id desc limit 1) d where d.approved;
end $$;

create function nation_part(the_execution bigint, after_item bigint, most int, its_version text, its_trace text)
  returns jsonb language plpgsql security definer
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
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
  if exists (select from unnest(batch) a (item) where not exists (select from executed_item e where e.item = a.item)) then
    perform refuse_national('national_stale', (select array_agg(a.item) from unnest(batch) a (item)
      where not exists (select from executed_item e where e.item = a.item)));
  end if;
  perform apply_executed(execution, batch);
  perform tell_executed(execution, batch, its_version, its_trace);
  return jsonb_build_object('done', cardinality(batch), 'last', batch[cardinality(batch)]);
end $$;
"""

APPLY = """
create function apply_executed(execution national_execution, batch bigint[]) returns void language plpgsql
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
declare
  named text;
begin
  select format('国家统一操作（备案号 %s）', r.filing_number) into named from national_request r
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
      when t.state <> 'STOPPED' then null when m.state = 'STOPPED' then m.stopped_reason else named end
  from executed_item e cross join lateral jsonb_populate_recordset(null::measure, e.after->'measures') t
  where e.item = any(batch) and m.id = t.id and m.monitoring_case = e.monitoring_case;
  update proceeding p set state = t.state, ended_on = t.ended_on, due_on = null, version = p.version + 1,
    end_reason = case when t.ended_on is not null then named end
  from executed_item e cross join lateral jsonb_populate_recordset(null::proceeding, e.after->'proceedings') t
  where e.item = any(batch) and p.id = t.id and p.monitoring_case = e.monitoring_case;
  update deadline d set done_on = execution.executed_on, reason = named
  from executed_item e cross join lateral jsonb_array_elements(e.after->'deadlines') t
  where e.item = any(batch) and d.id = t::bigint and d.household = e.household and d.done_on is null;
  update request_item i set state = 'EXECUTED', executed_on = execution.executed_on,
    executor_person = execution.person, version = i.version + 1 where i.id = any(batch);
end $$;

create function tell_executed(execution national_execution, batch bigint[], its_version text, its_trace text) returns void
  language plpgsql
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
declare
  who bigint[] := array[execution.account, execution.person, execution.post];
  its_role text := 'national:rural_revitalization:operator';
  one record;
begin
  for one in
    with written as (
      insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post, given)
      select i.household, i.monitoring_case, case i.operation when 'WITHDRAWAL' then 'withdraw.execute'
          when 'ROLLBACK' then 'rollback.execute' else 'safety_net.execute' end,
        execution.executed_on, execution.recorded_at, its_role, execution.account, execution.person, execution.post,
        jsonb_build_object('item', i.id, 'request', i.request, 'execution', execution.id)
      from request_item i where i.id = any(batch) order by i.id returning id, household, step, given),
    told as (
      insert into message (household, topic, recipient, content, at, attempts)
      select w.household, w.step, 'next', jsonb_build_object('act', w.id) || w.given, execution.recorded_at, 0
      from written w)
    select w.id as act, w.step, i.*, e.before->'case'->>'state' as was, e.after->'case'->>'state' as becomes
    from written w join request_item i on i.id = (w.given->>'item')::bigint
    join executed_item e on e.item = i.id order by i.id
  loop
    perform record_event('request.execute', 'RequestItem', one.id, jsonb_build_object('on', execution.executed_on,
      'passed', '', 'request', one.request, 'operation', one.operation), array[one.province, one.city, one.county], who,
      its_role, its_version, its_trace, execution.recorded_at);
    perform record_event(one.step, 'monitoring_case', one.monitoring_case, jsonb_build_object('act', one.act,
      'on', execution.executed_on, 'passed', '', 'item', one.id, 'from', one.was, 'to', one.becomes),
      array[one.province, one.city, one.county, one.township, one.village], who, its_role, its_version, its_trace,
      execution.recorded_at);
  end loop;
end $$;
"""

END = """
create function nation_end(the_execution bigint, its_version text, its_trace text)
  returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
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
    jsonb_build_object('on', execution.executed_on, 'passed', '', 'items', execution.items), array[its_province],
    array[execution.account, execution.person, execution.post], 'national:rural_revitalization:operator', its_version, its_trace, execution.recorded_at);
  return jsonb_build_object('execution', execution.id, 'items', execution.items);
end $$;

-- at COMMIT: every approved item, each as it was to be, or nothing. Definer: it runs as whoever commits
create function execution_is_complete() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set enable_seqscan = off as $$
begin
  if (select count(*) from executed_item e where e.execution = new.id) <> new.items
    or not exists (select from national_request r where r.id = new.request and r.state = 'EXECUTED')
    or exists (select from request_item i where i.request = new.request and i.state = 'APPROVED')
    or exists (select from executed_item e join monitoring_case c on c.id = e.monitoring_case
      where e.execution = new.id and governed(c) <> e.after->'case')
  then
    perform refuse_national('national_all_or_none');
  end if;
  return null;
end $$;
create constraint trigger complete after insert on national_execution deferrable initially deferred for each row
  execute function execution_is_complete();
"""

STALE = """
create function nation_stale(the_account bigint, the_post bigint, the_request bigint, moment timestamptz, its_version text,
  its_trace text) returns jsonb language plpgsql security definer
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
declare
  that_day date := shanghai_day(moment);
  who bigint := national_official(the_account, the_post, 'OPERATOR', that_day);
  its_role text := 'national:rural_revitalization:operator';
  found national_request;
  stale bigint[];
  left_over int;
begin
  select * into found from national_request r where r.id = the_request for update;
  if found.state is distinct from 'FILED' then
    perform refuse_national('national_state');
  end if;
  perform from request_item i where i.request = the_request order by i.id for update;
  with records as materialized (select r.item as id, d.digest, r.record
    from request_records(array(select i.id from request_item i where i.request = the_request and i.state = 'APPROVED')) r
    left join lateral approved_decision(r.item, the_request) d on true)
  select coalesce(array_agg(r.id order by r.id), '{}') into stale from records r
  where record_digest(r.record) is distinct from r.digest or record_fault(r.record, record_aim(r.record, that_day)) is not null;
  update request_item i set state = 'STALE', request = null, decided_on = null, decider_person = null,
    decision_reason = null, version = i.version + 1 where i.id = any(stale);
  select count(*) into left_over from request_item i where i.request = the_request and i.state = 'APPROVED';
  update national_request r set version = r.version + 1, size = r.size - cardinality(stale),
    state = case when left_over = 0 then 'SUPERSEDED' else r.state end,
    reason = case when left_over = 0 then '同意的事项情况均已变，退回重新审核' else r.reason end
  where r.id = the_request and cardinality(stale) > 0;
  perform record_event('request.stale', 'RequestItem', i.id, jsonb_build_object('on', that_day, 'passed', '',
      'request', the_request), array[i.province, i.city, i.county], array[the_account, who, the_post], its_role, its_version, its_trace, moment)
  from request_item i where i.id = any(stale);
  perform record_event('request.stale', 'NationalRequest', the_request, jsonb_build_object('on', that_day, 'passed', '',
      'items', cardinality(stale)), array[found.province], array[the_account, who, the_post], its_role, its_version, its_trace, moment)
  where cardinality(stale) > 0;
  return jsonb_build_object('stale', to_jsonb(stale), 'left', left_over);
end $$;
"""


async def forwards() -> MigrationManager:
    """Make the functions and the constraint in one transaction."""
    return sql_migration(ID, DESCRIPTION, OFFICIALS + DECIDE + FILE + BEGIN + PART + APPLY + END + STALE)

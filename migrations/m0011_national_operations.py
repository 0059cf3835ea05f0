"""What an item of a national request is about: its record and digest, what would be done, what would change. Q29, Q40

`request_record` gathers everything a decision rests on; its digest is what is approved. `request_aim` works out, from
the record alone, what the case is to be: so what was looked at, decided on and executed is one thing. `request_fault`
names what stands against it, if anything does.

  operation          the case                        what hangs on it
  WITHDRAWAL         WITHDRAWN, ended that day       measures stop, open proceedings end, deadlines lapse
  ROLLBACK           as it stood after target_act    risks and measures as they stood, later ones stay; proceedings and
                                                     deadlines since then end and lapse; a green channel runs again
  SAFETY_NET_CHANGE  marked or unmarked              nothing
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration
from migrations.m0011_case_picture import CASE_PICTURE

ID = "2026-11-26T12:11:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "What an item of a national request is about"

RECORD = f"""
create function request_records(items bigint[]) returns table (item bigint, record jsonb) language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query select i.id, jsonb_build_object('item', i.id, 'operation', i.operation, 'household', i.household,
    'case', i.monitoring_case, 'target_act', i.target_act, 'target_mark', i.target_mark, 'grounds', i.grounds,
    'evidence', coalesce((select jsonb_agg(v.sha256 order by v.id) from evidence v where v.item = i.id), '[]'),
    'newest_act', (select a.id from act a where a.household = i.household and a.monitoring_case = i.monitoring_case
      order by a.id desc limit 1),
    'newest_case', (select c.id from monitoring_case c where c.household = i.household order by c.id desc limit 1),
    'open_green_channel', (select p.id from proceeding p
      where p.household = i.household and p.kind = 'GREEN_CHANNEL' and p.ended_on is null),
    'ever_marked', ever_marked(i.household),
    'now', ({CASE_PICTURE} where c.id = i.monitoring_case),
    'then', (select a.after from act a where a.id = i.target_act and a.monitoring_case = i.monitoring_case))
    from request_item i where i.id = any(items);
end $$;

create function request_record(the_item bigint) returns jsonb language plpgsql stable
  set search_path = public, pg_temp as $$
begin
  return (select r.record from request_records(array[the_item]) r);
end $$;

create function ever_marked(the_household bigint) returns boolean language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  return exists (select from monitoring_case c where c.household = the_household and c.safety_net)
    or exists (select from executed_item e where e.household = the_household
      and 'true' in (e.before->'case'->>'safety_net', e.after->'case'->>'safety_net'));
end $$;

create function request_fault(the_item bigint) returns text language plpgsql stable
  set search_path = public, pg_temp as $$
declare record jsonb := request_record(the_item);
begin
  return record_fault(record, record_aim(record, null));
end $$;

-- jsonb has one text per value: keys in its own order, no other blanks
create function record_digest(record jsonb) returns text language sql immutable
  return encode(sha256(convert_to(record::text, 'UTF8')), 'hex');

create function request_digest(the_item bigint) returns text language plpgsql stable
  set search_path = public, pg_temp as $$
begin
  return record_digest(request_record(the_item));
end $$;
"""  # noqa: S608 - what is put in is a constant of the migration before

GOVERNED = """
create function governed(one monitoring_case) returns jsonb language plpgsql immutable
  set search_path = public, pg_temp as $$
begin
  return jsonb_build_object('state', one.state, 'category', one.category, 'entered_on', one.entered_on,
    'identified_on', one.identified_on, 'registered_on', one.registered_on, 'eliminated_on', one.eliminated_on,
    'ended_on', one.ended_on, 'threshold', one.threshold, 'threshold_amount', one.threshold_amount,
    'safety_net', one.safety_net, 'due_on', one.due_on);
end $$;
"""

FAULT = """
create function record_fault(record jsonb, aim jsonb) returns text language plpgsql immutable
  set search_path = public, pg_temp as $$
declare
  current jsonb := record->'now'->'case';
  earlier jsonb := record->'then'->'case';
begin
  case record->>'operation'
    when 'WITHDRAWAL' then
      if current->>'state' not in ('GREEN_CHANNEL', 'IDENTIFIED', 'RISK_ELIMINATED') then
        return 'NOT_WITHDRAWABLE';
      end if;
    when 'ROLLBACK' then
      if jsonb_typeof(earlier) is distinct from 'object' or record->'target_act' = record->'newest_act' then
        return 'NOT_A_POINT_OF_ITS_HISTORY';
      elsif aim->'case' = current - array['id', 'household', 'previous', 'version']
        and '[]' = all (array[aim->'risks', aim->'measures', aim->'proceedings', aim->'deadlines']) then
        return 'NOTHING_CHANGES';
      elsif earlier->>'state' in ('GREEN_CHANNEL', 'IDENTIFIED') and record->'newest_case' <> record->'case' then
        return 'ANOTHER_CASE_CAME_AFTER';
      elsif earlier->>'state' = 'GREEN_CHANNEL' and jsonb_typeof(record->'open_green_channel') = 'number'
        and not exists (select from jsonb_array_elements(record->'now'->'proceedings') p
          where p->'id' = record->'open_green_channel') then
        return 'ANOTHER_CASE_CAME_AFTER';
      end if;
    when 'SAFETY_NET_CHANGE' then
      if current->>'state' not in ('IDENTIFIED', 'RISK_ELIMINATED') then
        return 'NOT_MONITORED';
      elsif current->'safety_net' = record->'target_mark' then
        return 'MARK_UNCHANGED';
      elsif record->>'target_mark' = 'true' and record->>'ever_marked' = 'false' then
        return 'FIRST_MARK_IS_LOCAL';
      end if;
  end case;
  return null;
end $$;
"""

AIM = """
create function record_aim(record jsonb, that_day date) returns jsonb language plpgsql immutable
  set search_path = public, pg_temp as $$
declare
  present jsonb := record->'now';
  past jsonb := record->'then';
  aim jsonb := jsonb_build_object('case', (present->'case') - array['id', 'household', 'previous', 'version'],
    'risks', '[]'::jsonb, 'measures', '[]'::jsonb, 'proceedings', '[]'::jsonb, 'deadlines', '[]'::jsonb);
begin
  case record->>'operation'
    when 'SAFETY_NET_CHANGE' then
      return jsonb_set(aim, '{case,safety_net}', record->'target_mark');
    when 'WITHDRAWAL' then
      return aim || jsonb_build_object(
        'case', (aim->'case') || jsonb_build_object('state', 'WITHDRAWN', 'ended_on', that_day, 'due_on', null),
        'measures', coalesce((select jsonb_agg((m - array['plan', 'risk', 'version'])
            || jsonb_build_object('state', 'STOPPED') order by (m->>'id')::bigint)
          from jsonb_array_elements(present->'measures') m where m->>'state' in ('DECLARED', 'UNDER_WAY')), '[]'),
        'proceedings', coalesce((select jsonb_agg(jsonb_build_object('id', p->'id', 'state', 'ENDED',
            'ended_on', that_day) order by (p->>'id')::bigint)
          from jsonb_array_elements(present->'proceedings') p where p->>'ended_on' is null), '[]'),
        'deadlines', coalesce((select jsonb_agg(d->'id' order by (d->>'id')::bigint)
          from jsonb_array_elements(present->'deadlines') d), '[]'));
    when 'ROLLBACK' then
      aim := jsonb_set(aim, '{case}', (aim->'case') || jsonb_build_object('due_on', null,
        'state', past->'case'->'state', 'category', past->'case'->'category',
        'entered_on', past->'case'->'entered_on', 'identified_on', past->'case'->'identified_on',
        'registered_on', past->'case'->'registered_on', 'eliminated_on', past->'case'->'eliminated_on',
        'ended_on', past->'case'->'ended_on', 'threshold', past->'case'->'threshold',
        'threshold_amount', past->'case'->'threshold_amount', 'safety_net', past->'case'->'safety_net'));
      -- what is as it was is not looked through: of ten thousand items most have little to go through
      if jsonb_typeof(past->'case'->'due_on') = 'string' and present->'deadlines' <> '[]' then
        aim := jsonb_set(aim, '{case,due_on}', coalesce((select d->'due_on'
          from jsonb_array_elements(present->'deadlines') d where d->'due_on' = past->'case'->'due_on'
            and exists (select from jsonb_array_elements(past->'deadlines') e where e->'id' = d->'id') limit 1),
          'null'));
      end if;
      if past->'risks' <> present->'risks' then
        aim := jsonb_set(aim, '{risks}', coalesce((select jsonb_agg(t order by (t->>'id')::bigint)
          from jsonb_array_elements(past->'risks') t join jsonb_array_elements(present->'risks') n on n->'id' = t->'id'
          where n <> t), '[]'));
      end if;
      if past->'measures' <> present->'measures' then
        aim := jsonb_set(aim, '{measures}', coalesce((
          select jsonb_agg(t - array['plan', 'risk', 'version'] order by (t->>'id')::bigint)
          from jsonb_array_elements(past->'measures') t
          join jsonb_array_elements(present->'measures') n on n->'id' = t->'id'
          where n - array['plan', 'risk', 'version'] <> t - array['plan', 'risk', 'version']), '[]'));
      end if;
      if present->'proceedings' <> '[]' then
        aim := jsonb_set(aim, '{proceedings}', coalesce((select jsonb_agg(
            case when again then t - array['kind', 'version']
              else jsonb_build_object('id', n->'id', 'state', 'ENDED', 'ended_on', that_day) end
            order by (n->>'id')::bigint)
          from jsonb_array_elements(present->'proceedings') n
          left join jsonb_array_elements(past->'proceedings') t on t->'id' = n->'id'
          cross join lateral (select coalesce(past->'case'->>'state' = 'GREEN_CHANNEL' and n->>'kind' = 'GREEN_CHANNEL'
            and t->>'ended_on' is null and t is not null, false)) g (again)
          where (n - 'version') is distinct from (t - 'version') and (again or n->>'ended_on' is null)), '[]'));
      end if;
      if present->'deadlines' <> '[]' then
        aim := jsonb_set(aim, '{deadlines}', coalesce((select jsonb_agg(d->'id' order by (d->>'id')::bigint)
          from jsonb_array_elements(present->'deadlines') d
          where not exists (select from jsonb_array_elements(past->'deadlines') e where e->'id' = d->'id')), '[]'));
      end if;
      return aim;
  end case;
end $$;
"""

OUTCOME = """
create function graphql_name(name text) returns text language sql immutable return
  lower(left(name, 1)) || substr(replace(initcap(replace(name, '_', ' ')), ' ', ''), 2);

-- what an aim changes on a case and what hangs on it; `after` says EXECUTION_DAY where that day will stand
create function record_changes(record jsonb, aim jsonb)
  returns table (object_type text, object_id bigint, field text, before text, after text)
  language plpgsql immutable set search_path = public, pg_temp as $$
#variable_conflict use_column
declare present jsonb := record->'now';
begin
  return query
    with compared (object_type, object_id, was, becomes) as (
      select 'MonitoringCase', record->'case', present->'case', aim->'case'
      union all select 'Risk', t->'id', n, t from jsonb_array_elements(aim->'risks') t
        join jsonb_array_elements(present->'risks') n on n->'id' = t->'id'
      union all select 'Measure', t->'id', n, t from jsonb_array_elements(aim->'measures') t
        join jsonb_array_elements(present->'measures') n on n->'id' = t->'id'
      union all select 'Proceeding', t->'id', n, t from jsonb_array_elements(aim->'proceedings') t
        join jsonb_array_elements(present->'proceedings') n on n->'id' = t->'id'
      union all select 'Deadline', t, '{"done_on": null}', '{"done_on": "infinity"}'
        from jsonb_array_elements(aim->'deadlines') t)
    select c.object_type, c.object_id::bigint, graphql_name(f.key), c.was->>f.key,
      case when f.value = '"infinity"' then 'EXECUTION_DAY' else f.value #>> '{}' end
    from compared c cross join lateral jsonb_each(c.becomes) f where c.was->f.key is distinct from f.value;
end $$;

-- of many items: a unit is counted once, however many of them lie in it. Monitored are the identified; the green
-- channel is not counted (Q17, Q32), nor does the ledger count the marked
create function request_outcomes(items bigint[])
  returns table (item bigint, object_type text, object_id bigint, field text, before text, after text)
  language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    with looked as materialized (
      select r.item, r.record, record_aim(r.record, 'infinity') as aim from request_records(items) r),
    moved as materialized (
      select l.item, home, (home->>'people')::int as people,
        (becomes->>'state' = 'IDENTIFIED')::int - (was->>'state' = 'IDENTIFIED')::int as monitored,
        (becomes->>'state' = 'IDENTIFIED' and becomes->>'safety_net' = 'false')::int
          - (was->>'state' = 'IDENTIFIED' and was->>'safety_net' = 'false')::int as counted
      from looked l cross join lateral (values (l.record->'now'->'household', l.record->'now'->'case', l.aim->'case'))
        v (home, was, becomes)
      where l.record->'newest_case' = l.record->'case'),
    placed as materialized (
      select m.item, m.people, m.monitored, m.counted, t.tier, t.code
      from moved m cross join lateral (values (1, m.home->>'village'), (2, m.home->>'township'),
        (3, m.home->>'county')) t (tier, code) where m.monitored <> 0 or m.counted <> 0),
    units as materialized (
      select p.tier, u.id, u.code from (select distinct tier, code from placed) p
      join unit u on u.code = p.code and u.valid_until is null),
    numbers as materialized (
      select u.tier, u.code, u.id, n.* from units u cross join lateral (
        select count(*) as households, coalesce(sum(h.people), 0) as persons,
          coalesce(sum(h.people) filter (where not h.safety_net), 0) as counted
        from (select v.people, v.safety_net from household v
            where u.tier = 1 and v.village = u.code and v.monitoring_state = 'IDENTIFIED'
          union all select v.people, v.safety_net from household v
            where u.tier = 2 and v.township = u.code and v.monitoring_state = 'IDENTIFIED'
          union all select v.people, v.safety_net from household v
            where u.tier = 3 and v.county = u.code and v.monitoring_state = 'IDENTIFIED') h) n)
    select o.item, o.object_type, o.object_id, o.field, o.before, o.after from (
      select l.item, 0 as part, c.place, c.object_type, c.object_id, c.field, c.before, c.after
      from looked l cross join lateral record_changes(l.record, l.aim)
        with ordinality c (object_type, object_id, field, before, after, place)
      union all
      select p.item, p.tier, s.place, 'Unit', n.id, s.field, s.was::text, (s.was + s.moved)::text
      from placed p join numbers n on n.tier = p.tier and n.code = p.code
      cross join lateral (values (1, 'monitoredHouseholds', n.households, p.monitored),
        (2, 'monitoredPersons', n.persons, p.monitored * p.people),
        (3, 'ledgerPersons', n.counted, p.counted * p.people)) s (place, field, was, moved) where s.moved <> 0) o
    order by o.item, o.part, o.place;
end $$;

create function request_outcome(the_item bigint)
  returns table (object_type text, object_id bigint, field text, before text, after text)
  language plpgsql stable set search_path = public, pg_temp as $$
begin
  return query select o.object_type, o.object_id, o.field, o.before, o.after from request_outcomes(array[the_item]) o;
end $$;
"""

EVENTS = """
create function canonical_facts(facts jsonb) returns text language plpgsql immutable
  set search_path = public, pg_temp as $$
begin
  return (select '{' || coalesce(string_agg(to_json(f.key)::text || ':' || f.value::text, ','
    order by f.key collate "C"), '') || '}' from jsonb_each(facts) f);
end $$;

-- the canonical form of api/audit/ledger.py, said in SQL, its keys in their order; a test holds the two equal
create function event_digest(one event) returns bytea language plpgsql immutable set search_path = public, pg_temp as $$
begin
  return sha256(convert_to(
    '{"account":' || coalesce(one.account::text, 'null')
    || ',"action":' || coalesce(to_json(one.action)::text, 'null')
    || ',"at":' || coalesce(
      to_json(to_char(one.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null')
    || ',"city":' || coalesce(to_json(one.city)::text, 'null')
    || ',"county":' || coalesce(to_json(one.county)::text, 'null')
    || ',"facts":' || coalesce(canonical_facts(one.facts), 'null')
    || ',"object_id":' || coalesce(one.object_id::text, 'null')
    || ',"object_type":' || coalesce(to_json(one.object_type)::text, 'null')
    || ',"person":' || coalesce(one.person::text, 'null')
    || ',"policy_version":' || coalesce(to_json(one.policy_version)::text, 'null')
    || ',"post":' || coalesce(one.post::text, 'null')
    || ',"province":' || coalesce(to_json(one.province)::text, 'null')
    || ',"role":' || coalesce(to_json(one.role)::text, 'null')
    || ',"township":' || coalesce(to_json(one.township)::text, 'null')
    || ',"trace":' || coalesce(to_json(one.trace)::text, 'null')
    || ',"village":' || coalesce(to_json(one.village)::text, 'null')
    || '}', 'UTF8'));
end $$;
"""


async def forwards() -> MigrationManager:
    """Make the functions; whoever may read the rows may ask them."""
    return sql_migration(ID, DESCRIPTION, GOVERNED + AIM + FAULT + RECORD + OUTCOME + EVENTS)

-- 结果 What executing an item changes, field by field, and in the counts of its units. Q40
--
-- The reviewer reads these lines; they come from the same aim as the execution.

create function graphql_name(name text) returns text
language sql immutable
set search_path = public, pg_temp
return lower(left(name, 1)) || substr(replace(initcap(replace(name, '_', ' ')), ' ', ''), 2);

-- what an aim changes on a case and what hangs on it; `after` says EXECUTION_DAY where that day will stand
create function record_changes(record jsonb, aim jsonb)
returns table (object_type text, object_id bigint, field text, before text, after text)
language plpgsql immutable
set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare present jsonb := record->'now';
begin
  return query
    with pairs (object_type, object_id, old_values, new_values) as (
      select 'MonitoringCase', record->'case', present->'case', aim->'case'
      union all select 'Risk', t->'id', n, t from jsonb_array_elements(aim->'risks') t
        join jsonb_array_elements(present->'risks') n on n->'id' = t->'id'
      union all select 'Measure', t->'id', n, t from jsonb_array_elements(aim->'measures') t
        join jsonb_array_elements(present->'measures') n on n->'id' = t->'id'
      union all select 'Proceeding', t->'id', n, t from jsonb_array_elements(aim->'proceedings') t
        join jsonb_array_elements(present->'proceedings') n on n->'id' = t->'id'
      union all select 'Deadline', t, '{"done_on": null}', '{"done_on": "infinity"}'
        from jsonb_array_elements(aim->'deadlines') t)
    select c.object_type, c.object_id::bigint, graphql_name(f.key), c.old_values->>f.key,
      case when f.value = '"infinity"' then 'EXECUTION_DAY' else f.value #>> '{}' end
    from pairs c cross join lateral jsonb_each(c.new_values) f where c.old_values->f.key is distinct from f.value;
end $$;

-- of many items: a unit is counted once, however many of them lie in it. Monitored are the identified; the green
-- channel is not counted (Q17, Q32), nor does the ledger count the marked
create function request_outcomes(items bigint[])
returns table (item bigint, object_type text, object_id bigint, field text, before text, after text)
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
    with records as materialized (
      select r.item, r.record, record_aim(r.record, 'infinity') as aim from request_records(items) r),
    shifts as materialized (
      select l.item, home, (home->>'people')::int as people,
        (case_after->>'state' = 'IDENTIFIED')::int - (case_before->>'state' = 'IDENTIFIED')::int as monitored,
        (case_after->>'state' = 'IDENTIFIED' and case_after->>'safety_net' = 'false')::int
          - (case_before->>'state' = 'IDENTIFIED' and case_before->>'safety_net' = 'false')::int as counted
      from records l cross join lateral (values (l.record->'now'->'household', l.record->'now'->'case', l.aim->'case'))
        v (home, case_before, case_after)
      where l.record->'newest_case' = l.record->'case'),
    places as materialized (
      select m.item, m.people, m.monitored, m.counted, t.tier, t.code
      from shifts m cross join lateral (values (1, m.home->>'village'), (2, m.home->>'township'),
        (3, m.home->>'county')) t (tier, code) where m.monitored <> 0 or m.counted <> 0),
    units as materialized (
      select p.tier, u.id, u.code from (select distinct tier, code from places) p
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
      from records l cross join lateral record_changes(l.record, l.aim)
        with ordinality c (object_type, object_id, field, before, after, place)
      union all
      select p.item, p.tier, s.place, 'Unit', n.id, s.field, s.count_before::text,
        (s.count_before + s.difference)::text
      from places p join numbers n on n.tier = p.tier and n.code = p.code
      cross join lateral (values (1, 'monitoredHouseholds', n.households, p.monitored),
        (2, 'monitoredPersons', n.persons, p.monitored * p.people),
        (3, 'ledgerPersons', n.counted, p.counted * p.people)) s (place, field, count_before, difference)
      where s.difference <> 0) o
    order by o.item, o.part, o.place;
end $$;

create function request_outcome(the_item bigint)
returns table (object_type text, object_id bigint, field text, before text, after text)
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return query select o.object_type, o.object_id, o.field, o.before, o.after from request_outcomes(array[the_item]) o;
end $$;

-- What the reviewer reads and the digest that is signed, written together from one record. The app sets it going and
-- cannot write either by itself; what the nation has decided keeps the lines that were decided on
create function write_effects(items bigint[]) returns void
language plpgsql security definer
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  if not (is_signed_in() or owner_signed_in()) then
    perform refuse_history('what is shown is worked out for who is signed in');
  end if;
  perform from request_item i where i.id = any(items) order by i.id for update;
  if exists (select from request_item i
    where i.id = any(items) and i.state in ('SUBMITTED', 'APPROVED', 'REJECTED', 'EXECUTED'))
  then
    perform refuse_locked('show an item that lies before the nation otherwise');
  end if;
  update request_item i set digest = record_digest(r.record) from request_records(items) r where i.id = r.item;
  delete from request_effect e where e.item = any(items);
  insert into request_effect (household, item, object_type, object_id, field, before, after)
  select i.household, i.id, o.object_type, o.object_id, o.field, o.before, o.after
  from request_outcomes(array(select r.item from request_records(items) r
    where record_fault(r.record, record_aim(r.record, null)) is distinct from 'NOT_A_POINT_OF_ITS_HISTORY')) o
  join request_item i on i.id = o.item order by i.id;
end $$;

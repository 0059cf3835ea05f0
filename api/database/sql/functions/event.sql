-- 事件 How an audit event is digested and written inside the database. RULES §4
--
-- The canonical form is that of api/audit/ledger.py, its keys in order; a test holds the two equal.

create function canonical_facts(facts jsonb) returns text
language plpgsql immutable
set search_path = public, pg_temp
as $$
begin
  return (select '{' || coalesce(string_agg(to_json(f.key)::text || ':' || f.value::text, ','
    order by f.key collate "C"), '') || '}' from jsonb_each(facts) f);
end $$;

-- the canonical form of api/audit/ledger.py, said in SQL, its keys in their order; a test holds the two equal
create function event_digest(one event) returns bytea
language plpgsql immutable
set search_path = public, pg_temp
as $$
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

create function record_event(
  what text, its_type text, its_id bigint, facts jsonb, place text[], who bigint[], its_role text,
  its_version text, its_trace text, moment timestamptz
) returns void
language plpgsql
set search_path = public, pg_temp
as $$
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

create function shanghai_day(moment timestamptz) returns date
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select (moment at time zone 'Asia/Shanghai')::date
$$;

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

-- the canonical form of api/audit/ledger.py, written in SQL, its keys in their order; a test holds the two equal
create function event_digest(entry event) returns bytea
language plpgsql immutable
set search_path = public, pg_temp
as $$
begin
  return sha256(convert_to(
    '{"account":' || coalesce(entry.account::text, 'null')
    || ',"action":' || coalesce(to_json(entry.action)::text, 'null')
    || ',"at":' || coalesce(
      to_json(to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null')
    || ',"city":' || coalesce(to_json(entry.city)::text, 'null')
    || ',"county":' || coalesce(to_json(entry.county)::text, 'null')
    || ',"facts":' || coalesce(canonical_facts(entry.facts), 'null')
    || ',"object_id":' || coalesce(entry.object_id::text, 'null')
    || ',"object_type":' || coalesce(to_json(entry.object_type)::text, 'null')
    || ',"person":' || coalesce(entry.person::text, 'null')
    || ',"policy_version":' || coalesce(to_json(entry.policy_version)::text, 'null')
    || ',"post":' || coalesce(entry.post::text, 'null')
    || ',"province":' || coalesce(to_json(entry.province)::text, 'null')
    || ',"role":' || coalesce(to_json(entry.role)::text, 'null')
    || ',"township":' || coalesce(to_json(entry.township)::text, 'null')
    || ',"trace":' || coalesce(to_json(entry.trace)::text, 'null')
    || ',"village":' || coalesce(to_json(entry.village)::text, 'null')
    || '}', 'UTF8'));
end $$;

create function record_event(
  what text, its_type text, its_id bigint, facts jsonb, place text[], who bigint[], its_role text,
  its_version text, its_trace text, moment timestamptz
) returns void
language plpgsql
set search_path = public, pg_temp
as $$
declare entry event;
begin
  entry.action := what; entry.object_type := its_type; entry.object_id := its_id; entry.facts := facts;
  entry.account := who[1]; entry.person := who[2]; entry.post := who[3]; entry.role := its_role;
  entry.policy_version := its_version; entry.trace := its_trace; entry.at := moment;
  entry.province := place[1]; entry.city := place[2]; entry.county := place[3]; entry.township := place[4];
  entry.village := place[5];
  insert into event (action, object_type, object_id, account, person, post, role, policy_version, facts, at, digest,
    trace, province, city, county, township, village)
  values (entry.action, entry.object_type, entry.object_id, entry.account, entry.person, entry.post, entry.role,
    entry.policy_version, entry.facts, entry.at, event_digest(entry), entry.trace, entry.province, entry.city,
    entry.county, entry.township, entry.village);
end $$;

create function shanghai_day(moment timestamptz) returns date
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select (moment at time zone 'Asia/Shanghai')::date
$$;

-- 事项依据 All that a decision on an item of a national request rests on, and its digest. Q29, Q40
--
-- The reviewer approves the digest; executing works it out anew and refuses when anything has changed.

create function request_records(items bigint[]) returns table (item bigint, record jsonb)
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
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
    'ever_marked', ever_marked(i.household), 'head', h.head_name, 'number', h.number,
    'now', (select c.picture from current_case c where c.id = i.monitoring_case),
    'then', (select a.after from act a where a.id = i.target_act and a.monitoring_case = i.monitoring_case))
    from request_item i join household h on h.id = i.household where i.id = any(items);
end $$;

create function request_record(the_item bigint) returns jsonb
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return (select r.record from request_records(array[the_item]) r);
end $$;

-- jsonb has one text per value: keys in its own order, no other blanks
create function record_digest(record jsonb) returns text
language sql immutable
set search_path = public, pg_temp
return encode(sha256(convert_to(record::text, 'UTF8')), 'hex');

create function request_digest(the_item bigint) returns text
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return record_digest(request_record(the_item));
end $$;

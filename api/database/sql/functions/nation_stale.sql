-- 过时退回 Takes items that changed since they were approved out of a filed request, for a new review. Q29, Q40

create function nation_stale(
  the_account bigint, the_post bigint, the_request bigint, moment timestamptz, its_version text,
  its_trace text
) returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
declare
  that_day date := nations_day(moment);
  who bigint := national_official(the_account, the_post, 'OPERATOR', that_day);
  its_role text := 'national:rural_revitalization:operator';
  request national_request;
  stale bigint[];
  remaining int;
begin
  select * into request from national_request r where r.id = the_request for update;
  if request.state is distinct from 'FILED' then
    perform refuse_national('national_state');
  end if;
  perform from request_item i where i.request = the_request order by i.id for update;
  with records as materialized (select r.item as id, d.digest, r.record
    from request_records(array(
      select i.id from request_item i where i.request = the_request and i.state = 'APPROVED')) r
    left join lateral approved_decision(r.item, the_request) d on true)
  select coalesce(array_agg(r.id order by r.id), '{}') into stale from records r
  where record_digest(r.record) is distinct from r.digest
    or record_fault(r.record, record_aim(r.record, that_day)) is not null;
  update request_item i set state = 'STALE', request = null, decided_on = null, decider_person = null,
    decision_reason = null, version = i.version + 1 where i.id = any(stale);
  select count(*) into remaining from request_item i where i.request = the_request and i.state = 'APPROVED';
  update national_request r set version = r.version + 1, size = r.size - cardinality(stale),
    state = case when remaining = 0 then 'SUPERSEDED' else r.state end,
    reason = case when remaining = 0 then '同意的事项情况均已变，退回重新审核' else r.reason end
  where r.id = the_request and cardinality(stale) > 0;
  perform record_event('request.stale', 'RequestItem', i.id, jsonb_build_object('on', that_day, 'overridden', '',
      'request', the_request), array[i.province, i.city, i.county], array[the_account, who, the_post],
    its_role, its_version, its_trace, moment)
  from request_item i where i.id = any(stale);
  perform record_event('request.stale', 'NationalRequest', the_request, jsonb_build_object('on', that_day,
      'overridden', '', 'items', cardinality(stale)), array[request.province], array[the_account, who, the_post],
    its_role, its_version, its_trace, moment)
  where cardinality(stale) > 0;
  return jsonb_build_object('stale', to_jsonb(stale), 'left', remaining);
end $$;

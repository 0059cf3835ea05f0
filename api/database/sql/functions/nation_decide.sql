-- 国家审核 The nation's decision on items of a request: the only way to write one. RULES §2, §4, Q29, Q40
--
-- The nation's functions run as the owner of the tables and are granted to the nation's login alone. Each looks up for
-- itself who acts and in which post, works the digests out anew, compares persons (never accounts), and writes events.
-- What they refuse is a check_violation that names its constraint (national_official, national_same_person,
-- national_state, national_stale, national_reason, national_nothing_approved); `detail` holds the ids of the items.
--
-- No sequential scans: a plan made while a table was empty is kept while the table fills inside one transaction.

create function nation_decide(
  the_account bigint, the_post bigint, the_request bigint, items bigint[], approvals boolean[],
  digests text[], reasons text[], moment timestamptz, its_version text, its_trace text
) returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
declare
  that_day date := nations_day(moment);
  who bigint := national_official(the_account, the_post, 'REVIEWER', that_day);
  request_state text;
  wrong bigint[];
  event_facts jsonb := jsonb_build_object('on', that_day, 'overridden', '');
begin
  select r.state into request_state from national_request r where r.id = the_request for update;
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
    return jsonb_build_object('decided', 0, 'state', request_state);
  end if;
  select array_agg(a.item) into wrong from unnest(items) a (item)
  where request_state is distinct from 'SUBMITTED' or not exists (select from request_item i
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
  where record_digest(r.record) is distinct from r.digest
    or (r.approved and record_fault(r.record, record_aim(r.record, that_day)) is not null);
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
  from (select exists (
    select from request_item i where i.request = the_request and i.state = 'SUBMITTED')) u (undecided)
  where r.id = the_request returning r.state into request_state;
  perform record_event('request.decide', 'NationalRequest', r.id,
    event_facts || jsonb_build_object('items', cardinality(items)), array[r.province],
    array[the_account, who, the_post], 'national:rural_revitalization:reviewer', its_version, its_trace, moment)
  from national_request r where r.id = the_request;
  perform record_event('request.decide', 'RequestItem', i.id, event_facts || jsonb_build_object('request', the_request,
      'approved', i.approved, 'operation', i.operation, 'digest', i.decided_over),
    array[i.province, i.city, i.county], array[the_account, who, the_post],
    'national:rural_revitalization:reviewer', its_version, its_trace, moment)
  from (select a.approved, a.digest as decided_over, n.*
    from unnest(items, approvals, digests) a (item, approved, digest)
    join request_item n on n.id = a.item order by n.id) i;
  return jsonb_build_object('decided', cardinality(items), 'state', request_state);
end $$;

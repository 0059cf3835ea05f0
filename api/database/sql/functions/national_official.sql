-- 国家级经办 Who acts for the nation, who had a hand in an item below it, and which decision approved it. RULES §2, Q29, Q40

-- the person who acts, when the account is in the post, and the post is national, current and of the duty
create function national_official(the_account bigint, the_post bigint, the_duty text, that_day date)
returns bigint
language plpgsql stable
set search_path = public, pg_temp
as $$
declare official bigint;
begin
  select a.person into official from account a join post p on p.account = a.id
  where a.id = the_account and p.id = the_post and a.state = 'ACTIVE' and p.tier = 'NATIONAL' and p.province is null
    and p.department = 'RURAL_REVITALIZATION' and p.duty = the_duty
    and p.since <= that_day and (p.until is null or p.until >= that_day);
  if official is null then
    perform refuse_national('national_official');
  end if;
  return official;
end $$;

-- whoever had a hand in an item below the nation, now or in a step the ledger remembers
create function hands_in(the_item bigint) returns setof bigint
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  return query
    select unnest(array[i.proposer_person, i.reviewer_person, r.submitter_person])
    from request_item i left join national_request r on r.id = i.request where i.id = the_item
    union all
    select e.person from event e where e.object_type = 'RequestItem' and e.object_id = the_item
      and e.role not like 'national:%';
end $$;

-- the newest decision on an item, when it approved. `+ 0`: by the item's index, however many the request has
create function approved_decision(the_item bigint, the_request bigint) returns setof national_decision
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  return query select d.* from (select n.* from national_decision n
    where n.item = the_item and n.request + 0 = the_request order by n.id desc limit 1) d where d.approved;
end $$;

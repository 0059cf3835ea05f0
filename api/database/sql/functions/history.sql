-- 留痕 What a new row of history must be true to: who acts, in which post, and when. RULES §4
--
-- A database of tests has officials that only its tests know.

create function acts_in(
  the_account bigint, the_person bigint, the_post bigint, the_role text, moment timestamptz
) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return is_test_database() or exists (select from post p join account a on a.id = p.account
    where p.id = the_post and a.id = the_account and a.person = the_person and a.state = 'ACTIVE'
      and the_role = lower(p.tier || ':' || p.department || ':' || p.duty)
      and p.since <= shanghai_day(moment) and (p.until is null or p.until >= shanghai_day(moment)));
end $$;

create function refuse_history(why text) returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception '%', why using errcode = 'insufficient_privilege', constraint = 'history_guard';
end $$;

-- 上级任免 Whether a person acts in a current post of one of the duties, strictly above the unit. RULES §2
--
-- The guard of appointments asks it, whatever the API has checked before.

create function acts_from_above(
  acting_post bigint, acting_account bigint, acting_person bigint, at timestamptz, target bigint,
  duties text[]
) returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select exists (
    select from post p join account a on a.id = p.account join unit u on u.id = p.unit join unit t on t.id = target
    where p.id = acting_post and a.id = acting_account and a.person = acting_person and a.state = 'ACTIVE'
      and p.department in ('RURAL_REVITALIZATION', 'LEADING_GROUP') and p.duty = any(duties)
      and p.since <= (at at time zone 'Asia/Shanghai')::date
      and (p.until is null or p.until >= (at at time zone 'Asia/Shanghai')::date)
      and u.code <> t.code and u.code = any(array['0', t.province, t.city, t.county, t.township]))
$$;

-- 现行政策 Which publication of the policy is in force, held until the transaction that asks has ended. DESIGN §5

create function policy_publication() returns bigint
language plpgsql volatile
set search_path = public, pg_temp
as $$
begin
  -- shared with other acts, never with a publication: see policy_head_moves
  perform pg_advisory_xact_lock_shared(hashtextextended('policy_head', 0));
  return (select coalesce(max(seq), 0) from policy_head);
end $$;

create function nation_policy_publication() returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  select policy_publication()
$$;

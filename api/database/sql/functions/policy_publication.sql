-- 现行政策 Which publication of the policy is in force, held until the transaction that asks has ended. DESIGN §5

create function policy_publication() returns bigint
language plpgsql volatile
set search_path = public, pg_temp
as $$
begin
  -- locks no row, but the table in ROW SHARE: shared with other acts, never with a publication (policy_head_moves)
  perform from policy_head h where h.id = -1 for key share;
  return (select coalesce(max(seq), 0) from policy_head);
end $$;

create function nation_policy_publication() returns bigint
language sql volatile security definer
set search_path = public, pg_temp
as $$
  select policy_publication()
$$;

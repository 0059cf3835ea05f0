-- 现行政策 Guards which version is in force: a published one, numbered in order; workers are notified. RULES §2

create function policy_head_moves() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and new.layer <> old.layer) then
    raise exception 'a layer in force stays in force' using errcode = 'insufficient_privilege';
  end if;
  -- one publication after another, so that numbers are seen in the order they are given
  lock table policy_head in exclusive mode;
  if not exists (select from policy_version v
    where v.id = new.policy_version and v.layer = new.layer and v.state = 'PUBLISHED')
  then
    raise exception 'only a published version of the layer is in force'
      using errcode = 'check_violation', constraint = 'policy_head_published';
  end if;
  new.seq := coalesce((select max(seq) from policy_head), 0) + 1;
  perform pg_notify('policy', new.seq::text);
  return new;
end $$;

create trigger moves
  before insert or update or delete on policy_head
  for each row
  execute function policy_head_moves();

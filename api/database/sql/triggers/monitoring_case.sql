-- 监测对象 Guards a case: the closed list of ordinary changes, held by the database itself. RULES §4, Q40
--
-- A case begins in the green channel or identified; it goes from GREEN_CHANNEL to IDENTIFIED or EXITED, from IDENTIFIED
-- to RISK_ELIMINATED, and is marked for the first time. Nothing else without an item executed in this very transaction,
-- for exactly that case, digest and outcome. A case is never deleted, moved to another household or re-dated. Only the
-- owner of the tables logged in directly is exempt: a function of the owner's that another login runs is not.
--
-- The household shows the state of its newest case.

create function guard_case() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  old_columns jsonb;
  new_columns jsonb;
begin
  if owner_signed_in() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete a case');
  elsif tg_op = 'INSERT' then
    if not (new.eliminated_on is null and new.ended_on is null and not new.safety_net and (
        (new.state = 'GREEN_CHANNEL' and new.entered_on is not null
          and num_nonnulls(new.category, new.identified_on, new.registered_on, new.threshold) = 0)
        or (new.state = 'IDENTIFIED' and new.entered_on is null and num_nulls(new.category, new.identified_on) = 0)))
      or exists (select from monitoring_case c where c.id = new.previous and c.household <> new.household)
    then
      perform refuse_locked('begin a case in a later state');
    end if;
    return new;
  end if;
  if (new.id, new.household, new.previous) is distinct from (old.id, old.household, old.previous) then
    perform refuse_locked('give a case to another household');
  end if;
  old_columns := governed_columns(old) - array['due_on', 'registered_on'];
  new_columns := governed_columns(new) - array['due_on', 'registered_on'];
  if (old_columns = new_columns
      and (old.registered_on is null or new.registered_on is not distinct from old.registered_on))
    or ordinary_change(old, new)
    or exists (select from executing(new.id) e where e.after->'case' = governed_columns(new))
  then
    return new;
  end if;
  perform refuse_locked(format('a case from %s to %s', old.state, new.state));
end $$;

create trigger guard
  before insert or delete on monitoring_case
  for each row
  execute function guard_case();

create trigger guard_change
  before update on monitoring_case
  for each row
  when ((old.id, old.household, old.previous, old.state, old.category, old.entered_on, old.identified_on,
    old.registered_on, old.eliminated_on, old.ended_on, old.threshold, old.threshold_amount, old.safety_net)
    is distinct from (new.id, new.household, new.previous, new.state, new.category, new.entered_on, new.identified_on,
    new.registered_on, new.eliminated_on, new.ended_on, new.threshold, new.threshold_amount, new.safety_net))
  execute function guard_case();

create function show_newest_case() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  update household h set monitoring_state = c.state, category = c.category, safety_net = c.safety_net
    from (select state, category, safety_net from monitoring_case
          where household = new.household order by id desc limit 1) c
    where h.id = new.household
      and (h.monitoring_state, h.category, h.safety_net) is distinct from (c.state, c.category, c.safety_net);
  return null;
end $$;

create trigger show
  after insert or update of state, category, safety_net on monitoring_case
  for each row
  execute function show_newest_case();

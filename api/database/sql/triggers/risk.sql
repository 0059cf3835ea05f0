-- 风险 Guards a risk: OPEN to STABLE or NATURAL, once; anything else only by an execution. RULES §4, Q25

create function guard_risk() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_signed_in() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete a risk');
  elsif tg_op = 'INSERT' then
    if new.state <> 'OPEN' or new.eliminated_on is not null then
      perform refuse_locked('record a risk as eliminated from the start');
    end if;
    return new;
  end if;
  if (new.id, new.household, new.monitoring_case, new.kind, new.found_on)
    is not distinct from (old.id, old.household, old.monitoring_case, old.kind, old.found_on)
    and ((new.state, new.eliminated_on) is not distinct from (old.state, old.eliminated_on)
      or (old.state = 'OPEN' and new.state in ('STABLE', 'NATURAL') and new.eliminated_on is not null)
      or exists (select from executing(new.monitoring_case) e where e.after->'risks' @> jsonb_build_array(
        jsonb_build_object('id', new.id, 'state', new.state, 'eliminated_on', new.eliminated_on))))
  then
    return new;
  end if;
  perform refuse_locked(format('a risk from %s to %s', old.state, new.state));
end $$;

create trigger guard
  before insert or update or delete on risk
  for each row
  execute function guard_risk();

"""The third depth of the national lock: the closed list of ordinary changes, held by the database itself. RULES §4, Q40

Everybody is held to it but the owner of the tables logged in directly (migrations, demo load, fixtures): a function of
the owner's that another login runs is held to it too.

  a case      begins in the green channel or identified; GREEN_CHANNEL → IDENTIFIED | EXITED, IDENTIFIED →
              RISK_ELIMINATED; a first mark; nothing else without an item executed in this very transaction, for
              exactly that case, digest and outcome; it is never deleted, moved to another household or re-dated
  a risk      OPEN → STABLE | NATURAL, once; anything else likewise
  a household shows what its newest case says
  an item, a request   what only the nation decides, only the nation's functions write
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-26T12:11:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Ordinary changes of cases, and no others"

WHO = """
create function owner_signed_in() returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select session_user = pg_get_userbyid(c.relowner) from pg_class c where c.oid = 'public.monitoring_case'::regclass);
end $$;
create function owner_s_function() returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select current_user = pg_get_userbyid(c.relowner) from pg_class c where c.oid = 'public.monitoring_case'::regclass);
end $$;
create function refuse_locked(what text) returns void language plpgsql set search_path = public, pg_temp as $$
begin
  raise exception 'only an executed national request may do this: %', what
    using errcode = 'insufficient_privilege', constraint = 'national_lock';
end $$;
"""

EXECUTED = """
alter table executed_item add column written_in xid8 not null default pg_current_xact_id();
-- what this transaction executes on a case: approved, over exactly that digest, decided and executed by two persons.
-- `+ 0`: from the case's own rows to the others, never through all of an execution or of a request
create function executing(the_case bigint) returns setof executed_item language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  return query select e.* from executed_item e
    join national_execution x on x.id = e.execution + 0
    join national_decision d on d.id = e.decision and d.item = e.item and d.request + 0 = x.request and d.approved
      and d.digest = e.digest and d.person <> x.person
    join request_item i on i.id = e.item and i.request + 0 = x.request and i.monitoring_case = e.monitoring_case
    where e.monitoring_case = the_case and e.written_in = pg_current_xact_id_if_assigned();
end $$;
"""

CASES = """
create function guard_case() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  was jsonb;
  becomes jsonb;
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
  was := governed(old) - array['due_on', 'registered_on'];
  becomes := governed(new) - array['due_on', 'registered_on'];
  if (was = becomes and (old.registered_on is null or new.registered_on is not distinct from old.registered_on))
    or ordinary_change(old, new)
    or exists (select from executing(new.id) e where e.after->'case' = governed(new))
  then
    return new;
  end if;
  perform refuse_locked(format('a case from %s to %s', old.state, new.state));
end $$;

create function ordinary_change(old monitoring_case, new monitoring_case) returns boolean language plpgsql stable
  set search_path = public, pg_temp as $$
declare
  was jsonb := governed(old) - array['due_on'];
  becomes jsonb := governed(new) - array['due_on'];
begin
  case
    when old.state = 'GREEN_CHANNEL' and new.state = 'IDENTIFIED' then
      return num_nulls(new.category, new.identified_on) = 0 and num_nonnulls(old.category, old.identified_on) = 0
        and was - array['state', 'category', 'identified_on', 'threshold', 'threshold_amount']
          = becomes - array['state', 'category', 'identified_on', 'threshold', 'threshold_amount'];
    when old.state = 'GREEN_CHANNEL' and new.state = 'EXITED' then
      return new.ended_on is not null and was - array['state', 'ended_on'] = becomes - array['state', 'ended_on'];
    when old.state = 'IDENTIFIED' and new.state = 'RISK_ELIMINATED' then
      return new.eliminated_on is not null and not old.safety_net
        and was - array['state', 'eliminated_on'] = becomes - array['state', 'eliminated_on'];
    when old.state = 'IDENTIFIED' and new.state = 'IDENTIFIED' and new.safety_net and not old.safety_net then
      return was - array['safety_net'] = becomes - array['safety_net'] and not ever_marked(old.household);
    else
      return false;
  end case;
end $$;
create trigger guard before insert or delete on monitoring_case for each row execute function guard_case();
create trigger guard_change before update on monitoring_case for each row
  when ((old.id, old.household, old.previous, old.state, old.category, old.entered_on, old.identified_on,
    old.registered_on, old.eliminated_on, old.ended_on, old.threshold, old.threshold_amount, old.safety_net)
    is distinct from (new.id, new.household, new.previous, new.state, new.category, new.entered_on, new.identified_on,
    new.registered_on, new.eliminated_on, new.ended_on, new.threshold, new.threshold_amount, new.safety_net))
  execute function guard_case();
"""

RISKS = """
create function guard_risk() returns trigger language plpgsql set search_path = public, pg_temp as $$
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
create trigger guard before insert or update or delete on risk for each row execute function guard_risk();
"""

HOUSEHOLDS = """
create function guard_household() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare newest monitoring_case;
begin
  if owner_signed_in() then
    return new;
  end if;
  select c.* into newest from monitoring_case c where c.household = new.id order by c.id desc limit 1;
  if (new.monitoring_state, new.category, new.safety_net)
    is distinct from (newest.state, newest.category, coalesce(newest.safety_net, false))
  then
    perform refuse_locked('show a household otherwise than its newest case');
  end if;
  return new;
end $$;
create trigger guard_insert before insert on household for each row execute function guard_household();
create trigger guard_update before update of monitoring_state, category, safety_net on household for each row
  when ((old.monitoring_state, old.category, old.safety_net)
    is distinct from (new.monitoring_state, new.category, new.safety_net)) execute function guard_household();
"""

REQUESTS = """
create function guard_item() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  place text[] := array['province', 'city', 'county', 'township', 'village'];
  nations text[] := array['APPROVED', 'REJECTED', 'EXECUTED', 'STALE'];
begin
  if owner_s_function() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete an item of a request');
  elsif tg_op = 'INSERT' then
    if new.state <> 'PROPOSED' or new.proposer_person is null or num_nonnulls(new.reviewer_person, new.decider_person,
      new.executor_person, new.decided_on, new.decision_reason, new.executed_on) > 0
    then
      perform refuse_locked('an item that begins as more than a proposal');
    end if;
    return new;
  end if;
  if (old.state = any(nations[:3]) and to_jsonb(new) - place <> to_jsonb(old) - place)
    or (new.state is distinct from old.state and new.state = any(nations))
    or (new.household, new.monitoring_case, new.operation, new.target_act, new.target_mark, new.decider_person,
      new.executor_person, new.decided_on, new.decision_reason, new.executed_on) is distinct from
      (old.household, old.monitoring_case, old.operation, old.target_act, old.target_mark, old.decider_person,
      old.executor_person, old.decided_on, old.decision_reason, old.executed_on)
  then
    perform refuse_locked(format('an item from %s to %s', old.state, new.state));
  end if;
  return new;
end $$;
create trigger guard before insert or update or delete on request_item for each row execute function guard_item();

create function guard_request() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare nations text[] := array['DECIDED', 'FILED', 'EXECUTED'];
begin
  if owner_s_function() then
    return case tg_op when 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_locked('delete a request');
  elsif new.state = any(nations) or (tg_op = 'UPDATE' and old.state = any(nations))
    or num_nonnulls(new.decided_on, new.filing_number, new.filed_on, new.executed_on) > 0
  then
    perform refuse_locked('decide, file or execute a request');
  end if;
  return new;
end $$;
create trigger guard before insert or update or delete on national_request for each row
  execute function guard_request();

create function guard_act() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if not owner_s_function() then
    perform refuse_locked('record that something was executed');
  end if;
  return new;
end $$;
create trigger guard before insert on act for each row
  when (new.step in ('withdraw.execute', 'rollback.execute', 'safety_net.execute')) execute function guard_act();

alter table evidence add constraint evidence_is_its_hash
  check (sha256 = encode(sha256(content), 'hex') and size = length(content));
"""


async def forwards() -> MigrationManager:
    """Make the functions and triggers in one transaction."""
    return sql_migration(ID, DESCRIPTION, WHO + EXECUTED + CASES + RISKS + HOUSEHOLDS + REQUESTS)

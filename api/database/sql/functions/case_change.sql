-- 案件变动 Which changes of a case are ordinary, and which one an execution of this transaction allows. RULES §4, Q40
--
-- guard_case and guard_risk ask these functions; everything they do not allow is refused.

create function governed_columns(the_case monitoring_case) returns jsonb
language plpgsql immutable
set search_path = public, pg_temp
as $$
begin
  return jsonb_build_object('state', the_case.state, 'category', the_case.category, 'entered_on', the_case.entered_on,
    'identified_on', the_case.identified_on, 'registered_on', the_case.registered_on,
    'eliminated_on', the_case.eliminated_on, 'ended_on', the_case.ended_on, 'threshold', the_case.threshold,
    'threshold_amount', the_case.threshold_amount, 'safety_net', the_case.safety_net, 'due_on', the_case.due_on);
end $$;

create function ordinary_change(old monitoring_case, new monitoring_case) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
declare
  old_columns jsonb := governed_columns(old) - array['due_on'];
  new_columns jsonb := governed_columns(new) - array['due_on'];
begin
  case
    when old.state = 'GREEN_CHANNEL' and new.state = 'IDENTIFIED' then
      return num_nulls(new.category, new.identified_on) = 0 and num_nonnulls(old.category, old.identified_on) = 0
        and old_columns - array['state', 'category', 'identified_on', 'threshold', 'threshold_amount']
          = new_columns - array['state', 'category', 'identified_on', 'threshold', 'threshold_amount'];
    when old.state = 'GREEN_CHANNEL' and new.state = 'EXITED' then
      return new.ended_on is not null
        and old_columns - array['state', 'ended_on'] = new_columns - array['state', 'ended_on'];
    when old.state = 'IDENTIFIED' and new.state = 'RISK_ELIMINATED' then
      return new.eliminated_on is not null and not old.safety_net
        and old_columns - array['state', 'eliminated_on'] = new_columns - array['state', 'eliminated_on'];
    when old.state = 'IDENTIFIED' and new.state = 'IDENTIFIED' and new.safety_net and not old.safety_net then
      return old_columns - array['safety_net'] = new_columns - array['safety_net'] and not ever_marked(old.household);
    else
      return false;
  end case;
end $$;

create function ever_marked(the_household bigint) returns boolean
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  return exists (select from monitoring_case c where c.household = the_household and c.safety_net)
    or exists (select from executed_item e where e.household = the_household
      and 'true' in (e.before->'case'->>'safety_net', e.after->'case'->>'safety_net'));
end $$;

-- what this transaction executes on a case: approved, over exactly that digest, decided and executed by two persons.
-- `+ 0`: from the case's own rows to the others, never through all of an execution or of a request
create function executing(the_case bigint) returns setof executed_item
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  return query select e.* from executed_item e
    join national_execution x on x.id = e.execution + 0
    join national_decision d on d.id = e.decision and d.item = e.item and d.request + 0 = x.request and d.approved
      and d.digest = e.digest and d.person <> x.person
    join request_item i on i.id = e.item and i.request + 0 = x.request and i.monitoring_case = e.monitoring_case
    where e.monitoring_case = the_case and case when e.written_in = pg_current_xact_id_if_assigned()
      then written_by_us(e.xmin) end;
end $$;

-- whether the transaction that inserted a row we see is still running, so that it is ours: a row restored into another
-- server has the number of an old transaction in written_in, which this server may give to a new one, but was inserted
-- by one that has ended. Savepoints have numbers of their own, above their transaction's
create function written_by_us(inserter xid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  ours bigint := pg_current_xact_id()::text::bigint;
  span bigint := 4294967296;
  number bigint := ours / span * span + inserter::text::bigint;
begin
  -- xid holds the lower 32 bits: the epoch is that of the nearest number
  number := number + case when number < ours - span / 2 then span when number > ours + span / 2 then -span else 0 end;
  return number >= ours and pg_xact_status(number::text::xid8) = 'in progress';
end $$;

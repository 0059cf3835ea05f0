"""The picture of a case, and one kept with every act: what `asOf` shows and a rollback restores. Q40

A picture holds columns that steps change, by the columns' names: no kind of risk (it may reveal health), no amount but
the frozen threshold, no free text, no personal value. What never changes is read from the row itself.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-26T12:11:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The picture of a case, kept with every act"

# one text for the case alone and for many in one query; whoever takes it says which: `where c.id = …`
CASE_PICTURE = """
  select jsonb_build_object(
  'case', jsonb_build_object('id', c.id, 'household', c.household, 'previous', c.previous, 'category', c.category,
    'state', c.state, 'entered_on', c.entered_on, 'identified_on', c.identified_on, 'registered_on', c.registered_on,
    'eliminated_on', c.eliminated_on, 'ended_on', c.ended_on, 'threshold', c.threshold,
    'threshold_amount', c.threshold_amount, 'safety_net', c.safety_net, 'due_on', c.due_on, 'version', c.version),
  'household', jsonb_build_object('unit', h.unit, 'province', h.province, 'city', h.city, 'county', h.county,
    'township', h.township, 'village', h.village, 'kind_of_household', h.kind_of_household, 'people', h.people,
    'jurisdiction', h.jurisdiction, 'monitoring_state', h.monitoring_state, 'category', h.category,
    'safety_net', h.safety_net),
  'risks', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'state', r.state,
    'eliminated_on', r.eliminated_on) order by r.id) from risk r where r.monitoring_case = c.id), '[]'),
  'plans', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'state', p.state,
    'declared_on', p.declared_on, 'version', p.version) order by p.id)
    from plan p where p.monitoring_case = c.id), '[]'),
  'measures', coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'plan', m.plan, 'risk', m.risk,
    'state', m.state, 'declared_on', m.declared_on, 'started_on', m.started_on, 'ends_on', m.ends_on,
    'completed_on', m.completed_on, 'version', m.version) order by m.id)
    from measure m where m.monitoring_case = c.id), '[]'),
  'proceedings', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'state', p.state,
    'ended_on', p.ended_on, 'version', p.version) order by p.id)
    from proceeding p where p.monitoring_case = c.id), '[]'),
  'deadlines', coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'limit', d."limit",
    'due_on', d.due_on) order by d.id)
    from deadline d left join proceeding p on p.id = d.proceeding
    where d.household = c.household and d.done_on is null and c.id in (d.monitoring_case, p.monitoring_case)), '[]'))
  from monitoring_case c join household h on h.id = c.household"""

# plpgsql, not sql: it keeps the plan of its one query, and every act of the product asks it
PICTURE = f"""
create function case_picture(the_case bigint) returns jsonb language plpgsql stable
  set search_path = public, pg_temp set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  return ({CASE_PICTURE} where c.id = the_case);
end $$;
"""

KEPT = """
create function picture_case() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.after := case when new.monitoring_case is not null then case_picture(new.monitoring_case) end;
  return new;
end $$;
create trigger picture before insert on act for each row execute function picture_case();
"""


async def forwards() -> MigrationManager:
    """Make the function, and let the table keep what it says."""
    return sql_migration(ID, DESCRIPTION, PICTURE + KEPT)

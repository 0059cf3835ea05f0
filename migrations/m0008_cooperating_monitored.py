"""The cooperating place, filtered by state and category: without this index skip scans read the country's entries."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-23T20:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Monitored households of cooperating places"

FORWARDS = """
do $$
declare tier text;
begin
  foreach tier in array array['province', 'city', 'county', 'township', 'village'] loop
    execute format('create index household_cooperating_monitored_%1$s'
      ' on household (cooperating_%1$s, monitoring_state, category, id)'
      ' where cooperating_%1$s is not null and monitoring_state is not null', tier);
  end loop;
end $$;
"""


async def forwards() -> MigrationManager:
    """Run the statements."""
    return sql_migration(ID, DESCRIPTION, FORWARDS)

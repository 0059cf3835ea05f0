"""The waiting room of imports: rows live in it only inside the transaction that imports them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-23T19:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Waiting room of imports"

FORWARDS = """
create unlogged table intake_row (
  sheet text collate "C" not null,
  line integer not null,
  failed boolean not null,
  household_number text collate "C",
  head_index bytea,
  person_index bytea,
  household bigint,
  target bigint,
  fresh boolean not null,
  changed boolean not null,
  stored integer not null,
  known boolean not null,
  elsewhere bigint,
  elsewhere_unit text collate "C",
  relation text collate "C",
  present boolean not null,
  data jsonb not null
);
create index intake_row_number on intake_row (household_number) where sheet = 'household';
create index intake_row_head on intake_row (head_index) where sheet = 'household';
"""


async def forwards() -> MigrationManager:
    """Make the table; it is empty to everybody but the import that fills it."""
    return sql_migration(ID, DESCRIPTION, FORWARDS)

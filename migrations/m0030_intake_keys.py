"""Each index of the waiting room answers one question: the planner, which takes the room for empty, has no choice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-26T12:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the waiting room of imports"

FORWARDS = """
drop index intake_row_number, intake_row_head;
create index intake_row_number on intake_row (household_number)
  where sheet = 'household' and household_number is not null;
create index intake_row_head on intake_row (head_index) where sheet = 'household' and head_index is not null;
"""


async def forwards() -> MigrationManager:
    """Make the indexes anew."""
    return sql_migration(ID, DESCRIPTION, FORWARDS)

"""A withdrawn case carries no safety-net mark: it is no monitored object, and the mark is one of those. Q28, Q40

The rest of `record_aim` is `m0011_national_operations`'. Whoever was marked once stays so for `ever_marked`.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration
from migrations.m0011_national_operations import AIM

ID = "2026-11-26T12:29:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "A withdrawal lifts the safety-net mark"

WITHDRAWN = "'state', 'WITHDRAWN', 'ended_on', that_day"
FORWARDS = AIM.replace("create function", "create or replace function").replace(
    WITHDRAWN, f"{WITHDRAWN}, 'safety_net', false"
)


async def forwards() -> MigrationManager:
    """Put the aim of a withdrawal anew."""
    return sql_migration(ID, DESCRIPTION, FORWARDS)

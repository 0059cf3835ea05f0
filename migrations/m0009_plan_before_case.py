"""A plan may be drafted during identification, before there is a case. Q34"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import ForeignKey

ID = "2026-11-23T20:06:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "A plan may be drafted during identification. Q34"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="api", description=DESCRIPTION)
    manager.alter_column(
        table_class_name="Plan",
        tablename="plan",
        column_name="monitoring_case",
        db_column_name="monitoring_case",
        params={"null": True},
        old_params={"null": False},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )
    return manager

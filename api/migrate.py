"""迁移 Bring a database to this release: Piccolo's table migrations and SQL ones, in order, once. DESIGN §7

A session lock lets one process migrate while others wait and then find nothing to do. Each migration and its entry
in the `migration` table are one transaction, so none is ever applied but unrecorded.
"""

import contextlib
import importlib
import io
from functools import partial
from pkgutil import iter_modules
from types import ModuleType

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

import migrations
from api.constraints import constrain
from api.database import ENGINE, Dsn, problems
from api.errors import Problem, code

LOCK = 0x53686F7577616E67  # "Shouwang": the key of the advisory lock
APP = "api"
NEWER_DATABASE = code(
    "NEWER_DATABASE",
    500,
    zh="数据库已由更新的版本迁移（{found}）",
    en="the database was migrated by a newer release ({found})",
    next_zh="升级程序后重新启动，或恢复旧版本的备份",
    next_en="start a release at least as new, or restore a backup of the older one",
)


async def migrate(owner: Dsn) -> list[str]:
    """Run what has not been run yet, as the owner of the tables; the identifiers of what ran, in order.

    Problems: NEWER_DATABASE, DATABASE_UNAVAILABLE, DATABASE_REFUSED. A failing migration leaves nothing of itself.
    """
    with problems():
        connection = await owner.connect()
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        with ENGINE.bound(connection):
            ran = await _run_missing()
        await constrain(connection)
        return ran
    finally:
        await connection.close()  # and with the session its lock


def modules() -> dict[str, ModuleType]:
    """The migrations of this release by identifier, in order."""
    names = [f"{migrations.__name__}.{module.name}" for module in iter_modules(migrations.__path__)]
    found = {module.ID: module for module in map(importlib.import_module, names) if hasattr(module, "ID")}
    return dict(sorted(found.items()))


def sql_migration(identifier: str, description: str, forwards: str, backwards: str | None = None) -> MigrationManager:
    """A migration of plain SQL, several statements if need be, inside the migration's transaction.

    What a migration file returns: `async def forwards(): return sql_migration(ID, DESCRIPTION, SQL)`.
    """
    manager = MigrationManager(migration_id=identifier, app_name=APP, description=description)
    manager.add_raw(partial(_execute, forwards))
    if backwards is not None:
        manager.add_raw_backwards(partial(_execute, backwards))
    return manager


async def pending_changes() -> list[str]:
    """What the tables declare and no migration makes yet: empty, or `piccolo migrations new api --auto` is due."""
    from piccolo.apps.migrations.commands.new import AutoMigrationManager  # it imports a code formatter

    from api.piccolo_app import APP_CONFIG

    class Pending(AutoMigrationManager):
        def get_migration_modules(self, _: str) -> dict[str, ModuleType]:  # type: ignore[override]
            return modules()

    with contextlib.redirect_stdout(io.StringIO()):
        changes = await Pending().get_alter_statements(APP_CONFIG)
    return [statement for change in changes for statement in change.statements]


async def _run_missing() -> list[str]:
    await Migration.create_table(if_not_exists=True)
    already = await Migration.get_migrations_which_ran(app_name=APP)
    known = modules()
    unknown = sorted(set(already) - set(known))
    if unknown:
        raise Problem(NEWER_DATABASE, found=unknown[-1])
    missing = [identifier for identifier in known if identifier not in already]
    for identifier in missing:
        await _run(identifier, known[identifier])
    return missing


async def _run(identifier: str, module: ModuleType) -> None:
    manager = await module.forwards()
    wrapped = getattr(manager, "wrap_in_transaction", True)  # False: CREATE INDEX CONCURRENTLY refuses one
    async with ENGINE.transaction() if wrapped else contextlib.nullcontext():
        if isinstance(manager, MigrationManager):
            with contextlib.redirect_stdout(io.StringIO()):  # Piccolo prints as it goes
                await manager.run()
        await Migration.insert(Migration(name=identifier, app_name=APP))


async def _execute(sql: str) -> None:
    await ENGINE.connection.execute(sql)

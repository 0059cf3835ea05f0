"""迁移 Bring a database to this release: migrations in order, once, then CHECKs, functions, triggers, views. DESIGN §7

A session lock lets one process migrate while others wait and then find nothing to do. All of it is one transaction, so
a database is of one release or of the other; only a migration that refuses a transaction (CREATE INDEX CONCURRENTLY)
splits it. No statement waits for a lock longer than LOCK_TIMEOUT, because everybody else waits behind it: the
transaction is rolled back and tried again.
"""

import asyncio
import contextlib
import importlib
import io
import re
from pkgutil import iter_modules
from types import ModuleType

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

import migrations
from api.constraints import constrain
from api.database import ENGINE, LONG, Connection, Dsn, problems
from api.database.objects import create_changed, drop_changed
from api.errors import Problem, code
from api.migration import APP

LOCK = 0x53686F7577616E67  # "Shouwang": the key of the advisory lock
LOCK_TIMEOUT = "2s"
ATTEMPTS = 30
PAUSE = 1.0  # seconds between attempts
OURS = re.compile(r"\d{4}_\w+")  # the identifiers of released migrations are the names of their files

NEWER_DATABASE = code(
    "NEWER_DATABASE",
    500,
    zh="数据库已由更新的版本迁移（{found}）",
    en="the database was migrated by a newer release ({found})",
    next_zh="升级程序后重新启动，或恢复旧版本的备份",
    next_en="start a release at least as new, or restore a backup of the older one",
)
DEVELOPMENT_DATABASE = code(
    "DEVELOPMENT_DATABASE",
    500,
    zh="数据库由首次发布前的开发版本建立（{found}），任何发布版本都不能升级；数据库未作改动",
    en="the database was made by a development version before the first release ({found}), which no release "
    "upgrades; nothing in it was changed",
    next_zh="另建空数据库：内置数据库改用新的 SHOUWANG_DATABASE 名称，外部数据库新建后修改 DATABASE_URL",
    next_en="make the database anew: give the embedded one another name in SHOUWANG_DATABASE, or create an empty one "
    "and name it in DATABASE_URL",
)
DATABASE_IN_USE = code(
    "DATABASE_IN_USE",
    503,
    zh="其他事务长时间占用数据表，迁移尝试 {attempts} 次均未取得锁；数据库未作改动",
    en="other transactions hold the tables for long: the migration got no lock in {attempts} attempts and changed "
    "nothing",
    next_zh="在 pg_stat_activity 中查找并结束长事务（如备份），然后重新执行 shouwang migrate",
    next_en="find long transactions (a backup, say) in pg_stat_activity, wait for them or end them, and run "
    "`shouwang migrate` again",
)


async def migrate(owner: Dsn) -> list[str]:
    """Run what has not been run yet, as the owner of the tables; the identifiers of what ran, in order.

    Problems: NEWER_DATABASE, DEVELOPMENT_DATABASE, DATABASE_IN_USE, DATABASE_UNAVAILABLE, DATABASE_REFUSED. A failing
    migration leaves nothing of itself, nor of the others since the last one that refuses a transaction.
    """
    with problems():
        connection = await owner.connect(command_timeout=LONG)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        missing = await _missing(connection)
        with ENGINE.bound(connection):
            await _run(connection, missing)
        return missing
    finally:
        await connection.close()  # and with the session its lock


def modules() -> dict[str, ModuleType]:
    """The migrations of this release by identifier, in order."""
    names = [f"{migrations.__name__}.{module.name}" for module in iter_modules(migrations.__path__)]
    migrations_ = {module.ID: module for module in map(importlib.import_module, names) if hasattr(module, "ID")}
    return dict(sorted(migrations_.items()))


async def pending_changes() -> list[str]:
    """List declared changes that no migration makes yet; when any, `piccolo migrations new api --auto` is due."""
    from piccolo.apps.migrations.commands.new import AutoMigrationManager  # it imports a code formatter

    from api.piccolo_app import APP_CONFIG

    class Pending(AutoMigrationManager):
        def get_migration_modules(self, _: str) -> dict[str, ModuleType]:  # type: ignore[override]
            return modules()

    with contextlib.redirect_stdout(io.StringIO()):
        changes = await Pending().get_alter_statements(APP_CONFIG)
    return [statement for change in changes for statement in change.statements]


async def _missing(connection: Connection) -> list[str]:
    """The migrations that the database lacks; Problems when it is of another history. It changes nothing."""
    applied: list[str] = []
    if await connection.fetchval("SELECT to_regclass('public.migration')") is not None:
        rows = await connection.fetch("SELECT name FROM migration WHERE app_name = $1 ORDER BY name", APP)
        applied = [row["name"] for row in rows]
    known_ids = modules()
    unknown = [identifier for identifier in applied if identifier not in known_ids]
    for identifier in unknown:
        if not OURS.fullmatch(identifier):
            raise Problem(DEVELOPMENT_DATABASE, found=identifier)
    if unknown:
        raise Problem(NEWER_DATABASE, found=unknown[-1])
    return [identifier for identifier in known_ids if identifier not in applied]


async def _run(connection: Connection, missing: list[str]) -> None:
    """Run the missing migrations and all that follows from this release's files."""
    by_id = modules()
    together: list[MigrationManager] = []
    await Migration.create_table(if_not_exists=True)
    for identifier in missing:
        manager = await by_id[identifier].forwards()
        if manager.wrap_in_transaction:
            together.append(manager)
            continue
        await _apply(connection, together)
        together = []
        await connection.execute("SET lock_timeout = 0")  # an index half built would be left behind
        await _run_manager(manager)
    await _apply(connection, together, is_last=True)


async def _apply(connection: Connection, managers: list[MigrationManager], *, is_last: bool = False) -> None:
    """Run the migrations in one transaction, tried again while it gets no lock; with the last ones, what follows."""
    await connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with connection.transaction():
                if is_last:
                    await drop_changed(connection)
                for manager in managers:
                    await _run_manager(manager)
                if is_last:
                    await constrain(connection)
                    await create_changed(connection)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if attempt == ATTEMPTS:
                raise Problem(DATABASE_IN_USE, attempts=ATTEMPTS) from None
            await asyncio.sleep(PAUSE)
        else:
            return


async def _run_manager(manager: MigrationManager) -> None:
    with contextlib.redirect_stdout(io.StringIO()):  # Piccolo prints as it goes
        await manager.run()
    await Migration.insert(Migration(name=manager.migration_id, app_name=APP))

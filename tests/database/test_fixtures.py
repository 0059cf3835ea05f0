"""测试夹具 The fixtures give each module a database of its own, and each test that asks for it a clean one."""

import pytest

from api.database import Reader, SafeEngine
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")


@pytest.mark.parametrize("attempt", [1, 2])
async def test_untouched_forgets_what_a_test_wrote(engine: SafeEngine, untouched: None, attempt: int) -> None:
    await engine.run_ddl("INSERT INTO jotting VALUES ('once')")
    assert len(await engine.run_ddl("SELECT * FROM jotting")) == 1


async def test_nothing_of_it_was_committed(engine: SafeEngine, reader: Reader) -> None:
    assert await reader.rows("SELECT * FROM jotting") == []


async def test_every_login_is_its_own_role(database: Logins) -> None:
    for role in ("owner", "app", "reader", "nation"):
        connection = await getattr(database, role).connect()
        assert await connection.fetchval("SELECT current_user || '@' || current_database()") == (
            f"shouwang_{role}@{database.owner.database}"
        )
        await connection.close()

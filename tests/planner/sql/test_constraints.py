"""约束 What the planner writes into JSON as it is needs no escaping, whatever the database accepts there."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.constraints import CODE, LINE, declared
from api.roles import Logins
from api.schema.catalogue import catalogue, entities
from tests.support.planner.world import World

ACCEPTED = """
select array_agg(c order by c) from generate_series(1, 65535) c
where c not between 55296 and 57343 and chr(c) ~ $1 and to_json(chr(c))::text <> '"' || chr(c) || '"'"""


@pytest_asyncio.fixture
async def owner(database: Logins) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    yield connection
    await connection.close()


@pytest.mark.parametrize("pattern", [LINE, CODE])
async def test_what_the_database_accepts_is_json_as_it_is(owner: Any, pattern: str) -> None:
    assert await owner.fetchval(ACCEPTED, pattern) is None


@pytest.mark.parametrize("text", ['王"五"', "赵\\六", "钱\n七", "孙\x1f八"])
async def test_a_name_that_would_need_escaping_is_refused(world: World, owner: Any, text: str) -> None:
    assert world.tables["member"]
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("update member set name = $1 where id = (select min(id) from member)", text)


def test_every_text_written_as_it_is_has_its_constraint() -> None:
    checked = {(table, name) for table, name, _ in declared()}
    tables = {entity._meta.tablename for entity in entities().values() if not entity.view}
    for type_ in (entity for entity in catalogue().values() if entity.table in tables):
        for field in type_.fields.values():
            if field.column is not None and field.scalar.name == "word":
                assert (type_.table, f"{type_.table}_{field.column}_declared") in checked, (type_.name, field.name)


async def test_where_the_declared_column_is_null_there_are_no_rows(world: World, owner: Any) -> None:
    """The planner then looks for none: a list must not be lost by it."""
    assert world.tables["monitoring_case"]
    for type_ in catalogue().values():
        for relation in type_.relations.values():
            absent = getattr(relation, "absent", None)
            if absent is not None:
                target = catalogue()[relation.target].table
                sql = (
                    f'select count(*) from {target} t join {type_.table} p on p.id = t."{relation.column}"'
                    f' where p."{absent}" is null'
                )
                assert await owner.fetchval(sql) == 0

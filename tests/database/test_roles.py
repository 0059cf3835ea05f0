"""角色 What each role may do, tried; and the refusal to run with a role that may do more. DESIGN §7"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api import grants, roles
from api.database import Dsn
from api.errors import Problem
from api.roles import Logins

TABLES = """
CREATE TABLE plant (id bigserial PRIMARY KEY, phone_sealed bytea, phone_index bytea, phone_masked text, price_index int,
                    password_hash text);
CREATE VIEW plants AS SELECT id, phone_masked FROM plant;
CREATE FUNCTION nation_decide() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public
  AS 'INSERT INTO plant (price_index) VALUES (1) RETURNING 1';
CREATE FUNCTION other_definer() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT 1';
GRANT ALL ON plant TO PUBLIC;
"""


@pytest_asyncio.fixture(scope="module", autouse=True)
async def planted(database: Logins) -> None:
    await _as(database.owner, TABLES)
    for _ in range(2):
        await grants.grant(database.owner, database)


async def _as(login: Dsn, sql: str) -> Any:
    connection = await login.connect()
    try:
        return await connection.execute(sql)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("role", "sql"),
    [
        ("app", "INSERT INTO plant (price_index) VALUES (1)"),
        ("app", "UPDATE plant SET phone_sealed = NULL"),
        ("app", "SELECT * FROM plant; SELECT * FROM plants; SELECT * FROM migration"),
        ("app", "SELECT count(*) FROM event"),
        ("reader", "SELECT id, phone_masked, price_index FROM plant; SELECT count(*) FROM plant"),
        ("reader", "SELECT * FROM plants"),
        ("nation", "SELECT 1"),
        ("nation", "SELECT nation_decide()"),
    ],
)
async def test_what_a_role_may_do(database: Logins, role: str, sql: str) -> None:
    assert await _as(getattr(database, role), sql)


@pytest.mark.parametrize(
    ("role", "sql"),
    [
        ("app", "CREATE TABLE t (n int)"),
        ("app", "CREATE TEMP TABLE t (n int)"),
        ("app", "CREATE SCHEMA s"),
        ("app", "ALTER TABLE plant ADD COLUMN n int"),
        ("app", "DROP TABLE plant"),
        ("app", "TRUNCATE plant"),
        ("app", "DELETE FROM plant"),
        ("app", "UPDATE unit SET county = '500110'"),
        ("app", "INSERT INTO request_effect DEFAULT VALUES"),
        ("app", "UPDATE survey SET wages = 0"),
        ("app", "CREATE TEMPORARY TABLE appointment (id int)"),
        ("app", "CREATE ROLE r"),
        ("app", "SET ROLE shouwang_owner"),
        ("app", "ALTER ROLE shouwang_app SUPERUSER"),
        ("app", "UPDATE event SET role = ''"),
        ("app", "DELETE FROM event"),
        ("app", "INSERT INTO migration (name) VALUES ('x')"),
        ("app", "SELECT nation_decide()"),
        ("app", "INSERT INTO national_decision DEFAULT VALUES"),
        ("app", "INSERT INTO national_filing DEFAULT VALUES"),
        ("app", "INSERT INTO national_execution DEFAULT VALUES"),
        ("app", "INSERT INTO executed_item DEFAULT VALUES"),
        ("app", "UPDATE national_decision SET approved = true"),
        ("app", "DELETE FROM national_execution"),
        ("app", "TRUNCATE executed_item"),
        ("app", "UPDATE evidence SET content = ''"),
        ("app", "DELETE FROM evidence"),
        ("app", "SELECT other_definer()"),
        ("reader", "INSERT INTO plant (price_index) VALUES (1)"),
        ("reader", "UPDATE plant SET price_index = 1"),
        ("reader", "DELETE FROM plant"),
        ("reader", "SELECT * FROM plant"),
        ("reader", "SELECT phone_sealed FROM plant"),
        ("reader", "SELECT 1 FROM plant WHERE phone_index = ''"),
        ("reader", "SELECT password_hash FROM plant"),
        ("reader", "SELECT plant FROM plant"),
        ("reader", "SELECT * FROM migration"),
        ("reader", "SELECT nextval('plant_id_seq')"),
        ("reader", "SELECT nation_decide()"),
        ("reader", "CREATE TEMP TABLE t (n int)"),
        ("nation", "SELECT * FROM plant"),
        ("nation", "SELECT * FROM plants"),
        ("nation", "SELECT other_definer()"),
        ("nation", "INSERT INTO plant (price_index) VALUES (1)"),
        ("nation", "SELECT * FROM national_decision"),
        ("nation", "INSERT INTO national_decision DEFAULT VALUES"),
        ("nation", "INSERT INTO executed_item DEFAULT VALUES"),
        ("nation", "UPDATE monitoring_case SET state = 'WITHDRAWN'"),
        ("nation", "CREATE TABLE t (n int)"),
    ],
)
async def test_what_a_role_may_not_do(database: Logins, role: str, sql: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _as(getattr(database, role), sql)


async def test_the_tables_of_the_product_give_the_reader_no_sealed_column(database: Logins) -> None:
    owner = await database.owner.connect()
    columns = {
        (row["table_name"], row["column_name"])
        for row in await owner.fetch(
            "SELECT table_name, column_name FROM information_schema.column_privileges WHERE grantee = 'shouwang_reader'"
        )
    }
    await owner.close()
    assert ("member", "id_number_masked") in columns
    assert not [name for _, name in columns if name.endswith("_sealed") or name == "password_hash"]
    assert not {("member", "id_number_index"), ("household", "phone_index")} & columns


@pytest_asyncio.fixture
async def strong(admin: Dsn, database: Logins) -> AsyncIterator[Logins]:
    """The same logins with an app role of this test's own, which a test may make too strong."""
    app = database.app.as_user("shouwang_strong", "p" * 20)
    logins = replace(database, app=app)
    await roles.create(admin, logins, ("app",))
    await grants.grant(database.owner, logins)
    yield logins
    inside = admin.to_database(app.database)
    await _as(inside, "REASSIGN OWNED BY shouwang_strong TO shouwang_owner; DROP OWNED BY shouwang_strong")
    await _as(admin, "DROP ROLE shouwang_strong")
    await grants.grant(database.owner, database)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER ROLE shouwang_strong SUPERUSER", "superuser"),
        ("ALTER ROLE shouwang_strong CREATEROLE", "create roles"),
        ("ALTER ROLE shouwang_strong BYPASSRLS", "bypass"),
        ("GRANT shouwang_owner TO shouwang_strong", "member"),
        ("GRANT pg_read_all_data TO shouwang_strong", "member"),
        ("CREATE TABLE own (n int); ALTER TABLE own OWNER TO shouwang_strong", "owns"),
        ("GRANT CREATE ON SCHEMA public TO shouwang_strong", "create objects"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "create objects"),
        ("GRANT TEMPORARY ON DATABASE {database} TO shouwang_strong", "temporary tables"),
        ("GRANT TEMPORARY ON DATABASE {database} TO PUBLIC", "temporary tables"),
        ("GRANT DELETE ON household TO shouwang_strong", "change household"),
        ("GRANT UPDATE (county) ON unit TO shouwang_strong", "change unit"),
        ("GRANT INSERT ON request_effect TO shouwang_strong", "change request_effect"),
        ("GRANT UPDATE ON event TO shouwang_strong", "change event"),
        ("GRANT TRUNCATE ON plant TO shouwang_strong", "change plant"),
        ("GRANT INSERT ON national_decision TO shouwang_strong", "change national_decision"),
        ("GRANT UPDATE (digest) ON executed_item TO shouwang_strong", "change executed_item"),
        ("GRANT UPDATE (facts) ON event TO shouwang_strong", "change event"),
        ("GRANT EXECUTE ON FUNCTION nation_decide() TO shouwang_strong", "run nation_decide"),
    ],
)
async def test_a_role_that_may_do_too_much_is_refused(strong: Logins, admin: Dsn, sql: str, expected: str) -> None:
    await grants.check(strong)
    await _as(admin.to_database(strong.app.database), sql.format(database=strong.app.database))
    with pytest.raises(Problem, match="ROLE_TOO_STRONG") as caught:
        await grants.check(strong)
    assert expected in caught.value.text("en")
    assert "shouwang_strong" in caught.value.text("zh")
    assert caught.value.extensions()["next"]["zh"]
    await _as(admin.to_database(strong.app.database), "REVOKE CREATE ON SCHEMA public FROM PUBLIC")


async def test_a_reader_that_may_write_and_one_login_for_two_roles(database: Logins) -> None:
    with pytest.raises(Problem, match="two roles"):
        await grants.check(replace(database, app=database.owner))
    await _as(database.owner, "GRANT INSERT ON plant TO shouwang_reader")
    with pytest.raises(Problem, match="may change plant"):
        await grants.check(database)
    await grants.grant(database.owner, database)
    await grants.check(database)


async def test_who_may_not_create_roles_is_told(database: Logins) -> None:
    with pytest.raises(Problem, match="ROLES_NOT_CREATABLE"):
        await roles.create(database.owner, database, ("app",))
    other = database.to_database("another")
    with pytest.raises(Problem, match="DATABASE_NOT_CREATABLE"):
        await roles.create_database(database.owner, other)


async def test_creating_again_changes_the_password_and_nothing_else(admin: Dsn, strong: Logins) -> None:
    renewed = replace(strong, app=strong.app.as_user("shouwang_strong", "another password"))
    await roles.create(admin, renewed, ("app",))
    assert await _as(renewed.app, "SELECT 1 FROM plant")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _as(strong.app, "SELECT 1")


async def test_every_login_is_its_own_role(database: Logins) -> None:
    for role in ("owner", "app", "reader", "nation"):
        connection = await getattr(database, role).connect()
        assert await connection.fetchval("SELECT current_user || '@' || current_database()") == (
            f"shouwang_{role}@{database.owner.database}"
        )
        await connection.close()

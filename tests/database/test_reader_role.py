"""The reader's login holds up no step, writes nothing, and its notifications are not believed. DESIGN §7"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api import grants, roles
from api.audit import chain, quota
from api.audit.chain import seal_waiting
from api.database import Dsn, Listener, Reader
from api.database.listener import PENDING
from api.roles import Logins
from api.workflow.policy.publish import HEAD_LOCK

MODES = (
    "row share", "row exclusive", "share update exclusive", "share", "share row exclusive", "exclusive",
    "access exclusive",
)  # fmt: skip
KEYS = "select pg_advisory_lock(key) from unnest($1::bigint[]) k (key)"
TABLES = "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
LOCKABLE = " and has_table_privilege(oid, 'SELECT')"


@pytest_asyncio.fixture
async def reader_login(database: Logins) -> AsyncIterator[asyncpg.Connection]:
    connection = await database.reader.connect()
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "select pg_advisory_lock(1)", "select pg_advisory_xact_lock(1, 2)", "select pg_try_advisory_lock_shared(1)",
        "select pg_notify('policy', '1')", "select lo_create(0)", "select lo_from_bytea(0, 'x')",
        "select hold_numbers('50')", "select change_numbers('50')", "select lock_layer('0')", "select seal_events(1)",
        "select write_effects('{}')", "select choose_password(1, '{}', 'x', now())", "select * from session",
        "select signed_in()", "alter role shouwang_app set search_path = x", "alter role shouwang_reader superuser",
        "alter database postgres set work_mem = '1GB'", "create temp table act (id int)",
        "comment on role shouwang_app is 'x'",
    ],
)  # fmt: skip
async def test_the_reader_takes_no_lock_and_writes_nothing(reader_login: asyncpg.Connection, sql: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader_login.execute(sql)


async def test_the_reader_locks_no_table_and_no_row(reader_login: asyncpg.Connection) -> None:
    for (table,) in await reader_login.fetch(TABLES):
        tries = [f'lock table "{table}" in {mode} mode' for mode in MODES]
        strengths = ("update", "no key update", "share", "key share")
        tries += [f'select 1 from "{table}" limit 1 for {strength}' for strength in strengths]
        for sql in tries:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with reader_login.transaction():
                    await reader_login.execute(sql)


async def test_whatever_the_reader_holds_steps_go_on(database: Logins, admin: Dsn) -> None:
    """Also on a server whose administrator has left it advisory locks, which only a superuser can take away."""
    connection = await admin.to_database(database.owner.database).connect()
    await connection.execute(f"grant execute on all functions in schema pg_catalog to {database.reader.user}")
    reading, app = await database.reader.connect(), await database.app.connect()
    await app.execute("set lock_timeout = '1s'")
    await reading.execute("begin")
    for (table,) in await reading.fetch(TABLES + LOCKABLE):
        await reading.execute(f'lock table "{table}" in access share mode')
    for name in ("policy_head", "policy_layer 0", "policy_layer 50", "seal_events", "quota", "50"):
        await reading.execute(
            "select pg_advisory_lock(hashtext($1)), pg_advisory_lock(hashtextextended($1, 0)),"
            " pg_advisory_lock(hashtextextended($1, 1)), pg_advisory_lock(1399154023, hashtext($1))", name
        )  # fmt: skip
    await reading.execute(KEYS, [0x5365616C, 1, 2, 3])
    account = await connection.fetchval("select min(id) from account") or 0
    async with app.transaction():
        assert await app.fetchval("select policy_publication()") is not None
        for call in ("hold_numbers('50')", "change_numbers('50')", "lock_layer('0')"):
            assert await app.fetchval(f"select {call}") is True
        await app.execute(quota._LOCK, account)
        await app.execute(HEAD_LOCK)
    assert await seal_waiting(app) >= 0
    await reading.close()
    await app.close()
    await roles.restrict(admin, database)
    await connection.execute(f"revoke execute on all functions in schema pg_catalog from {database.reader.user}")
    await grants.check(database)
    await connection.close()


async def test_another_worker_seals_though_the_reader_holds_the_lock(database: Logins, admin: Dsn) -> None:
    connection = await admin.to_database(database.owner.database).connect()
    await connection.execute(f"grant execute on function pg_advisory_lock(bigint) to {database.reader.user}")
    reading, app = await database.reader.connect(), await database.app.connect()
    await reading.execute(KEYS, [0x5365616C])
    assert await app.fetchval(chain._VACANT, chain.LOCK) is True
    assert await app.fetchval(chain._TRY, chain.LOCK) is True
    for own in (reading, app):
        await own.close()
    await connection.execute(f"revoke execute on function pg_advisory_lock(bigint) from {database.reader.user}")
    await connection.close()


async def test_a_flood_of_notifications_is_told_as_one(database: Logins) -> None:
    heard: list[str | None] = []
    ready = asyncio.Event()

    async def hear(payload: str | None) -> None:
        heard.append(payload)
        ready.set()
        await asyncio.sleep(0.001)

    listener = Listener(database.reader, poll=60.0)
    listener.on("accounts", hear)
    flood = "".join(f"notify accounts, '{number}';" for number in range(20 * PENDING))
    reading = await database.reader.connect()
    async with listener.listening():
        await asyncio.wait_for(ready.wait(), 10)
        await asyncio.sleep(0.2)
        await reading.execute(flood)
        async with asyncio.timeout(20):
            while None not in heard[1:]:
                ready.clear()
                await ready.wait()
    await reading.close()
    assert len(heard) < 10 * PENDING


async def test_a_password_and_defaults_of_its_own_are_made_right_again(database: Logins, admin: Dsn) -> None:
    """Every login of PostgreSQL may change its own: a start of the product puts them back."""
    login = database.reader.as_user("shouwang_changeable", "p" * 20)
    logins = replace(database, reader=login)
    await roles.create(admin, logins, ("reader",))
    await grants.grant(database.owner, logins)
    connection = await login.connect()
    for sql in (
        "alter role current_user set search_path = 'nowhere'",
        "alter role current_user set default_transaction_isolation = 'serializable'",
        f"alter role current_user in database {login.database} set statement_timeout = '1ms'",
        "alter role current_user password 'another'",
    ):
        await connection.execute(sql)
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await login.connect()
    changed = Reader(login.as_user(login.user, "another"), 1)
    await changed.open()
    (row,) = await changed.rows(
        "select current_setting('search_path') as path, current_setting('transaction_isolation') as i"
    )
    assert (row["path"], row["i"]) == ("public", "read committed")
    await changed.close()
    await roles.create(admin, logins, ("reader",))
    connection = await login.connect()
    settings: Any = await connection.fetchval(
        "select count(*) from pg_db_role_setting where setrole = current_user::regrole"
    )
    await connection.close()
    assert settings == 0
    await grants.grant(database.owner, database)
    dropping = await admin.to_database(login.database).connect()
    await dropping.execute("drop owned by shouwang_changeable; drop role shouwang_changeable")
    await dropping.close()

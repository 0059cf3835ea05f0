"""封印链 Every committed event is sealed once, as it becomes visible, by one worker, whatever dies meanwhile."""

import asyncio
import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api import grants
from api.audit import chain
from api.audit.chain import FIRST, seal_hash, seal_waiting
from api.audit.findings import verify
from api.audit.ledger import AuditEntry, append
from api.database import Dsn
from api.roles import Logins
from tests.support.databases import fresh_database

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
PROVINCES = (None, "50", "51", "66")

SEALER = """
import asyncio, json, os
from contextlib import asynccontextmanager
from api.audit.chain import seal_forever
from api.database import Dsn
app = Dsn(**json.loads(os.environ["DSN"]))
@asynccontextmanager
async def writing():
    connection = await app.connect()
    try:
        yield connection
    finally:
        await connection.close()
print("ready", flush=True)
asyncio.run(seal_forever(writing, app))
"""


@pytest_asyncio.fixture
async def own(admin: Dsn, template: Logins) -> AsyncIterator[Logins]:
    """A database of this test's own."""
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        logins = template.to_database(name)
        await grants.grant(logins.owner, logins)
        yield logins


@pytest_asyncio.fixture
async def app(own: Logins) -> AsyncIterator[Any]:
    connection = await own.app.connect()
    yield connection
    await connection.close()


async def write(connection: Any, note: int, province: str | None = "50") -> int:
    place = {"province": province} if province else {}
    return await append(connection, AuditEntry("a.b", "C", note, {"n": note}, place), None, AT, policy_version="p1")


async def sealed(connection: Any) -> list[tuple[Any, ...]]:
    rows = await connection.fetch("select number, id, province, position from seal order by number")
    return [tuple(row) for row in rows]


async def report(login: Dsn) -> Any:
    connection = await login.connect()
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await verify(connection)
    finally:
        await connection.close()


async def test_each_province_has_its_chain_and_all_have_one_number(app: Any) -> None:
    ids = [await write(app, note, province) for note, province in enumerate(("50", None, "50", "66", None))]
    assert await seal_waiting(app) == 5
    assert await seal_waiting(app) == 0
    expected = [("50", 1), ("0", 1), ("50", 2), ("66", 1), ("0", 2)]
    assert await sealed(app) == [
        (number, event, *where) for number, (event, where) in enumerate(zip(ids, expected, strict=True), 1)
    ]
    heads: dict[str, bytes] = {}
    for row in await app.fetch("select s.*, e.digest from seal s join event e on e.id = s.id order by s.number"):
        assert row["previous"] == heads.get(row["province"], FIRST)
        place = (row["id"], row["number"], row["position"], row["province"], row["sealed_at"])
        assert row["hash"] == seal_hash(row["previous"], row["digest"], *place)
        heads[row["province"]] = row["hash"]


def test_a_hash_once_worked_out_stays() -> None:
    digest = seal_hash(bytes(32), bytes(range(32)), 7, 9, 2, "50", datetime(2026, 11, 23, 10, 0, 0, 5, UTC))
    assert digest.hex() == "10b633873def6871709e11a77b7d9d8339881d8936b99e6ab48777703398e86f"


async def test_a_lower_id_that_commits_later_is_sealed_when_it_appears(own: Logins, app: Any) -> None:
    late = await own.app.connect()
    transaction = late.transaction()
    await transaction.start()
    low, high = await write(late, 1), await write(app, 2)
    assert low < high
    for _ in range(5):
        await seal_waiting(app)
    assert [row[1] for row in await sealed(app)] == [high]
    await transaction.commit()
    await late.close()
    assert await seal_waiting(app) == 1
    assert [row[1] for row in await sealed(app)] == [high, low]
    assert (await report(own.reader)).sound


async def test_an_id_that_never_comes_is_given_up_only_when_it_cannot_come(own: Logins, app: Any) -> None:
    other = await own.app.connect()
    transaction = other.transaction()
    await transaction.start()
    await write(other, 1)
    await write(app, 2)
    for _ in range(4):
        await seal_waiting(app)
    assert not await app.fetchval("select isempty(missing) from sealing")
    await transaction.rollback()
    await other.close()
    for _ in range(4):
        await seal_waiting(app)
    assert await app.fetchval("select isempty(missing) and settled is null from sealing")


async def test_an_id_of_its_own_choosing_does_not_stop_the_others(own: Logins, app: Any) -> None:
    await write(app, 1)
    owner = await own.owner.connect()
    await owner.execute(
        "insert into event (id, action, object_type, role, policy_version, facts, at, digest)"
        " values (1000000, 'a.b', 'C', 'nobody', 'p', '{}', now(), '\\x00')"
    )
    await owner.close()
    for _ in range(5):
        await seal_waiting(app)
    later = await write(app, 2)
    assert await seal_waiting(app) == 1
    assert (await sealed(app))[-1][1] == later


async def test_waits_for_no_long_transaction_and_seals_in_batches(own: Logins, app: Any) -> None:
    owner = await own.owner.connect()  # whose events need no digest of their own
    await owner.execute(
        "insert into event (action, object_type, role, policy_version, facts, at, digest)"
        " select 'a.b', 'C', 'nobody', 'p', '{}', now(), '\\x00' from generate_series(1, 5)"
    )
    await owner.close()
    assert [await app.fetchval("select seal_events(2)") for _ in range(4)] == [2, 2, 1, 0]
    assert [row[0] for row in await sealed(app)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("role", ["app", "reader", "nation"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO seal (id, province, position, number, previous, hash, sealed_at) VALUES (1,'0',1,1,'','',now())",
        "UPDATE seal SET number = 0",
        "DELETE FROM seal",
        "TRUNCATE seal",
        "UPDATE sealing SET high = 9",
        "DELETE FROM sealing",
    ],
)
async def test_no_role_of_the_product_writes_a_seal(own: Logins, role: str, statement: str) -> None:
    connection = await getattr(own, role).connect()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("role", ["reader", "nation"])
async def test_only_the_app_sets_sealing_going(own: Logins, role: str) -> None:
    connection = await getattr(own, role).connect()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetchval("select seal_events(1)")
    await connection.close()


async def test_a_snapshot_that_stands_still_is_no_ground_for_giving_up(app: Any) -> None:
    with pytest.raises(asyncpg.InvalidTransactionStateError):
        async with app.transaction(isolation="repeatable_read"):
            await app.fetchval("select seal_events(1)")


async def test_not_even_the_owner_changes_a_seal(own: Logins, app: Any) -> None:
    await write(app, 1)
    await seal_waiting(app)
    owner = await own.owner.connect()
    for statement in ("UPDATE seal SET number = 0", "DELETE FROM seal", "TRUNCATE seal"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(statement)
    await owner.close()


async def test_what_is_sealed_is_told(own: Logins, app: Any) -> None:
    heard: list[str] = []
    listening = await own.reader.connect()
    await listening.add_listener("sealed", lambda *arguments: heard.append(arguments[3]))
    await write(app, 1)
    await write(app, 2)
    assert await seal_waiting(app) == 2
    assert await seal_waiting(app) == 0
    await listening.execute("select 1")
    assert heard == ["2"]
    await listening.close()


async def _writer(login: Dsn, which: int, count: int) -> int:
    connection, written = await login.connect(), 0
    for turn in range(count):
        transaction = connection.transaction()
        await transaction.start()
        await write(connection, which * 1000 + turn, PROVINCES[(which + turn) % 4])
        await asyncio.sleep(0.001 * ((which * 7 + turn * 13) % 5))
        if (which + turn) % 7:
            await transaction.commit()
            written += 1
        else:
            await transaction.rollback()
    await connection.close()
    return written


async def until(true: Callable[[], Any], what: str) -> None:
    for _ in range(3000):
        if await true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(what)


def start(own: Logins) -> subprocess.Popen[str]:
    environment = {**os.environ, "DSN": json.dumps(dataclasses.asdict(own.app))}
    process = subprocess.Popen([sys.executable, "-c", SEALER], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


async def test_fifty_writers_while_sealers_are_killed(own: Logins, app: Any) -> None:
    processes = [start(own) for _ in range(2)]

    async def some() -> bool:
        return bool(await app.fetchval("select exists (select from seal)"))

    async def all_of_them() -> bool:
        return bool(await app.fetchval("select (select count(*) from seal) = (select count(*) from event)"))

    try:
        writers = asyncio.gather(*(_writer(own.app, which, 6) for which in range(50)))
        await until(some, "a sealer is at work")
        processes[0].send_signal(signal.SIGKILL)
        written = sum(await writers)
        await until(all_of_them, "the other sealer goes on")
        processes.append(start(own))
        processes[1].send_signal(signal.SIGKILL)
        written += await _writer(own.app, 50, 8)
        await until(all_of_them, "a new one takes over")
    finally:
        for process in processes:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
    numbers = [row[0] for row in await sealed(app)]
    assert numbers == list(range(1, written + 1))
    seen = await report(own.reader)
    assert (seen.sound, seen.seals, seen.waiting) == (True, written, 0)


async def test_a_sealer_that_dies_in_the_middle_leaves_nothing_of_its_round(own: Logins, app: Any) -> None:
    for note in range(20):
        await write(app, note)
    owner, first = await own.owner.connect(), await own.app.connect()
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("lock table seal in share mode")  # the round stops before its first seal
    round_ = asyncio.create_task(seal_waiting(first))

    async def stuck() -> bool:
        return bool(await app.fetchval("select exists (select from pg_locks where not granted)"))

    await until(stuck, "the round is in the middle")
    assert await seal_waiting(app) == 0  # another round leaves it alone
    await app.execute("select pg_terminate_backend($1)", first.get_server_pid())
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await round_
    await transaction.rollback()
    await owner.close()

    async def again() -> bool:
        await seal_waiting(app)
        return len(await sealed(app)) == 20

    await until(again, "the next round seals all")
    assert (await report(own.reader)).sound


@asynccontextmanager
async def _writing(login: Dsn) -> AsyncIterator[Any]:
    connection = await login.connect()
    yield connection
    await connection.close()


async def test_one_of_several_workers_seals_and_another_takes_over(own: Logins, app: Any) -> None:
    def held() -> Any:
        return app.fetch("select pid from pg_locks where locktype = 'advisory' and objid = $1::bigint::oid", chain.LOCK)

    async def seals() -> bool:
        return len(await held()) == 1

    async with chain.sealing(lambda: _writing(own.app), own.app):
        await until(seals, "it seals")
        before = (await held())[0]["pid"]
        async with chain.sealing(lambda: _writing(own.app), own.app):
            await write(app, 1)
            await app.execute("select pg_terminate_backend($1)", before)

            async def another() -> bool:
                now = await held()
                return len(now) == 1 and now[0]["pid"] != before

            await until(another, "one of them seals again")

    async def none() -> bool:
        return not await held()

    await until(none, "a worker that ends leaves no lock")

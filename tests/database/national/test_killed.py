"""kill -9 at every point of an execution, of the worker or of its backend: all of it is there, or nothing. RULES §4

On a server of its own, because the death of a backend takes every connection of the server with it.
"""

import asyncio
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api import grants, migrate, roles
from api.database import Dsn
from api.embedded import SUPERUSER, Server
from api.roles import ROLES, Logins
from tests.support.databases import mark_as_tests
from tests.support.faults.report import report
from tests.support.national.nationally import NOON, OFFICIALS, Nationally
from tests.support.national.trust import trust
from tests.support.planner.world import World

ROOT = Path(__file__).parents[3]
POINTS = ("begun", "part", "part", "part", "nothing left", "ended")
ITEMS, PART = 6, 2
_ALONE = """
select pg_terminate_backend(pid, 20000) from pg_stat_activity
where usename = current_user and pid <> pg_backend_pid()"""
WORKER = """
import asyncio, json, os, sys
from datetime import datetime
from api.database import Dsn

async def work(account, post, request, moment, part, stops):
    connection = await Dsn(**json.loads(os.environ["DSN"])).connect()
    def reached(point):
        print(json.dumps([point, connection.get_server_pid()]), flush=True)
        if stops:
            sys.stdin.readline()
    reached("connected")
    async with connection.transaction():
        begun = json.loads(await connection.fetchval(
            "select nation_begin($1, $2, $3, $4)", account, post, request, datetime.fromisoformat(moment)))
        reached("begun")
        last = 0
        while last is not None:
            told = json.loads(await connection.fetchval(
                "select nation_part($1, $2, $3, 'v1', null)", begun["execution"], last, part))
            last = told["last"]
            reached("nothing left" if last is None else "part")
        await connection.fetchval("select nation_end($1, 'v1', null)", begun["execution"])
        reached("ended")
    reached("committed")
    sys.stdin.readline()  # its backend is there to be killed, however soon all is done

asyncio.run(work(*json.loads(sys.argv[1])))
"""


class Worker:
    """A process that executes a request; with `stops` it waits at every point until it is let go on."""

    def __init__(self, nation: Dsn, officials: Any, request: int, *, stops: bool) -> None:
        who = officials["operator"]
        arguments = [who.account, who.post, request, NOON.isoformat(), PART, stops]
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, json.dumps(arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=ROOT,
            env={**os.environ, "DSN": json.dumps(dataclasses.asdict(nation)), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self.point, self.backend = self.next()
        assert self.point == "connected"

    def next(self) -> tuple[str, int]:
        assert self.process.stdout
        point, backend = json.loads(self.process.stdout.readline())
        return point, backend

    def go_on(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def reach(self, number: int) -> None:
        """Go on to the point of that number in POINTS."""
        for expected in POINTS[: number + 1]:
            self.go_on()
            self.point, self.backend = self.next()
            assert self.point == expected

    async def kill(self, what: str, ground: Logins) -> None:
        """Kill it, and wait until its transaction is over: the server ends every connection when a backend dies."""
        witness = await ground.owner.connect()
        if what == "worker":
            self.process.kill()
        elif self._backend_dies():
            await until(lambda: witness.is_closed())
        self.process.kill()
        self.process.communicate(timeout=30)
        witness.terminate()

    def _backend_dies(self) -> bool:
        """Whether there was one to kill: a worker that is through has closed its connection."""
        try:
            os.kill(self.backend, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture(scope="module")
def mortal() -> Iterator[Server]:
    """A server that waits for the disk: what it said is committed is there after it was killed."""
    home = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    home.chmod(0o711)
    chosen = os.environ.get("SHOUWANG_POSTGRES_BIN")
    with Server(home / "home", Path(chosen) if chosen else None, roles=ROLES) as server:
        yield server
    shutil.rmtree(home)


@pytest_asyncio.fixture(scope="module")
async def ground(mortal: Server) -> Logins:
    admin = Dsn(mortal.host, mortal.port, SUPERUSER, mortal.passwords[SUPERUSER], "postgres")
    logins = Logins.named(admin.to_database("killed"), mortal.passwords)
    await roles.create(admin, logins)
    await roles.create_database(admin, logins)
    await migrate.migrate(logins.owner)
    await grants.grant(logins.owner, logins)
    owner = await logins.owner.connect()
    await trust(owner)
    await owner.close()
    connection = await admin.connect()
    await mark_as_tests(connection, "killed")  # its officials act on days of the test
    await connection.close()
    return logins


@pytest_asyncio.fixture(scope="module")
async def officials(ground: Logins) -> Any:
    async with over(ground, {}) as nationally:
        await nationally.world.insert(nationally.owner)
        for name, (unit, tier, duty) in OFFICIALS.items():
            await nationally.appoint(name, unit, tier, duty)
        return nationally.officials


@asynccontextmanager
async def over(ground: Logins, officials: Any) -> AsyncIterator[Nationally]:
    """Fresh connections, once the server takes any again and nobody else works in the database."""
    connections = [await connected(login) for login in (ground.owner, ground.app, ground.nation)]
    others = (
        "select pg_terminate_backend(pid, 20000) from pg_stat_activity where usename = $1 and pid <> pg_backend_pid()"
    )
    await connections[2].execute(others.replace("$1", f"'{ground.nation.user}'"))  # a killed worker's may still leave
    nationally = Nationally(World(households=0), *connections)
    nationally.officials = dict(officials)
    yield nationally
    for connection in connections:
        await connection.close()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true")


async def connected(login: Dsn) -> Any:
    for _ in range(1000):
        try:
            return await login.connect()
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.02)  # it is recovering
    raise AssertionError("the server did not come back")


async def filed(ground: Logins, officials: Any) -> tuple[int, Any]:
    async with over(ground, officials) as nationally:
        cases = [await nationally.eliminated() for _ in range(ITEMS)]
        items = [
            await nationally.proposed(case, "ROLLBACK", target_act=case.acts["assistance.start"]) for case in cases
        ]
        return await nationally.filed(items), await nationally.everything()


async def executed(ground: Logins, officials: Any, request: int, before: Any) -> bool:
    """Whether all of it is there; if not, nothing is."""
    async with over(ground, officials) as nationally:
        after = await nationally.everything()
        states = await nationally.owner.fetch(
            "select r.state as request, i.state as item, c.state as case from national_request r"
            " join request_item i on i.request = r.id join monitoring_case c on c.id = i.monitoring_case"
            " where r.id = $1", request,
        )  # fmt: skip
    outcomes = {(row["request"], row["item"], row["case"]) for row in states}
    assert len(states) == ITEMS
    if outcomes == {("EXECUTED", "EXECUTED", "IDENTIFIED")}:
        assert len(after["executed_item"]) == len(before["executed_item"]) + ITEMS
        assert len(after["act"]) == len(before["act"]) + ITEMS
        assert len(after["event"]) == len(before["event"]) + 2 * ITEMS + 1
        return True
    assert after == before
    return False


@pytest.mark.parametrize("what", ["worker", "backend"])
async def test_at_every_point_all_or_nothing(ground: Logins, officials: Any, what: str) -> None:
    request, before = await filed(ground, officials)
    for number in range(len(POINTS)):
        worker = Worker(ground.nation, officials, request, stops=True)
        worker.reach(number)
        await worker.kill(what, ground)
        assert not await executed(ground, officials, request, before)
    worker = Worker(ground.nation, officials, request, stops=True)
    worker.reach(len(POINTS) - 1)
    worker.go_on()
    assert worker.next()[0] == "committed"
    await worker.kill(what, ground)
    assert await executed(ground, officials, request, before)


@pytest.mark.parametrize("what", ["worker", "backend"])
async def test_at_any_moment_all_or_nothing(ground: Logins, officials: Any, what: str) -> None:
    """Not only between statements: killed in the middle of whatever it does, the COMMIT included."""
    chance, ends = random.Random(40), set()
    request, before = await filed(ground, officials)
    for _ in range(5):
        worker = Worker(ground.nation, officials, request, stops=False)
        for _ in range(chance.randrange(len(POINTS) + 1)):
            worker.next()
        await asyncio.sleep(chance.random() * 0.004)
        await worker.kill(what, ground)
        ends.add(await executed(ground, officials, request, before))
        if True in ends:
            request, before = await filed(ground, officials)
            ends.discard(True)
    assert ends <= {False}
    async with over(ground, officials) as nationally:
        await nationally.execute(request)
    assert await executed(ground, officials, request, before)
    report("national_killed", f"worker and server process killed at {len(POINTS) + 1} points and at any moment")

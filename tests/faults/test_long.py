"""长演练 How `shouwang serve` begins and ends whatever hangs, is killed, is taken or is missing: `make faults` alone.

Each starts a service of its own, which takes longer than CI has.
"""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest_asyncio

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.embedded import SUPERUSER, Server, postmaster
from api.embedded.passwords import load
from api.errors import CODES
from api.planner.identifiers import global_id
from api.roles import ROLES, Logins
from api.serving.supervisor import GRACE
from api.settings import read
from tests.support.faults.drill import INSERT, WRITE, Drill
from tests.support.faults.ground import CHOSEN, Ground, behind, folder, prepared
from tests.support.faults.report import report
from tests.support.faults.serve import Serve, is_running, until
from tests.support.product import urls


@contextmanager
def another(ground: Ground, **options: int) -> Iterator[Serve]:
    """One more `serve` over the same database, behind the same proxy."""
    serve = Serve(ground.home, urls(behind(ground.logins, ground.proxy)), **options)
    try:
        yield serve
    finally:
        serve.close()


def is_free(port: int) -> bool:
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
            trying.listen()
        except OSError:
            return False
    return True


async def test_a_killed_supervisor_leaves_no_orphan_and_its_port_is_free(drilled: Ground) -> None:
    with another(drilled) as serve:
        await asyncio.to_thread(serve.wait_until_ready)
        workers = serve.workers()
        assert len(workers) == 2
        assert not is_free(serve.port)
        serve.process.kill()
        serve.process.wait()
        begun = time.monotonic()
        until(lambda: is_free(serve.port) and not any(map(is_running, workers)), GRACE + 3)
        report("supervisor_killed", "every worker ended, the port was free", time.monotonic() - begun)


async def test_a_taken_port_is_told_also_while_the_other_one_still_prepares(drilled: Ground) -> None:
    drilled.proxy.refusing = True
    try:
        with another(drilled) as first:
            until(lambda: not is_free(first.port))
            with another(drilled, port=first.port) as second:
                assert await asyncio.to_thread(second.process.wait, 60) == 2
                assert "PORT_TAKEN" in second.log.read_text()
            assert first.process.poll() is None
    finally:
        drilled.proxy.refusing = False
    report("port_taken", "the second one ended with PORT_TAKEN")


async def test_sigterm_twice_ends_within_grace_while_links_hang(drilled: Ground) -> None:
    with another(drilled) as serve:
        await asyncio.to_thread(serve.wait_until_ready)
        drilled.proxy.swallowing = True
        try:
            async with httpx.AsyncClient(base_url=serve.address, timeout=30) as client:
                headers = {"authorization": f"Bearer {drilled.drill._token('county')}"}
                asking = [
                    asyncio.create_task(client.post("/graphql", json={"query": "{ me { name } }"}, headers=headers))
                    for _ in range(10)
                ]
                await asyncio.sleep(0.5)
                seconds = await asyncio.to_thread(serve.end, signal.SIGTERM, signal.SIGTERM)
                await asyncio.gather(*asking, return_exceptions=True)
        finally:
            drilled.proxy.swallowing = False
        report("ended_hanging", f"gone after {seconds:.1f} s", 0)
        assert serve.process.returncode == 0
        assert seconds <= GRACE + 2


async def test_what_stops_the_preparation_later_ends_serve_with_its_reason(drilled: Ground) -> None:
    """A database of a newer release, which was away when `serve` began."""
    owner = await drilled.logins.owner.connect()
    drilled.proxy.refusing = True
    try:
        with another(drilled) as serve:
            while await asyncio.to_thread(serve.status, "/graphql", 1) != 503:
                assert serve.process.poll() is None
            await owner.execute("insert into migration (name, app_name) values ('9999_of_the_future', 'api')")
            drilled.proxy.refusing = False
            assert await asyncio.to_thread(serve.process.wait, 60) == 2
            assert "NEWER_DATABASE" in serve.log.read_text()
    finally:
        drilled.proxy.refusing = False
        await owner.execute("delete from migration where name = '9999_of_the_future'")
        await owner.close()


class Embedded:
    """An embedded service whose database was made before, and the callers of it."""

    def __init__(self, home: Path, logins: Logins, accounts: dict[str, int]) -> None:
        self.home, self.logins = home, logins
        issuer = LocalIssuer.of(home, SystemClock())
        self.tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
        self.environment = {"SHOUWANG_POSTGRES_BIN": str(CHOSEN)} if CHOSEN else {}
        self.serve = Serve(home, self.environment)
        self.drill = Drill(self.serve.address, self.tokens.__getitem__, logins.owner.connect)

    @property
    def data(self) -> Path:
        return next(self.home.glob("pg[0-9]*"))


async def embedded_in(home: Path) -> Embedded:
    with Server(home, CHOSEN, roles=ROLES) as server:
        logins, accounts = await prepared(server, read().database)
    return Embedded(home, logins, accounts)


@pytest_asyncio.fixture
async def embedded() -> AsyncIterator[Embedded]:
    with folder() as home:
        service = await embedded_in(home / "home")
        try:
            await asyncio.to_thread(service.serve.wait_until_ready)
            yield service
        finally:
            service.serve.close()


async def test_the_embedded_server_is_started_again(embedded: Embedded) -> None:
    async with embedded.drill.running() as history:
        await asyncio.sleep(1)
        pid = postmaster.is_alive(embedded.data)
        assert pid
        os.kill(pid, signal.SIGKILL)
        broken = time.monotonic()
        await asyncio.sleep(15)
    lost, doubled = await embedded.drill.check(history)
    report("embedded_killed", history.seen(), history.recovery(broken), lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)
    assert not history.ill(broken + 12)
    embedded.serve.end(signal.SIGTERM)
    assert postmaster.is_alive(embedded.data) is None


async def test_two_services_share_a_folder_and_the_last_one_stops_the_server(embedded: Embedded) -> None:
    second = Serve(embedded.home, embedded.environment)
    try:
        await asyncio.to_thread(second.wait_until_ready)
        embedded.serve.end(signal.SIGTERM)
        assert await asyncio.to_thread(second.status) == 200
        second.end(signal.SIGTERM)
        assert postmaster.is_alive(embedded.data) is None
    finally:
        second.close()
    report("home_shared", "the second one attached, served on alone, and stopped the server")


@contextmanager
def small_disk(at: Path) -> Iterator[Path | None]:
    """A disk of its own, half a gigabyte large; None where none can be mounted."""
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m,mode=711", "none", at], check=False)
    try:
        yield at if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", at], check=True)


async def test_a_full_disk_loses_nothing_and_ends_with_the_room_for_it() -> None:
    with folder() as home, small_disk(home / "disk") as disk:
        if disk is None:
            report("disk_full", "not tried: no disk of its own can be mounted here")
            return
        service = await embedded_in(disk / "home")
        try:
            await asyncio.to_thread(service.serve.wait_until_ready)
            async with service.drill.running() as history:
                await asyncio.sleep(1)
                filler = disk / "filler"
                with suppress(OSError), filler.open("wb", buffering=0) as file:
                    while True:
                        file.write(bytes(1 << 20))
                begun = time.monotonic()
                while time.monotonic() < begun + 5:
                    await switch_wal(service)
                    await asyncio.sleep(0.5)
                filler.unlink()
                healed = time.monotonic()
                await asyncio.sleep(15)
            lost, doubled = await service.drill.check(history)
            report("disk_full", history.seen(), history.recovery(healed), lost=lost, doubled=doubled)
            assert (lost, doubled) == (0, 0)
            assert not history.ill(healed + 12)
        finally:
            service.serve.close()


async def switch_wal(service: Embedded) -> None:
    """Ask for the next file of the log, which needs room."""
    login = service.logins.owner.as_user(SUPERUSER, load(service.home, [SUPERUSER])[SUPERUSER])
    with suppress(Exception):
        connection = await login.connect(timeout=2)
        await connection.execute("select pg_switch_wal()")
        connection.terminate()


async def test_a_worker_killed_in_the_middle_of_a_step_takes_it_once(drilled: Ground) -> None:
    """The step waits for a lock that another holds: whoever takes it is killed there."""
    await asyncio.to_thread(drilled.serve.wait_until_ready)
    owner = await drilled.logins.owner.connect()
    async with drilled.drill.running(writers=1, readers=1) as history:
        for _ in range(2):
            async with owner.transaction():
                await owner.execute("lock table clue in access exclusive mode")
                before = drilled.serve.workers()
                await asyncio.sleep(0.5)
                for pid in before:
                    drilled.kill(pid)
                await asyncio.to_thread(until, lambda gone=before: drilled.serve.workers() - gone)
        healed = time.monotonic()
        await asyncio.to_thread(drilled.serve.wait_until_ready)
        await asyncio.sleep(1)
    await owner.close()
    lost, doubled = await drilled.drill.check(history)
    report("killed_in_step", history.seen(), history.recovery(healed), lost=lost, doubled=doubled)
    assert (lost, doubled) == (0, 0)
    assert history.acknowledged


async def test_one_key_sent_fifty_times_at_once_is_one_effect(drilled: Ground) -> None:
    await asyncio.to_thread(drilled.serve.wait_until_ready)
    owner = await drilled.logins.owner.connect()
    number = (await owner.fetch(INSERT, 1))[0]["id"]
    values = {"id": global_id("Household", number), "version": 1, "key": "fifty-times", "source": "CADRE_SCREENING"}
    headers = {"authorization": f"Bearer {drilled.drill._token('village')}"}
    async with httpx.AsyncClient(timeout=40, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        body = {"query": WRITE, "variables": {"in": values}}
        sending = [client.post(f"{drilled.serve.address}/graphql", json=body, headers=headers) for _ in range(50)]
        answers = [answer.json() for answer in await asyncio.gather(*sending)]
    clues = await owner.fetchval("select count(*) from clue where household = $1", number)
    await owner.close()
    taken = [answer["data"]["clueReport"] for answer in answers if "errors" not in answer]
    report("same_key", f"{len(taken)} of 50 answered, all alike", doubled=clues - 1)
    assert clues == 1
    assert taken
    assert all(answer == taken[0] for answer in taken)
    later = {answer["errors"][0]["extensions"]["code"] for answer in answers if "errors" in answer}
    assert {CODES[code].status for code in later} <= {429, 503}, later

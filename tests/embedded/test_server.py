"""The embedded server under everything that went wrong with the wheels' own launchers."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from api.embedded import postmaster
from api.embedded.account import Account
from api.embedded.passwords import load
from api.errors import Problem
from tests.support.embedded.servers import Child, run, start, until

Spawn = Callable[..., Child]


def listening_ports(pid: int) -> list[str]:
    targets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own
            targets.add(str(descriptor.readlink()))
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in targets]


async def test_it_starts_in_a_path_with_space_comma_and_quotes_and_keeps_its_data(home: Path) -> None:
    with start(home) as server:
        await run(server, "CREATE TABLE t AS SELECT 7 AS n")
    with start(home) as server:
        assert await run(server, "SELECT n FROM t") == 7
        assert await run(server, "SHOW data_checksums") == "on"
        assert await run(server, "SHOW TimeZone") == "UTC"
        assert await run(server, "SHOW jit") == "off"
        assert await run(server, "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{b,B,a,é}'::text[]) c") == "Babé"


async def test_nothing_listens_on_tcp_and_only_the_account_enters_the_socket_folder(ready: Path) -> None:
    with start(ready) as server:
        pid = postmaster.is_alive(server.data)
        assert pid
        assert listening_ports(pid) == []
        assert mode(server.host) == mode(server.data) == 0o700


def mode(path: Path | str) -> int:
    return Path(path).stat().st_mode & 0o777


def test_listening_ports_would_find_one() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening_ports(os.getpid())) >= 1


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_a_password_is_required_even_on_the_socket(ready: Path, password: str) -> None:
    with start(ready) as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await run(server, "SELECT 1", password=password)
        assert await run(server, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
        assert await run(server, "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin")


def test_passwords_are_generated_once_and_only_we_read_them(home: Path) -> None:
    home.mkdir()
    first = load(home, ["app"])
    both = load(home, ["app", "nation"])
    assert both["app"] == first["app"] != both["nation"]
    assert len(both["app"]) >= 32
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
    (home / "secrets.json").write_text("[]")
    with pytest.raises(Exception, match="SECRETS_UNREADABLE"):
        load(home, ["app"])


async def test_lost_secrets_are_made_anew_once_nobody_uses_the_old(ready: Path) -> None:
    secrets = ready / "secrets.json"
    with start(ready) as server:
        old = dict(server.passwords)
        secrets.unlink()
        with pytest.raises(Problem, match="SECRETS_LOST"):
            start(ready).start()
        assert not secrets.exists()
    with start(ready) as server:
        assert server.passwords != old
        assert await run(server, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_private_folder_that_is_checked_again(home: Path) -> None:
    home.mkdir()
    account, long = Account.choose(), home / ("long" * 30)
    long.mkdir()
    first = postmaster.socket_folder(long, account)
    assert len(str(first)) < 60
    assert mode(first) == 0o700
    assert postmaster.socket_folder(long, account) == first
    first.chmod(0o777)  # after a reboot anybody may have made a folder of that name
    second = postmaster.socket_folder(long, account)
    assert second != first
    first.rmdir()
    second.rmdir()


async def test_it_runs_in_a_path_too_long_for_a_socket(home: Path) -> None:
    with start(home / ("long" * 30)) as server:
        assert await run(server, "SELECT 1") == 1
    shutil.rmtree(server.host)


@pytest.mark.parametrize("content", ["", "\n", "12", "{pid}\n{data}\n1\n5432\n\n\n  1  2\nready   \n"])
async def test_a_pid_file_that_is_stale_cut_short_or_names_a_reused_number(ready: Path, content: str) -> None:
    with start(ready) as server:
        data = server.data
    (data / "postmaster.pid").write_text(content.format(pid=os.getpid(), data=data))
    (data.parent / "run" / ".s.PGSQL.5432.lock").write_text(content.format(pid=os.getpid(), data=data))
    with start(ready) as server:
        assert await run(server, "SELECT 1") == 1


async def test_kill_of_the_python_process_keeps_the_rows_and_the_next_one_attaches(ready: Path, child: Spawn) -> None:
    first = child(ready).wait_until_ready()
    pid = postmaster.is_alive(first.data)
    first.kill()
    with start(ready) as server:
        assert postmaster.is_alive(server.data) == pid
        assert await run(server, "SELECT 1") == 1
    assert postmaster.is_alive(first.data) is None


async def test_kill_of_the_server_loses_no_acknowledged_row(ready: Path) -> None:
    written = 0
    with start(ready, durable=True) as server:
        await run(server, "CREATE TABLE t (n int)")
        login = {"host": server.host, "user": "postgres", "password": server.passwords["postgres"]}
        connection = await asyncpg.connect(**login, port=server.port, database="postgres")
        pid = postmaster.is_alive(server.data)
        assert pid
        started = time.monotonic()
        try:
            while True:
                await connection.execute("INSERT INTO t VALUES ($1)", written)
                written += 1
                if pid and time.monotonic() > started + 0.3:
                    os.kill(pid, signal.SIGKILL)
                    pid = None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            connection.terminate()
        again = start(ready).start()
        assert await run(again, "SELECT count(*) FROM t") >= written > 10
        again.stop()


async def test_a_server_that_ends_is_started_again_as_often_as_it_does(ready: Path) -> None:
    with start(ready) as server, server.kept_running():
        for _ in range(2):
            pid = postmaster.is_alive(server.data)
            assert pid
            os.kill(pid, signal.SIGKILL)
            until(lambda old=pid: postmaster.is_alive(server.data) not in (None, old))
            until(lambda: postmaster.answers(Path(server.host), "postgres"), 60)
        assert await run(server, "SELECT 1") == 1
    assert postmaster.is_alive(server.data) is None


async def test_who_attaches_starts_nothing_and_stops_what_nobody_uses_any_more(ready: Path, child: Spawn) -> None:
    server = start(ready)
    with server.attached():
        assert postmaster.is_alive(server.data) is None
    starter, server = child(ready).wait_until_ready(), start(ready)
    with server.attached():
        starter.kill()
        assert await run(server, "SELECT 1") == 1
    assert postmaster.is_alive(server.data) is None


async def test_several_processes_share_one_server_and_the_last_one_stops_it(ready: Path, child: Spawn) -> None:
    first, second = child(ready), child(ready)
    pids = {postmaster.is_alive(process.wait_until_ready().data) for process in (first, second)}
    assert len(pids) == 1
    first.leave()
    assert {postmaster.is_alive(second.data)} == pids
    second.leave()
    assert postmaster.is_alive(second.data) is None


async def test_a_cold_start_of_several_processes_at_once_makes_one_cluster(home: Path, child: Spawn) -> None:
    children = [child(home) for _ in range(3)]
    assert len({(process.wait_until_ready().host, process.password) for process in children}) == 1
    for process in children:
        process.leave()


async def test_initdb_killed_half_way_is_made_again(home: Path, child: Spawn) -> None:
    broken = child(home)
    until(lambda: list(home.glob("init-*/data/PG_VERSION")))
    broken.kill()
    with start(home) as server:
        assert await run(server, "SELECT 1") == 1


async def test_a_hostile_environment_changes_nothing(ready: Path, child: Spawn) -> None:
    hostile = dict.fromkeys(("PGHOST", "PGUSER", "PGDATABASE", "PGDATA", "PGOPTIONS", "LC_ALL", "LANG"), "nonsense")
    process = child(ready, {**hostile, "PGPORT": "9999", "PGPASSWORD": "x", "XDG_RUNTIME_DIR": "/no/such"})
    assert postmaster.is_alive(process.wait_until_ready().data)
    process.leave()


async def test_the_log_holds_no_value(ready: Path) -> None:
    with start(ready) as server:
        await run(server, "CREATE TABLE t (v text UNIQUE)")
        for _ in range(2):
            with pytest.raises(asyncpg.UniqueViolationError):
                await run(server, "INSERT INTO t VALUES ('110101199003070000'), ('110101199003070000')")
        log = (ready / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "110101199003070000" not in log


async def test_stop_and_start_are_idempotent(ready: Path) -> None:
    server = start(ready)
    with server:
        server.stop()
    server.stop()
    assert postmaster.is_alive(server.data) is None

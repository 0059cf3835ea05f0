"""破坏 What breaks a service under load, by the name of its row in the matrix: each breaks, waits, and heals."""

import asyncio
import resource
import signal
import socket
import time
from collections.abc import Awaitable, Callable

from api.embedded import SUPERUSER
from tests.support.faults.ground import Ground
from tests.support.faults.serve import is_running, memory_of, until

Fault = Callable[[Ground], Awaitable[None]]


def hole(seconds: float) -> Fault:
    async def fault(ground: Ground) -> None:
        ground.proxy.swallowing = True
        await asyncio.sleep(seconds)
        ground.proxy.swallowing = False

    return fault


async def reset(ground: Ground) -> None:
    ground.proxy.reset()


async def refused(ground: Ground) -> None:
    ground.proxy.refusing = True
    ground.proxy.cut()
    await asyncio.sleep(3)
    ground.proxy.refusing = False


async def slow_link(ground: Ground) -> None:
    ground.proxy.latency = 0.1
    await asyncio.sleep(5)
    ground.proxy.latency = 0


async def failover(ground: Ground) -> None:
    """Sessions opened before take no writes any more; those opened from now on do: a standby was promoted."""
    roles = [SUPERUSER, *(getattr(ground.logins, role).user for role in ("app", "owner", "nation"))]
    for role in roles:
        await ground.admin(f"alter role {role} set default_transaction_read_only = off")
    await ground.admin("alter system set default_transaction_read_only = on")
    await ground.admin("select pg_reload_conf()")
    await asyncio.sleep(10)


async def promoted(ground: Ground) -> None:
    """Put back what `failover` set."""
    await ground.admin("alter system reset default_transaction_read_only")
    await ground.admin("select pg_reload_conf()")


async def server_stopped(ground: Ground) -> None:
    await asyncio.to_thread(ground.stop_server)
    await asyncio.sleep(3)
    await asyncio.to_thread(ground.start_server)


async def backend_killed(ground: Ground) -> None:
    ground.kill((await ground.backends("app"))[0])
    await asyncio.sleep(1)


async def backend_stopped(ground: Ground) -> None:
    pids = [(await ground.backends(role))[0] for role in ("app", "reader")]
    for pid in pids:
        ground.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(12)
    for pid in pids:
        ground.kill(pid, signal.SIGCONT)


async def postmaster_killed(ground: Ground) -> None:
    ground.kill(ground.postmaster)
    await asyncio.sleep(3)
    await asyncio.to_thread(ground.start_server)


async def postmaster_stopped(ground: Ground) -> None:
    pid = ground.postmaster
    ground.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(8)
    ground.kill(pid, signal.SIGCONT)


async def too_many(ground: Ground) -> None:
    """Somebody else takes every connection, and the service has lost its own."""
    for role in ("app", "reader"):
        await ground.admin(f"alter role {getattr(ground.logins, role).user} connection limit 0")
    for pid in [pid for role in ("app", "reader") for pid in await ground.backends(role)]:
        await ground.admin(f"select pg_terminate_backend({pid})")
    await asyncio.sleep(5)
    for role in ("app", "reader"):
        await ground.admin(f"alter role {getattr(ground.logins, role).user} connection limit -1")


def login_refused(role: str) -> Fault:
    async def fault(ground: Ground) -> None:
        user = getattr(ground.logins, role).user
        await ground.admin(f"alter role {user} nologin")
        for pid in await ground.backends(role):
            await ground.admin(f"select pg_terminate_backend({pid})")
        await asyncio.sleep(3)
        assert await asyncio.to_thread(ground.serve.status) == (503 if role == "reader" else 200)
        await asyncio.sleep(1)
        await ground.admin(f"alter role {user} login")

    return fault


async def pool_full(ground: Ground) -> None:
    """Every statement that reads or writes a household waits for a lock."""
    owner = await ground.logins.owner.connect()
    async with owner.transaction():
        await owner.execute("lock table household in access exclusive mode")
        await asyncio.sleep(5)
    await owner.close()


async def audit_unwritable(ground: Ground) -> None:
    """Nobody may write into the ledger."""
    owner = await ground.logins.owner.connect()
    await owner.execute(f"revoke insert on event from {ground.logins.app.user}")
    await asyncio.sleep(1)
    before = await owner.fetchval("select count(*) from clue")
    await asyncio.sleep(3)
    assert await owner.fetchval("select count(*) from clue") == before, "what is not on record is not done"
    await owner.execute(f"grant insert on event to {ground.logins.app.user}")
    await owner.close()


async def listen_lost(ground: Ground) -> None:
    for row in await ground.admin("select pid from pg_stat_activity where query ilike 'listen%'"):
        await ground.admin(f"select pg_terminate_backend({row['pid']})")


def worker_dies(number: signal.Signals) -> Fault:
    async def fault(ground: Ground) -> None:
        before = ground.serve.workers()
        victim = min(before)
        ground.kill(victim, number)
        await asyncio.to_thread(until, lambda: not is_running(victim) and len(ground.serve.workers()) == len(before))

    return fault


async def worker_no_memory(ground: Ground) -> None:
    """No further address space for one of the workers."""
    pid = min(ground.serve.workers())
    now = memory_of(pid)
    resource.prlimit(pid, resource.RLIMIT_AS, (now, now))
    await asyncio.sleep(4)
    if is_running(pid):
        ground.kill(pid)  # what the kernel does when it is short of memory


async def renewed(ground: Ground) -> None:
    before = ground.serve.workers()
    ground.serve.process.send_signal(signal.SIGHUP)
    await asyncio.to_thread(until, lambda: ground.serve.workers().isdisjoint(before))


async def slow_clients(ground: Ground) -> None:
    """Two hundred send a part of a body and then nothing."""
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
    clients = []
    for _ in range(200):
        client = socket.create_connection(("127.0.0.1", ground.serve.port))
        client.sendall(head)
        clients.append(client)
        await asyncio.sleep(0)
    begun = time.monotonic()
    for client in clients:
        client.settimeout(40)
        assert await asyncio.to_thread(client.recv, 12) in (b"HTTP/1.1 401", b"HTTP/1.1 408")
        client.close()
    assert time.monotonic() - begun < 25


FAULTS: dict[str, Fault] = {
    "half_open_8": hole(8),
    "half_open_15": hole(15),
    "half_open_30": hole(30),
    "reset": reset,
    "refused": refused,
    "slow_link": slow_link,
    "failover": failover,
    "server_stopped": server_stopped,
    "backend_killed": backend_killed,
    "backend_stopped": backend_stopped,
    "postmaster_killed": postmaster_killed,
    "postmaster_stopped": postmaster_stopped,
    "too_many": too_many,
    "pool_full": pool_full,
    "audit_unwritable": audit_unwritable,
    "reader_refused": login_refused("reader"),
    "writer_refused": login_refused("app"),
    "worker_killed": worker_dies(signal.SIGKILL),
    "worker_crashed": worker_dies(signal.SIGSEGV),
    "worker_stopped": worker_dies(signal.SIGSTOP),
    "worker_no_memory": worker_no_memory,
    "renewed": renewed,
    "slow_clients": slow_clients,
}

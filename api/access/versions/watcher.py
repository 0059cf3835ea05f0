"""跟随 A worker follows what the database says is in force: builds it aside, swaps one reference, says so. DESIGN §5

A version that cannot be built changes nothing: the last good one stays in force here, and the alarm is in the log, in
/readyz and in the acknowledgement. Hearing only wakes the task that looks, so nothing waits behind a compilation.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import islice
from time import monotonic

from api.access.policy import Policy
from api.access.reading.content import Content
from api.access.request import Request
from api.access.versions.current import CurrentPolicy
from api.access.versions.store import InForce, check_digests, composed, read_in_force
from api.database import Connection
from api.errors import INTERNAL, Problem, code
from api.rules.units import NATION

log = logging.getLogger("shouwang.policy")

POLICY_PLAN_DIFFERS = code(
    "POLICY_PLAN_DIFFERS",
    500,
    zh="编译结果与 Casbin 不一致，未载入",
    en="the compiled policy answers otherwise than Casbin; it was not loaded: {asked}",
    next_zh="保留此策略，报告为程序缺陷",
    next_en="keep this policy and report a defect of the program",
    question="Q1",
)
SAMPLE = 16
"""Requests of named cases that are put to Casbin as well before a version is used."""
BEAT = 5.0
ALIVE = "15 seconds"
_NEWEST = "select coalesce(max(seq), 0) from policy_head"
_SAY = """
insert into policy_ack (worker, seq, refused, error, at, seen_at)
values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())
on conflict (worker) do update set refused = excluded.refused, error = excluded.error, seen_at = excluded.seen_at,
  seq = excluded.seq, at = case when policy_ack.seq = excluded.seq then policy_ack.at else excluded.at end"""
_LEAVE = f"delete from policy_ack where worker = $1 or seen_at < clock_timestamp() - 20 * interval '{ALIVE}'"  # noqa: S608 - a constant

Connect = Callable[[], AbstractAsyncContextManager[Connection]]


def built(in_force: InForce) -> Policy:
    """The policy that is in force, ready to be used. POLICY_DIGEST, POLICY_REFUSED, POLICY_PLAN_DIFFERS."""
    check_digests(in_force)
    policy = composed(in_force)
    nation = in_force.layers.get(NATION)
    if nation is not None:
        check_sample(policy, nation.content)
    _ = policy.oracle  # built here, in a thread: the first locked action does not wait for it
    return policy


def check_sample(policy: Policy, content: Content) -> None:
    """POLICY_PLAN_DIFFERS when the compiled policy and Casbin answer a request of the cases otherwise."""
    for request in sampled(content):
        if policy.answer(request).allowed is not policy.oracle.enforce(request):
            raise Problem(POLICY_PLAN_DIFFERS, asked=" ".join(request.flat))


def sampled(content: Content) -> Iterator[Request]:
    """One request of each of some cases, spread over all of them."""
    every = max(1, len(content.cases) // SAMPLE)
    some = Content(cases=content.cases[::every])
    return (case.requests[0] for case in islice(some.read_cases(), SAMPLE) if case.requests)


class PolicyWatcher:
    """Keeps `head` at what the database says."""

    def __init__(self, head: CurrentPolicy, connect: Connect) -> None:
        self.head, self._connect = head, connect
        self._prepare: Callable[[Policy], None] = lambda _: None
        self._after: Callable[[], None] = lambda: None
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.trouble: Problem | None = None
        self._refused: int | None = None
        self._wake = asyncio.Event()
        self._next_beat = 0.0

    def on_change(self, prepare: Callable[[Policy], None], after: Callable[[], None]) -> None:
        """Call `prepare` with a policy before it is used, in the thread that built it, and `after` afterwards."""
        self._prepare, self._after = prepare, after

    async def on_notification(self, _: str | None) -> None:
        """Schedule a refresh: a new version may be in force."""
        self._wake.set()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow while the block runs; afterwards this worker is no longer waited for."""
        task = asyncio.create_task(self._run())
        self._wake.set()
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            with suppress(Exception):  # a database that is away finds the worker silent soon enough
                async with self._connect() as connection:
                    await connection.execute(_LEAVE, self.worker)

    async def begin(self) -> None:
        """Obey what is in force before the first request; raises what makes that impossible."""
        async with self._connect() as connection:
            in_force = await read_in_force(connection)
        if in_force.publication:
            self.head.swap(await asyncio.to_thread(built, in_force))
        else:
            await asyncio.to_thread(getattr, self.head.current, "oracle")

    async def refresh(self) -> None:
        """Put the newest publication in force here, unless it is already or cannot be."""
        async with self._connect() as connection:
            newest = await connection.fetchval(_NEWEST)
            due = monotonic() >= self._next_beat
            if newest != self.head.current.publication and (newest != self._refused or due):
                await self._load(connection)
            elif not due:
                return
            await self._say(connection)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.refresh()
            except Exception as fault:  # a database that is away is asked again at the next call
                log.warning("policy: %s", type(fault).__name__)

    async def _load(self, connection: Connection) -> None:
        in_force = await read_in_force(connection)
        try:
            policy = await asyncio.to_thread(self._ready, in_force)
        except Exception as fault:  # whatever is wrong with it, the last good one stays
            self.trouble = fault if isinstance(fault, Problem) else Problem(INTERNAL, incident=type(fault).__name__)
            self._refused = in_force.publication
            log.error("policy publication %s was not loaded: %s", in_force.publication, self.trouble)  # noqa: TRY400 - the traceback would repeat rows
            return
        self.head.swap(policy)
        self.trouble, self._refused = None, None
        self._after()

    def _ready(self, in_force: InForce) -> Policy:
        policy = built(in_force)
        self._prepare(policy)
        return policy

    async def _say(self, connection: Connection) -> None:
        error = self.trouble.code.name if self.trouble else None
        await connection.execute(_SAY, self.worker, self.head.current.publication, self._refused, error)
        self._next_beat = monotonic() + BEAT

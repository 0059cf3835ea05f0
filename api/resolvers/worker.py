"""进程 Resources of one worker while it serves: pools, policy, sign-in, compiled plans. Opened once, closed once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from api.access.actions import READ
from api.access.double_check import DoubleCheck
from api.access.formula.unit_folding import UnitRelation
from api.access.policy import Policy
from api.access.request import ObjectFacts
from api.access.role import role_named
from api.access.signin.accounts import Accounts
from api.access.signin.issuer import Issuer
from api.access.signin.passwords import Passwords
from api.access.signin.sessions import Sessions
from api.access.signin.tokens import Tokens
from api.access.subject import Subject
from api.access.versions.current import CurrentPolicy
from api.access.versions.watcher import PolicyWatcher
from api.audit import chain
from api.audit.feed import Feed
from api.clock import Clock
from api.database import Dsn, Listener, OwnConnection, PooledConnection, Reader, Writer, problems, watched_connection
from api.planner.cache import Plans
from api.planner.plan.permit import Rights
from api.resolvers import progress
from api.resolvers.aside import Aside
from api.resolvers.host_counts import HostCounts
from api.resolvers.progress import Progress
from api.resolvers.rate import Rate
from api.resolvers.time_limit import NATIONAL as NATIONAL_REQUEST
from api.resolvers.time_limit import WRITE, TimeLimits
from api.rules.words.vocabulary import Kind
from api.sealing import Sealer
from api.settings import Settings
from api.workflow.engine.contexts import StepServices
from api.workflow.requests.progress_signature import progress_key

P = ParamSpec("P")
T = TypeVar("T")
CONNECTING, NATIONAL = 2.0, 60.0
"""Seconds the nation's connection may take, and one statement on it: ten thousand executions take twelve."""


@dataclass(slots=True)
class Worker:
    """Resources of requests that outlive them."""

    settings: Settings
    clock: Clock
    reader: Reader
    head: CurrentPolicy
    tokens: Tokens
    accounts: Accounts
    passwords: Passwords | None
    issuers: tuple[Issuer, ...]
    sealer: Sealer
    listener: Listener
    policy_watcher: PolicyWatcher
    writer: Writer
    nation_login: Dsn
    differences: HostCounts
    rate: Rate | None = None
    plans: Plans = field(default_factory=Plans)
    _nationally: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    _aside: Aside = field(default_factory=Aside)
    progress: Progress = field(init=False)
    limits: TimeLimits = field(default_factory=TimeLimits)
    feed: Feed = field(init=False)
    sessions: Sessions = field(init=False)
    double_check: DoubleCheck = field(init=False)
    _rights: dict[tuple[str, str, UnitRelation | None], Rights] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.feed = Feed(self.reader)
        self.progress = Progress(progress_key(self.nation_login.password))
        self.sessions = Sessions(self._nation, self.clock)
        self.double_check = DoubleCheck(
            self.settings.shadow_reads, self.settings.shadow_steps, tell=self.differences.add
        )
        self.listener.on(chain.CHANNEL, self.feed.heard)
        self.listener.on(progress.CHANNEL, self.progress.heard)

    def rights(self, policy: Policy, subject: Subject) -> Rights:
        """Rights of the subject under a policy version; shared by all subjects of its role and standing."""
        standing = policy.units.standing(subject.path)
        key = (policy.version, subject.role, standing)
        rights = self._rights.get(key)
        if rights is None:
            if len(self._rights) > 1024:
                self._rights.clear()
            rights = self._rights[key] = Rights(policy, role_named(subject.role), standing)
        self.double_check.sample_read(policy, subject, rights.formula)
        return rights

    def prepare(self, policy: Policy) -> None:
        """Compile what the roles at work here read, before a policy is used; runs in a thread."""
        for role in {rights.role for rights in tuple(self._rights.values())}:
            for kind in Kind:
                policy.formula(role, READ, kind)
                policy.groups(role, kind)

    def forget(self) -> None:
        """Let go of what was compiled for policies that are no longer in force."""
        version = self.head.current.version
        self.plans.drop(lambda key: key[-1][0] != version)
        for key in [key for key in self._rights if key[0] != version]:
            del self._rights[key]

    async def aside(self, account: int, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do long work of an account off the loop, in its turn."""
        return await self._aside.run(account, work, *arguments, **named)

    def writing(self) -> AbstractAsyncContextManager[PooledConnection]:
        """A connection of the app role, outside any transaction. The request that asks has the time of a write."""
        self.limits.extend(WRITE)
        return self.writer.connection()

    @asynccontextmanager
    async def acting(self, subject: Subject) -> AsyncIterator[PooledConnection]:
        """A connection of the app role whose transactions may prove the subject's session, which is opened first."""
        await self.sessions.open(subject)
        async with self.writing() as connection:
            yield connection

    @asynccontextmanager
    async def nation(self) -> AsyncIterator[OwnConnection]:
        """A connection of the nation role, for the nation's functions alone; opened when needed, which is rare."""
        self.limits.extend(NATIONAL_REQUEST)
        async with self._nationally, self._nation() as connection:
            yield connection

    @asynccontextmanager
    async def _nation(self) -> AsyncIterator[OwnConnection]:
        async with AsyncExitStack() as opened:
            with problems():
                connection = await opened.enter_async_context(
                    watched_connection(self.nation_login, timeout=CONNECTING, command_timeout=NATIONAL)
                )
            yield connection


def services_of(worker: Worker, policy: Policy) -> StepServices:
    """Surroundings of an act, under one policy version from first check to audit record."""

    def decided(subject: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
        return worker.double_check.decide(policy, subject, action, kind, facts)

    publication = policy.publication
    return StepServices(
        decided,
        worker.clock,
        policy.version,
        publication=publication,
        nation=worker.nation,
        progress_key=worker.progress.key,
    )

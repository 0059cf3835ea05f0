"""应用 The ASGI application of one worker: GraphQL first and directly, everything else through Starlette's routes."""

import asyncio
import gc
import logging
import select
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import safe_logging, telemetry, testdb
from api.access.double_check import LOCKED, READ, STEP
from api.access.policy import Policy
from api.access.signin.accounts import Accounts
from api.access.signin.issuer import Issuer
from api.access.signin.issuers import issuers
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.passwords import ACCOUNT_BY_NAME, Passwords
from api.access.signin.tokens import Tokens
from api.access.versions.current import CurrentPolicy
from api.access.versions.watcher import PolicyWatcher
from api.audit import chain, ledger
from api.clock import Clock
from api.cluster import cluster
from api.database import (
    DATABASE_BUSY,
    DATABASE_UNAVAILABLE,
    Connection,
    Listener,
    Reader,
    Writer,
    fetch_row,
    problem_of,
)
from api.errors import Problem
from api.key_fit import fitting_sealer
from api.resolvers.endpoint import Endpoint
from api.resolvers.execution import DEADLINE
from api.resolvers.host_counts import HostCounts
from api.resolvers.http import answers, evidence, health, page, sign_in
from api.resolvers.http.timed import timed
from api.resolvers.pages import notice_page, request_page
from api.resolvers.rate import Rate
from api.resolvers.socket.socket import socket
from api.resolvers.worker import Worker
from api.roles import Logins
from api.schema.rows.posts import AccountRow
from api.settings import Settings, read
from api.workflow import outbox
from api.workflow.engine.retention import purge_answered_keys

WRITERS = 2
"""Connections for writes to each one for reads: a write waits for the disk, a read for a processor."""
PAUSE = 0.5
"""Seconds until a worker that waits for the database asks again."""

log = logging.getLogger("shouwang")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@asynccontextmanager
async def worker(settings: Settings, logins: Logins, clock: Clock) -> AsyncIterator[Worker]:
    """Open what a worker holds, and close it: pools, policy, issuers, keys. A policy that does not load stops it."""
    head = CurrentPolicy(Policy.load())
    sealer = await fitting_sealer(settings, logins.app)
    reader = Reader(logins.reader, settings.pool_size)
    writer = Writer(logins.app, WRITERS * settings.pool_size, reader.renew)
    differences = policy_differences(settings)
    rate = Rate(settings.home / "rate", settings.rate, settings.rate_burst) if settings.rate else None
    try:
        await reader.open()
        await writer.open()
        accounts = Accounts(reader, clock)
        trusted = issuers(settings, clock)
        passwords = _passwords(trusted, accounts, clock, head, writer)
        watcher = PolicyWatcher(head, writer.connection)
        listener = _listener(settings, logins, accounts, watcher)
        await watcher.begin()
        yield Worker(
            settings,
            clock,
            reader,
            head,
            Tokens(trusted, accounts, clock),
            accounts,
            passwords,
            trusted,
            sealer,
            listener,
            watcher,
            writer,
            logins.nation,
            differences,
            rate,
        )
    finally:
        await reader.close()
        await writer.close()
        differences.close()
        if rate is not None:
            rate.close()


def _listener(settings: Settings, logins: Logins, accounts: Accounts, following: PolicyWatcher) -> Listener:
    listener = Listener(logins.reader, deaf=not settings.notifications)
    listener.on("accounts", accounts.hear)
    listener.on("policy", following.on_notification)
    return listener


def policy_differences(settings: Settings) -> HostCounts:
    """Counts of requests whose two decisions differed, over all workers of this host since `serve` began."""
    return HostCounts(settings.home / "policy-differences", (LOCKED, STEP, READ))


@asynccontextmanager
async def watching_policy(opened: Worker) -> AsyncIterator[None]:
    """Follow what other workers changed while the block runs: the policy in force first of all."""
    loop = asyncio.get_running_loop()

    def after() -> None:
        opened.forget()
        loop.call_later(DEADLINE, opened.forget)  # what requests of the old policy compiled meanwhile

    opened.policy_watcher.on_change(opened.prepare, after)
    async with opened.policy_watcher.watching(), opened.listener.listening():
        yield


def _passwords(
    trusted: tuple[Issuer, ...], accounts: Accounts, clock: Clock, head: CurrentPolicy, writer: Writer
) -> Passwords | None:
    local = next((issuer for issuer in trusted if isinstance(issuer, LocalIssuer)), None)
    if local is None:
        return None

    async def find(name: str) -> AccountRow | None:
        async with writer.connection() as connection:
            return await fetch_row(connection, AccountRow, ACCOUNT_BY_NAME, name)

    async def record(facts: Mapping[str, Any]) -> None:
        happening = ledger.AuditEntry("sign_in.failed", "Account", facts["account"], {"reason": facts["reason"]})
        async with writer.connection() as connection, connection.transaction():
            await ledger.append(connection, happening, None, clock.now(), policy_version=head.current.version)

    return Passwords(find, accounts, local, clock, record)


class Application:
    """The ASGI application. GraphQL passes no router: a router would cost it a quarter of its speed.

    `waiting` is a pipe of the supervisor's that is closed once the database is ready; None without a supervisor.
    """

    def __init__(self, settings: Settings, waiting: int | None = None) -> None:
        self._settings, self._waiting = settings, waiting
        self._endpoint: Endpoint | None = None
        self._rest = Starlette(routes=self._routes(), lifespan=self._lifespan)
        self._rest.router.redirect_slashes = False  # a redirect would repeat the address with all that was typed in it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one connection."""
        endpoint = self._endpoint
        graphql = scope["type"] in ("http", "websocket") and scope["path"] == "/graphql"
        if graphql and endpoint and scope["type"] == "websocket":
            await socket(endpoint, scope, receive, send)
        elif graphql and endpoint and not page.wanted(scope):
            await endpoint(scope, receive, send)  # type: ignore[arg-type]
        elif endpoint or scope["type"] == "lifespan" or scope["path"] in health.ANSWERED_ALWAYS:
            await self._answer(scope, receive, send)
        else:
            await health.unavailable(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by Starlette's routes, within the time limit of a request once there is a worker."""
        if self._endpoint and scope["type"] == "http":
            await timed(self._endpoint.worker.limits, self._rest, scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Serve, or wait for the database. What else makes a start impossible stops it."""
        safe_logging.begin_loop()
        telemetry.start(self._settings.otlp_endpoint)
        attempted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ending = asyncio.Event()
        with cluster(self._settings, attach=self._waiting is not None) as database:
            serving = asyncio.create_task(self._serve_until(ending, attempted, app, database.logins))
            try:
                await attempted
                yield
            finally:
                ending.set()
                await serving
        telemetry.finish()

    async def _serve_until(
        self, ending: asyncio.Event, attempted: asyncio.Future[None], app: Starlette, logins: Logins
    ) -> None:
        """Open and serve until the end; a database that is away is asked again, never given up on."""
        if not await self._prepared(0):
            _settle(attempted, None)
        while not ending.is_set() and not await self._prepared(PAUSE):
            pass
        while not ending.is_set():
            try:
                async with self._open(app, logins):
                    _settle(attempted, None)
                    await ending.wait()
            except Exception as fault:
                problem = fault if isinstance(fault, Problem) else problem_of(fault)
                waits = problem is not None and problem.code in (DATABASE_UNAVAILABLE, DATABASE_BUSY)
                if not waits and not attempted.done():
                    _settle(attempted, fault)
                    return
                log.warning("the worker waits for the database: %s", answers.problem_from(fault).code.name)
                _settle(attempted, None)
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), PAUSE)

    async def _prepared(self, seconds: float) -> bool:
        """Whether the database is ready, waiting so many seconds for it."""
        if self._waiting is None:
            return True
        ready, _, _ = await asyncio.to_thread(select.select, [self._waiting], [], [], seconds)
        return bool(ready)

    @asynccontextmanager
    async def _open(self, app: Starlette, logins: Logins) -> AsyncIterator[None]:
        """Open all that a worker needs; requests are answered while the block runs."""
        moment = await testdb.clock(self._settings, logins.owner)
        async with worker(self._settings, logins, moment) as opened:
            self._endpoint = Endpoint(opened)
            app.state.worker = opened
            gc.collect()
            gc.freeze()  # what lives as long as the worker need not be looked at again
            try:
                async with (
                    watching_policy(opened),
                    outbox.delivering(self._settings.webhook_url, opened.writing, moment),
                    chain.sealing(opened.writing, logins.app, partial(self._purge, moment)),
                    opened.feed.running(),
                ):
                    yield
            finally:
                self._endpoint = None

    async def _purge(self, clock: Clock, connection: Connection) -> None:
        await purge_answered_keys(connection, clock.now(), self._settings.idempotency_days)

    def _routes(self) -> list[Route]:
        return [
            Route("/livez", health.alive),
            Route("/readyz", self._ready),
            Route("/token", sign_in.token, methods=["POST"]),
            Route("/password", sign_in.password, methods=["POST"]),
            Route("/.well-known/jwks.json", sign_in.keys),
            Route("/notices/{id}", notice_page.sheet),
            Route("/requests/{id}", request_page.sheet),
            Route("/evidence", evidence.upload, methods=["POST"]),
            Route("/evidence/{id}", evidence.download),
            *page.routes(),
        ]

    async def _ready(self, _: Request) -> Response:
        return await health.readiness(self._endpoint.worker if self._endpoint else None)


def create(waiting: int | None = None) -> Application:
    """The application of this environment: what each worker of uvicorn calls."""
    return Application(read(), waiting)


def _settle(attempted: asyncio.Future[None], fault: Exception | None) -> None:
    """Tell the start what became of its first attempt; later ones are nobody's business."""
    if attempted.done():
        return
    if fault is None:
        attempted.set_result(None)
    else:
        attempted.set_exception(fault)

"""应用 The ASGI application of one worker: GraphQL first and directly, everything else through Starlette's routes."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import safe_logging, telemetry, testdb
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
from api.resolvers.http import answers, evidence, page, sign_in
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
_ANSWERED_ALWAYS = ("/livez", "/readyz")

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
    writer = Writer(logins.app, WRITERS * settings.pool_size)
    rate = Rate(settings.home / "rate", settings.rate, settings.rate_burst) if settings.rate else None
    try:
        await reader.open()
        await writer.open()
        accounts = Accounts(reader, clock)
        trusted = issuers(settings, clock)
        passwords = _passwords(trusted, accounts, clock, head, writer)
        listener = Listener(logins.reader, deaf=not settings.notifications)
        listener.on("accounts", accounts.hear)
        watcher = PolicyWatcher(head, writer.connection)
        listener.on("policy", watcher.on_notification)
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
            rate,
        )
    finally:
        await reader.close()
        await writer.close()
        if rate is not None:
            rate.close()


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
    """The ASGI application. GraphQL passes no router: a router would cost it a quarter of its speed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
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
        elif endpoint or scope["type"] == "lifespan" or scope["path"] in _ANSWERED_ALWAYS:
            await self._rest(scope, receive, send)
        else:
            await _unavailable(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Serve, or wait for the database. What else makes a start impossible stops it."""
        safe_logging.begin_loop()
        telemetry.start(self._settings.otlp_endpoint)
        attempted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ending = asyncio.Event()
        with cluster(self._settings) as database:
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
            Route("/livez", _alive),
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

    async def _ready(self, request: Request) -> Response:
        if self._endpoint is None:
            return JSONResponse({"ready": False, "code": DATABASE_UNAVAILABLE.name}, 503)
        opened: Worker = request.app.state.worker
        try:
            async with asyncio.timeout(2):
                await opened.reader.rows("select 1")
        except (Problem, TimeoutError) as fault:
            problem = answers.problem_from(fault)
            return JSONResponse({"ready": False, "code": problem.code.name}, 503)
        ready = {"ready": True, "policyVersion": opened.head.current.version[:16]}
        differences = opened.double_check.differences  # it serves, and says that a defect was met
        if differences:
            ready["policyDiffers"] = dict(differences)
        trouble = opened.policy_watcher.trouble  # the last good policy is in force: it serves, and says so
        return JSONResponse(ready if trouble is None else {**ready, "policyRefused": trouble.code.name})


def create() -> Application:
    """The application of this environment: what each worker of uvicorn calls."""
    return Application(read())


def _settle(attempted: asyncio.Future[None], fault: Exception | None) -> None:
    """Tell the start what became of its first attempt; later ones are nobody's business."""
    if attempted.done():
        return
    if fault is None:
        attempted.set_result(None)
    else:
        attempted.set_exception(fault)


async def _unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer while the worker waits for the database; a WebSocket gets the same answer in place of its handshake."""
    response = answers.problem_response(Problem(DATABASE_UNAVAILABLE, retry=1))
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": f"{kind}.body", "body": response.body})


async def _alive(_: Request) -> Response:
    return JSONResponse({"alive": True})

"""应用 The ASGI application of one worker: GraphQL first and directly, everything else through Starlette's routes."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import telemetry, testdb
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
from api.database import Listener, Reader, Writer, fetch_row
from api.errors import Problem
from api.resolvers.endpoint import Endpoint
from api.resolvers.execution import DEADLINE
from api.resolvers.http import answers, evidence, page, sign_in
from api.resolvers.pages import notice_page, request_page
from api.resolvers.rate import Rate
from api.resolvers.socket.socket import socket
from api.resolvers.worker import Worker
from api.roles import Logins
from api.schema.rows.posts import AccountRow
from api.sealing import Sealer
from api.settings import Settings, read
from api.workflow import outbox

WRITERS = 2
"""Connections for writes to each one for reads: a write waits for the disk, a read for a processor."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@asynccontextmanager
async def worker(settings: Settings, logins: Logins, clock: Clock) -> AsyncIterator[Worker]:
    """Open what a worker holds, and close it: pools, policy, issuers, keys. A policy that does not load stops it."""
    head = CurrentPolicy(Policy.load())
    sealer = Sealer.of(settings.home, settings.keys_file)
    reader = Reader(logins.reader, settings.pool_size)
    writer = Writer(logins.app, WRITERS * settings.pool_size)
    rate = Rate(settings.home / "rate", settings.rate, settings.rate_burst) if settings.rate else None
    await reader.open()
    await writer.open()
    try:
        accounts = Accounts(reader, clock)
        trusted = issuers(settings, clock)
        passwords = _passwords(trusted, accounts, clock, head, writer)
        listener = Listener(logins.reader, deaf=not settings.notifications)
        listener.on("accounts", accounts.hear)
        following = PolicyWatcher(head, writer.connection)
        listener.on("policy", following.on_notification)
        await following.begin()
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
            following,
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
async def obeying(opened: Worker) -> AsyncIterator[None]:
    """Follow what other workers changed while the block runs: the policy in force first of all."""
    loop = asyncio.get_running_loop()

    def obeyed() -> None:
        opened.forget()
        loop.call_later(DEADLINE, opened.forget)  # what requests of the old policy compiled meanwhile

    opened.following.on_change(opened.prepare, obeyed)
    async with opened.following.following(), opened.listener.listening():
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
    """What uvicorn runs. GraphQL passes no router: a router would cost it a quarter of its speed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._endpoint: Endpoint | None = None
        self._rest = Starlette(routes=self._routes(), lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one connection."""
        endpoint = self._endpoint
        graphql = scope["type"] in ("http", "websocket") and scope["path"] == "/graphql"
        if graphql and endpoint and scope["type"] == "websocket":
            await socket(endpoint, scope, receive, send)
        elif graphql and endpoint and not page.wanted(scope):
            await endpoint(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._rest(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        telemetry.start(self._settings.otlp_endpoint)
        with cluster(self._settings) as database:
            moment = await testdb.clock(self._settings, database.logins.owner)
            async with worker(self._settings, database.logins, moment) as opened:
                self._endpoint = Endpoint(opened)
                app.state.worker = opened
                gc.collect()
                gc.freeze()  # what lives as long as the worker need not be looked at again
                async with (
                    obeying(opened),
                    outbox.delivering(self._settings.webhook_url, opened.writing, moment),
                    chain.sealing(opened.writing, database.logins.app),
                    opened.feed.running(),
                ):
                    yield
                self._endpoint = None
        telemetry.finish()

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
        trouble = opened.following.trouble  # the last good policy is in force: it serves, and says so
        return JSONResponse(ready if trouble is None else {**ready, "policyRefused": trouble.code.name})


def create() -> Application:
    """The application of this environment: what each worker of uvicorn calls."""
    return Application(read())


async def _alive(_: Request) -> Response:
    return JSONResponse({"alive": True})

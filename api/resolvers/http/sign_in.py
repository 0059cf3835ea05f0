"""登录 POST /token signs a local account in, POST /password chooses its password; the public keys are served."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.access.signin.issuers import LOCAL_SIGN_IN_OFF
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.passwords import Passwords
from api.errors import Problem
from api.resolvers.http import answers
from api.resolvers.http.address import client_address
from api.resolvers.http.request import BAD_BODY, BODY_TOO_LARGE
from api.resolvers.worker import Worker, services_of
from api.workflow.posts.password_code import change, choose

_MOST = 16 * 1024


async def token(request: Request) -> Response:
    """A token for `{"account": …, "password": …, "post": …}`; errors have the same form as everywhere."""
    return await _answered(request, _issued)


async def password(request: Request) -> Response:
    """Choose a password, by both halves of a code or by the present one.

    `{"account": …, "password": …}` with `"codes": [first, second]` or `"current": …`.
    """
    return await _answered(request, _chosen)


async def _answered(request: Request, act: Callable[[Worker, Passwords, Request], Awaitable[Any]]) -> Response:
    worker: Worker = request.app.state.worker
    try:
        answer = await act(worker, _passwords(worker), request)
    except Exception as fault:
        return answers.problem_response(answers.problem_from(fault))
    return Response(orjson.dumps(answer), media_type="application/json", headers={"cache-control": "no-store"})


def _passwords(worker: Worker) -> Passwords:
    if worker.passwords is None:
        raise Problem(LOCAL_SIGN_IN_OFF)
    return worker.passwords


async def _issued(worker: Worker, passwords: Passwords, request: Request) -> dict[str, str]:
    account, password, post = _credentials(await _body(request))
    issued = await passwords.sign_in(account, password, post, address=_address(worker, request))
    return {"access_token": issued, "token_type": "Bearer"}


async def _chosen(worker: Worker, passwords: Passwords, request: Request) -> dict[str, bool]:
    account, new, current, codes = _choice(await _body(request))
    attempt = passwords.attempt(account, _address(worker, request))
    proven = await passwords.proven(account, current) if current is not None else None
    row = await passwords.account(account)
    hashed = await passwords.hashed(account, new)
    services = services_of(worker, worker.head.current)
    number = row["id"] if row else None
    try:
        session = await worker.sessions.open_for(proven) if proven is not None else ""
        async with worker.writing() as connection:
            if proven is not None:
                await change(connection, proven, session, hashed, services)
            else:
                await choose(connection, number, codes, hashed, services)
    except Problem:
        await passwords.failed("WRONG_CODES", number)
        raise
    passwords.succeeded(attempt)
    return {"changed": True}


def _address(worker: Worker, request: Request) -> str:
    return client_address(request.scope, worker.settings.trusted_proxies)


def _choice(body: bytes) -> tuple[str, str, str | None, tuple[str, str]]:
    expected = '{"account": "…", "password": "…"} with either "current": "…" or "codes": ["…", "…"], as JSON'
    try:
        document = orjson.loads(body)
        account, new = document["account"], document["password"]
        current, codes = document.get("current"), document.get("codes")
        first, second = codes if current is None else ("", "")
    except (orjson.JSONDecodeError, TypeError, ValueError, KeyError, AttributeError):
        raise Problem(BAD_BODY, expected=expected) from None
    if not all(isinstance(text, str) for text in (account, new, first, second, current or "")):
        raise Problem(BAD_BODY, expected=expected)
    return account, new, current, (first, second)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            raise Problem(BODY_TOO_LARGE, limit=_MOST)
    return body


def _credentials(body: bytes) -> tuple[str, str, int | None]:
    expected = '{"account": "…", "password": "…", "post": number or absent} as JSON'
    try:
        document = orjson.loads(body)
        account, password, post = document["account"], document["password"], document.get("post")
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
        raise Problem(BAD_BODY, expected=expected) from None
    if not isinstance(account, str) or not isinstance(password, str) or not isinstance(post, int | None):
        raise Problem(BAD_BODY, expected=expected)
    return account, password, post


async def keys(request: Request) -> Response:
    """The public keys of the local issuer, as a JWK set."""
    worker: Worker = request.app.state.worker
    local = next((issuer for issuer in worker.issuers if isinstance(issuer, LocalIssuer)), None)
    return Response(orjson.dumps(local.jwks() if local else {"keys": []}), media_type="application/json")

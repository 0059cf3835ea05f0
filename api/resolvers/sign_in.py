"""登录 POST /token signs a local account in; the issuer's public keys are served for whoever verifies them."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.access.issuers import LOCAL_SIGN_IN_OFF
from api.access.local_issuer import LocalIssuer
from api.errors import Problem
from api.resolvers import answers
from api.resolvers.process import Process
from api.resolvers.request import BAD_BODY, BODY_TOO_LARGE

_MOST = 16 * 1024


async def token(request: Request) -> Response:
    """A token for `{"account": …, "password": …, "post": …}`; errors have the same form as everywhere."""
    process: Process = request.app.state.process
    try:
        issued = await _issued(process, request)
    except Exception as fault:
        problem = answers.problem_from(fault)
        body = answers.refused([answers.error_of(problem)])
        return Response(body, problem.code.status, media_type="application/json", headers={"cache-control": "no-store"})
    answer = orjson.dumps({"access_token": issued, "token_type": "Bearer"})
    return Response(answer, media_type="application/json", headers={"cache-control": "no-store"})


async def _issued(process: Process, request: Request) -> str:
    if process.passwords is None:
        raise Problem(LOCAL_SIGN_IN_OFF)
    account, password, post = _credentials(await _body(request))
    address = request.client.host if request.client else ""
    return await process.passwords.sign_in(account, password, post, address=address)


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
    process: Process = request.app.state.process
    local = next((one for one in process.issuers if isinstance(one, LocalIssuer)), None)
    return Response(orjson.dumps(local.jwks() if local else {"keys": []}), media_type="application/json")

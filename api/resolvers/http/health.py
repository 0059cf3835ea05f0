"""健康 Answers to who asks whether a worker lives and can answer, and to everybody while it waits for the database."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.database import DATABASE_UNAVAILABLE
from api.errors import Problem
from api.resolvers.http import answers
from api.resolvers.worker import Worker

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ANSWERED_ALWAYS = ("/livez", "/readyz")
PATIENCE = 2.0
"""Seconds in which the database has to answer."""


async def alive(_: Request) -> Response:
    """200 while the event loop turns; asks nobody."""
    return JSONResponse({"alive": True})


async def readiness(worker: Worker | None) -> Response:
    """200 when the database answers, with what is in force; else 503 with a code. No worker yet: it waits."""
    if worker is None:
        return _not_ready(Problem(DATABASE_UNAVAILABLE, retry=1))
    try:
        async with asyncio.timeout(PATIENCE):
            await worker.reader.rows("select 1")
    except (Problem, TimeoutError) as fault:
        return _not_ready(answers.problem_from(fault))
    ready: dict[str, Any] = {"ready": True, "policyVersion": worker.head.current.version[:16]}
    differences = worker.differences.read()  # it serves, and says that a defect was met, whichever worker met it
    if differences:
        ready["policyDiffers"] = differences
    trouble = worker.policy_watcher.trouble  # the last good policy is in force: it serves, and says so
    return JSONResponse(ready if trouble is None else {**ready, "policyRefused": trouble.code.name})


def _not_ready(problem: Problem) -> Response:
    return JSONResponse({"ready": False, "code": problem.code.name}, 503, answers.problem_headers(problem))


async def unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer while the worker waits for the database; a WebSocket gets the same answer in place of its handshake."""
    response = answers.problem_response(Problem(DATABASE_UNAVAILABLE, retry=1))
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": f"{kind}.body", "body": response.body})

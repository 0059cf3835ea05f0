"""回答 HTTP responses: answers and errors as GraphQL over HTTP has them, never with a driver's own words."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from api.access.signin.errors import challenge
from api.database import problem_of
from api.errors import INTERNAL, Problem
from api.planner.document.document import GRAPHQL_INVALID
from api.planner.document.faults import kind_of

log = logging.getLogger("shouwang")

RESPONSE = b"application/graphql-response+json; charset=utf-8"
PLAIN = b"application/json; charset=utf-8"
_COME_BACK = (429, 503)
_SAFE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


def headers(media: bytes, length: int, more: Mapping[str, str] | None = None) -> list[tuple[bytes, bytes]]:
    """The headers of an answer."""
    lines = [(name.encode(), value.encode()) for name, value in more.items()] if more else ()
    return [(b"content-type", media), (b"content-length", b"%d" % length), *_SAFE, *lines]


def problem_headers(problem: Problem, allowed: str = "POST") -> dict[str, str]:
    """The headers that go with the status of a problem: how to sign in, which method, when to come back."""
    match problem.code.status:
        case 401:
            return {"www-authenticate": challenge(problem) or ""}
        case 405:
            return {"allow": allowed}
        case 429 | 503:
            return {"retry-after": str(problem.facts.get("retry_after", 1))}
    return {}


def error_of(problem: Problem) -> dict[str, Any]:
    """A Problem as a GraphQL error."""
    return {"message": problem.text("en"), "extensions": problem.extensions()}


def problem_from(fault: BaseException) -> Problem:
    """The Problem behind an exception; an unknown one is logged by its type and place alone, under an incident."""
    if isinstance(fault, Problem):
        return fault
    problem = problem_of(fault)
    if problem is not None:
        return problem
    incident = secrets.token_hex(6)
    where = fault.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "nowhere"
    log.error("incident %s: %s at %s", incident, type(fault).__name__, place)
    return Problem(INTERNAL, incident=incident)


def executed_error(fault: GraphQLError) -> dict[str, Any]:
    """An error of the executor: a Problem of ours with the path it happened on, or what graphql-core itself found."""
    if fault.original_error is not None:
        error = error_of(problem_from(fault.original_error))
    else:
        error = error_of(Problem(GRAPHQL_INVALID, found=kind_of(fault)))
    if fault.path:
        error["path"] = list(fault.path)
    if fault.locations:
        error["locations"] = [{"line": location.line, "column": location.column} for location in fault.locations]
    return error


def unavailable_of(faults: Iterable[GraphQLError]) -> Problem | None:
    """The first Problem of status 503 or 429 among the errors of an execution."""
    for fault in faults:
        cause = fault.original_error
        problem = cause if cause is None or isinstance(cause, Problem) else problem_of(cause)
        if problem is not None and problem.code.status in _COME_BACK:
            return problem
    return None


def problem_response(problem: Problem, more: Mapping[str, str] | None = None) -> Response:
    """A problem as an answer of its own, on any address but /graphql."""
    response_headers = {"cache-control": "no-store", **(more or {}), **problem_headers(problem)}
    return Response(error_response([error_of(problem)]), problem.code.status, response_headers, "application/json")


def error_response(errors: list[dict[str, Any]], extensions: Mapping[str, Any] | None = None) -> bytes:
    """The body of a request that was not executed: no `data` at all."""
    return orjson.dumps({"errors": errors, **({"extensions": extensions} if extensions else {})})


def response(data: Any, errors: list[dict[str, Any]], extensions: Mapping[str, Any]) -> bytes:
    """The body of a request that was executed; `data` may hold finished fragments."""
    body: dict[str, Any] = {"data": data}
    if errors:
        body["errors"] = errors
    body["extensions"] = extensions
    return orjson.dumps(body)


def raw_response(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    """The body around data that is JSON already."""
    return b"".join((b'{"data":', data, b',"extensions":', orjson.dumps(extensions), b"}"))

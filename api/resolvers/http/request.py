"""请求 A GraphQL request over HTTP: read, bounded and checked before anything of it is looked at. DESIGN §8"""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from api.errors import Problem, code
from api.resolvers.http.answers import PLAIN, RESPONSE

MOST_BYTES = 1024 * 1024
MOST_CONTAINERS = 40_000
"""Lists and objects of one body: 330 000 empty lists fill a megabyte, and take the collector half a second."""

BODY_TOO_LARGE = code(
    "BODY_TOO_LARGE",
    413,
    zh="请求体不得超过 {limit} 字节",
    en="the body must not exceed {limit} bytes",
    next_zh="缩短查询，或用变量代替字面值",
    next_en="shorten the document",
)
BAD_BODY = code(
    "BAD_BODY",
    400,
    zh="请求体的格式不对",
    en="expected a body that is {expected}",
    next_zh="按接口说明发送 JSON 对象",
    next_en='send {{"query": …, "variables": …, "operationName": …}}',
)
BAD_MEDIA_TYPE = code(
    "BAD_MEDIA_TYPE",
    415,
    zh="Content-Type 应为 application/json",
    en="expected Content-Type application/json",
    next_zh="以 application/json 发送",
    next_en="send application/json",
)
NOT_ACCEPTABLE = code(
    "NOT_ACCEPTABLE",
    406,
    zh="可回答 application/graphql-response+json 或 application/json",
    en="can answer application/graphql-response+json or application/json",
    next_zh="修改 Accept 请求头",
    next_en="change Accept",
)
BAD_METHOD = code(
    "BAD_METHOD",
    405,
    zh="应使用 POST",
    en="expected POST",
    next_zh="以 POST 发送；地址里不得有查询，免得进入日志",
    next_en="send POST; a query in an address would end up in logs",
)

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Headers = Mapping[bytes, bytes]


class GraphQLRequest(NamedTuple):
    """A client's request."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    identifier: str | None = None


def check_method(scope: Mapping[str, Any]) -> None:
    """BAD_METHOD for anything but POST."""
    if scope["method"] != "POST":
        raise Problem(BAD_METHOD)


def headers(scope: Mapping[str, Any]) -> Headers:
    """The headers of the request; the first of a name counts."""
    return dict(reversed(scope["headers"]))


def authorization(sent: Headers) -> str | None:
    """The client's credentials."""
    value = sent.get(b"authorization")
    return None if value is None else str(value, "latin-1")


@lru_cache(64)
def media_type(accept: bytes | None) -> bytes:
    """The media type of the answer; NOT_ACCEPTABLE when the client takes neither."""
    if accept is None:
        return PLAIN
    if b"application/graphql-response+json" in accept:
        return RESPONSE
    if b"application/json" in accept or b"*/*" in accept or b"application/*" in accept:
        return PLAIN
    raise Problem(NOT_ACCEPTABLE)


async def read(sent: Headers, receive: Receive) -> GraphQLRequest:
    """The request in the body; every malformed one has its code."""
    if not _is_json(sent.get(b"content-type", b"")):
        raise Problem(BAD_MEDIA_TYPE)
    return parse(await _body(receive))


@lru_cache(64)
def _is_json(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() == b"application/json"


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise Problem(BODY_TOO_LARGE, limit=MOST_BYTES)
    if len(body) > MOST_BYTES:
        raise Problem(BODY_TOO_LARGE, limit=MOST_BYTES)
    return body


def parse(body: bytes) -> GraphQLRequest:
    """A GraphQL request from JSON; BAD_BODY says what it should have been."""
    return asked_of(decoded(body))


def decoded(body: bytes) -> Any:
    """The value that JSON stands for; BAD_BODY for what is none, or holds too many lists and objects."""
    if body.count(b"[") + body.count(b"{") > MOST_CONTAINERS:
        raise Problem(BAD_BODY, expected=f"JSON of at most {MOST_CONTAINERS} lists and objects")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(BAD_BODY, expected="JSON in UTF-8") from None


def asked_of(document: Any) -> GraphQLRequest:
    """A GraphQL request from decoded JSON; BAD_BODY says what it should have been."""
    if not isinstance(document, dict):
        raise Problem(BAD_BODY, expected="one JSON object")
    query, variables = document.get("query"), document.get("variables")
    name, extensions = document.get("operationName"), document.get("extensions")
    identifier = _identifier(document.get("documentId"), extensions)
    if query is None and identifier is not None:
        query = ""
    if not isinstance(query, str):
        raise Problem(BAD_BODY, expected="an object with a string `query`, or a `documentId`")
    if variables is not None and not isinstance(variables, dict):
        raise Problem(BAD_BODY, expected="an object whose `variables` are an object")
    if name is not None and not isinstance(name, str):
        raise Problem(BAD_BODY, expected="an object whose `operationName` is a string")
    if extensions is not None and not isinstance(extensions, dict):
        raise Problem(BAD_BODY, expected="an object whose `extensions` are an object")
    return GraphQLRequest(query, variables or {}, name or None, identifier)


def _identifier(identifier: Any, extensions: Any) -> str | None:
    """The id of a trusted document, as `documentId` or as Apollo's `extensions.persistedQuery.sha256Hash`."""
    if identifier is None and isinstance(extensions, dict):
        persisted = extensions.get("persistedQuery")
        identifier = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(identifier, str | None):
        raise Problem(BAD_BODY, expected="an object whose `documentId` is a string")
    return identifier

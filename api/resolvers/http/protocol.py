"""连接协议 HTTP connections with limits before anybody has signed in: size and time of a head, time of a body, number.

uvicorn has none of these. One timer looks twice a second at the connections that owe something. When there are too
many connections that never signed in, the one that has been silent longest gives way, so a newcomer is always heard.
"""

import asyncio
import re
import resource
import socket
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.errors import Code, Problem, code
from api.resolvers.http import answers

HEAD_SECONDS, BODY_SECONDS, LOOK = 10.0, 20.0, 0.5
"""Seconds for a head to come, from the connection or its first byte on; for a body, or between two parts of one
once its sender has signed in; between two looks."""
LEAVING_SECONDS = 0.5
"""Seconds in which a connection without a request may still send one when its worker ends."""
HEAD_BYTES, HEAD_LINES = 32 * 1024, 100
"""Bytes and lines of the longest head."""
CLOSED_BY_PEER = frozenset({7, 8, 9, 11})
"""States of a TCP connection whose other end has closed it: CLOSE, CLOSE_WAIT, LAST_ACK, CLOSING."""
RESERVED = 128
"""Descriptors kept for the database, files and whatever else is opened."""

HEAD_TOO_LARGE = code(
    "HEAD_TOO_LARGE",
    431,
    zh="请求头不得超过 {limit} 字节、{lines} 行",
    en="the head of a request has at most {limit} bytes and {lines} lines",
    next_zh="减少请求头或缩短令牌",
    next_en="send fewer headers or a shorter token",
)
REQUEST_TOO_SLOW = code(
    "REQUEST_TOO_SLOW",
    408,
    zh="请求未在 {limit} 秒内到齐",
    en="the request did not arrive whole within {limit} seconds",
    next_zh="检查网络后重试",
    next_en="check the network and try again",
)
BAD_HANDSHAKE = code(
    "BAD_HANDSHAKE",
    400,
    zh="WebSocket 握手请求头不符合 RFC 6455",
    en="the headers are no WebSocket handshake (RFC 6455)",
    next_zh="用标准的 WebSocket 客户端连接",
    next_en="connect with a standard WebSocket client",
)
_OF_HANDSHAKE = frozenset(
    {b"upgrade", b"connection", b"sec-websocket-version", b"sec-websocket-key", b"sec-websocket-protocol"}
)
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")
_TOKENS = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*,\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")


def is_handshake(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the headers are what the server's library takes; what it does not take it would repeat in its answer."""
    lines = [(name, value.strip()) for name, value in headers if name in _OF_HANDSHAKE]
    values = dict(lines)
    protocols = b",".join(value for name, value in lines if name == b"sec-websocket-protocol")
    repeated = len(values) != len(lines) - sum(name == b"sec-websocket-protocol" for name, _ in lines) + bool(protocols)
    return (
        not repeated
        and values.get(b"upgrade", b"").lower() == b"websocket"
        and _TOKENS.fullmatch(values.get(b"connection", b"")) is not None
        and values.get(b"sec-websocket-version") == b"13"
        and _KEY.fullmatch(values.get(b"sec-websocket-key", b"")) is not None
        and (not protocols or _TOKENS.fullmatch(protocols) is not None)
    )


def raise_descriptors() -> int:
    """Raise the process's limit of open descriptors as far as it may go; the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft


def most_strangers() -> int:
    """The most connections without a sign-in that a worker keeps: half of its descriptors."""
    return max(32, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - RESERVED) // 2)


class Watch:
    """The connections of one worker that owe a head or a body, and those that never signed in, oldest first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, strangers: int) -> None:
        self._loop, self._most = loop, strangers
        self.due: dict[LimitedProtocol, float] = {}
        self.strangers: dict[LimitedProtocol, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def owes(self, connection: "LimitedProtocol", seconds: float) -> None:
        """The connection owes something within so many seconds."""
        self.due[connection] = self._loop.time() + seconds
        if self._timer is None:
            self._timer = self._loop.call_later(LOOK, self._look)

    def paid(self, connection: "LimitedProtocol") -> None:
        """The connection owes nothing."""
        self.due.pop(connection, None)

    def opened(self, connection: "LimitedProtocol") -> None:
        """A connection of somebody unknown; the longest silent one gives way when there are too many."""
        self.strangers[connection] = None
        if len(self.strangers) > self._most:
            for other in [other for other in self.strangers if other.transport.is_closing()]:
                self.left(other)
        if len(self.strangers) > self._most:
            oldest = next((other for other in self.strangers if not other.answering), connection)
            self.left(oldest)
            oldest.give_way()

    def left(self, connection: "LimitedProtocol") -> None:
        """The connection is gone, or signed in."""
        self.strangers.pop(connection, None)

    def _look(self) -> None:
        now = self._loop.time()
        for connection in [connection for connection, until in self.due.items() if until <= now]:
            del self.due[connection]
            connection.late()
        self._timer = self._loop.call_later(LOOK, self._look) if self.due else None


class LimitedProtocol(HttpToolsProtocol):
    """One HTTP connection, held to the limits. `scope["connection"]` is how the endpoint tells that it signed in."""

    watches: dict[asyncio.AbstractEventLoop, Watch] = {}  # noqa: RUF012 - one watch a loop, shared by its connections

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.watch = self.watches.get(self.loop) or self.watches.setdefault(
            self.loop, Watch(self.loop, most_strangers())
        )
        self.answering = False
        self._in_head, self._head, self._refused, self._signed_in = True, 0, False, False
        self._requested = self._leaving = False
        self._running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins: its first head is awaited."""
        super().connection_made(transport)
        self.watch.owes(self, HEAD_SECONDS)
        self.watch.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection ends."""
        self.watch.paid(self)
        self.watch.left(self)
        # uvicorn tells the last of several pipelined requests alone, and would run those that wait
        for cycle in (self._running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def end_if_left(self) -> None:
        """End a connection whose client has left while nothing reads it, as where pipelined requests wait."""
        if not self.flow.read_paused or not hasattr(socket, "TCP_INFO"):
            return
        try:
            state = self.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        except OSError:  # a Unix socket
            return
        if state in CLOSED_BY_PEER:
            self.transport.abort()

    def signed_in(self) -> None:
        """Note that a signed-in account asks here: a long body may take its time as long as it goes on coming."""
        self._signed_in = True
        self.watch.left(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came; a head that never ends is cut off, also where the parser would gather it silently."""
        if self._refused:
            return
        before = self._in_head
        super().data_received(data)
        if before and self._in_head and not self._refused:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.refuse(HEAD_TOO_LARGE, limit=HEAD_BYTES, lines=HEAD_LINES)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.scope["connection"] = self  # type: ignore[typeddict-unknown-key]
        self._in_head, self._head = True, 0
        if self not in self.watch.due:
            self.watch.owes(self, HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        """A head is complete: its body is awaited."""
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > HEAD_BYTES or len(self.headers) > HEAD_LINES:
            self.refuse(HEAD_TOO_LARGE, limit=HEAD_BYTES, lines=HEAD_LINES)
            return
        self.answering = self._requested = True
        self.watch.owes(self, BODY_SECONDS)
        super().on_headers_complete()
        if self._leaving:
            self.cycle.keep_alive = False
        if not self.pipeline:
            self._running = self.cycle

    def on_body(self, body: bytes) -> None:
        """A part of a body came."""
        if not self._refused:
            if self._signed_in:
                self.watch.owes(self, BODY_SECONDS)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is complete: it owes nothing more."""
        if not self._refused:
            self.watch.paid(self)
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered."""
        self.answering = bool(self.pipeline)
        self._running = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """The connection goes on as a WebSocket; it stays a stranger's until somebody signs in on it."""
        if self._refused:
            return
        if not is_handshake(self.scope["headers"]):
            self.refuse(BAD_HANDSHAKE)
            return
        # no extension is offered, and an unreadable one would be repeated in the answer
        self.scope["headers"] = [line for line in self.scope["headers"] if line[0] != b"sec-websocket-extensions"]
        self.watch.paid(self)
        self.answering = False
        self.app_state = {**self.app_state, "connection": self}
        super().handle_websocket_upgrade()

    def ended(self) -> None:
        """The WebSocket that the connection became has ended."""
        self.watch.left(self)

    def shutdown(self) -> None:
        """End the connection, once what it asks is answered; a first request may be on its way already."""
        if not self._requested and not self._leaving:
            self._leaving = True
            self.watch.owes(self, LEAVING_SECONDS)
            return
        super().shutdown()

    def late(self) -> None:
        """Answer that the expected bytes did not come in time."""
        silent = self._in_head and self._head == 0
        if silent or (self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete):
            self.give_way()
        else:
            limit = HEAD_SECONDS if self._in_head else BODY_SECONDS
            self.refuse(REQUEST_TOO_SLOW, limit=int(limit))

    def give_way(self) -> None:
        """Close the connection."""
        self._refused = True
        self.transport.close()

    def refuse(self, reason: Code, **facts: int) -> None:
        """Answer with a problem and close."""
        self._refused = True
        self.watch.paid(self)
        body = answers.error_response([answers.error_of(Problem(reason, **facts))])
        lines = [(b"connection", b"close"), *answers.headers(answers.PLAIN, len(body))]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in lines)
        self.transport.write(STATUS_LINE[reason.status] + head + b"\r\n" + body)
        self.transport.close()

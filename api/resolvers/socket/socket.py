"""长连接 graphql-transport-ws on /graphql: one token, several operations, each answered as over HTTP. DESIGN §8

connection_init → connection_ack → subscribe … next … complete; ping → pong

A connection ends with a code of the protocol: 4400 a message that is none, 4401 no good token, 4403 the token or the
post has ended since, 4406 no such subprotocol, 4408 no connection_init in time, 4409 an id twice, 4429 connection_init
twice; and 1013 when the client is too slow, the worker full, or the database away for long: come back with the cursor.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from functools import partial
from time import time_ns
from typing import Any, ClassVar

import orjson
from graphql import OperationType

from api.access.subject import Subject
from api.errors import Problem, code
from api.planner.document.document import Refused
from api.resolvers.endpoint import Answer, Endpoint
from api.resolvers.fields.happening import cursor_of
from api.resolvers.http import answers, request
from api.resolvers.http.hanging_up import to_the_end
from api.resolvers.http.request import GraphQLRequest, asked_of
from api.resolvers.socket.frames import BadFrame, Frame, credentials, frame_of
from api.resolvers.socket.stream import Interrupted, subscribed
from api.resolvers.time_limit import READ
from api.telemetry import ERROR, Traced, record

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SUBPROTOCOL = "graphql-transport-ws"
BEGINNING, TAKING, LOOK = 5.0, 15.0, 1.0
"""Seconds until connection_init has to have come; a client may take for a message; between two looks at its rights."""
MOST_OPERATIONS, MOST_OF_AN_ACCOUNT, MOST_OF_A_WORKER = 20, 20, 5000
"""Operations of a connection at once; connections of an account, and of a worker."""
AGAIN = 1013
_ENDS = (401, 403)
TOO_MANY_OPERATIONS = code(
    "TOO_MANY_OPERATIONS",
    429,
    zh="一个连接同时进行的操作不得超过 {limit} 个",
    en="at most {limit} operations at once on a connection",
    next_zh="先结束其他订阅",
    next_en="complete another subscription first",
)


async def socket(endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one WebSocket until it ends. A page of another origin is refused before it is one: 403."""
    stranger = scope.get("state", {}).get("connection")
    try:
        await _serve(endpoint, scope, receive, send, stranger)
    finally:
        if stranger is not None:
            stranger.ended()


async def _serve(endpoint: Endpoint, scope: Scope, receive: Receive, send: Send, stranger: Any) -> None:
    await receive()  # websocket.connect
    headers = request.headers(scope)
    if not own_origin(headers):
        await send({"type": "websocket.close", "code": 4403})
        return
    connection = Connection(endpoint, request.authorization(headers), receive, send, stranger)
    if SUBPROTOCOL not in scope["subprotocols"]:
        await send({"type": "websocket.accept"})
        await connection.close(4406, "Subprotocol not acceptable")
        return
    await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
    await connection.serve()


def own_origin(headers: request.Headers) -> bool:
    """Whether the page that asks, if it is one, came from the host it asks. The scheme is the proxy's to know."""
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host", b"")


class End(Exception):  # noqa: N818 - how every connection ends
    """The connection ends, with this code and reason; a code of 0 says that the client has gone."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection:
    """One accepted connection: its token, its operations, its one way out."""

    open: ClassVar[Counter[int]] = Counter()
    """How many connections each account has in this worker."""

    def __init__(
        self, endpoint: Endpoint, header: str | None, receive: Receive, send: Send, stranger: Any = None
    ) -> None:
        self._endpoint, self._header, self._stranger = endpoint, header, stranger
        self._receive, self._out = receive, send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._others: list[asyncio.Task[None]] = []
        self._sending = asyncio.Lock()
        self._ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Serve until it ends, whoever ends it; nothing of it runs on afterwards."""
        try:
            subject = await self._begin()
            try:
                self.open[subject.account] += 1
                self._others = [self._task(self._read), self._task(self._watch)]
                end = await self._ended
            finally:
                self.open.subtract((subject.account,))
                if not self.open[subject.account]:
                    del self.open[subject.account]
        except End as early:
            end = early
        finally:
            await self._stop()
        if end.code:
            await self.close(end.code, end.reason)

    async def close(self, code: int, reason: str) -> None:
        """Say good-bye and see the client off; who doesn't even take that is cut off."""
        try:
            async with asyncio.timeout(TAKING):
                await self._out({"type": "websocket.close", "code": code, "reason": reason[:120]})
                while (await self._receive())["type"] != "websocket.disconnect":
                    pass
        except TimeoutError:
            # ASGI has no word for it, and a transport that is merely closed waits for ever until its buffer is taken
            transport = getattr(getattr(self._out, "__self__", None), "transport", None)
            if transport is not None:
                transport.abort()
        except (OSError, RuntimeError):  # it has gone by itself
            return

    async def _begin(self) -> Subject:
        try:
            frame = await asyncio.wait_for(self._frame(), BEGINNING)
        except TimeoutError:
            raise End(4408, "Connection initialisation timeout") from None
        if frame.type == "subscribe":
            raise End(4401, "Unauthorized")
        if frame.type != "connection_init":
            raise End(4400, "Expected connection_init")
        self._header = credentials(frame.payload) or self._header
        try:
            with self._endpoint.worker.limits.within(READ):
                subject = await self._endpoint.worker.tokens.authenticate(self._header)
                head = await self._endpoint.worker.feed.head()
        except Problem as problem:
            raise _end(problem, 4401) from None
        if self.open[subject.account] >= MOST_OF_AN_ACCOUNT or self.open.total() >= MOST_OF_A_WORKER:
            raise End(AGAIN, "Too many connections")
        if self._stranger is not None:
            self._stranger.signed_in()
        await self._send({"type": "connection_ack", "payload": {"cursor": cursor_of(head)}})
        return subject

    async def _read(self) -> None:
        while True:
            frame = await self._frame()
            await asyncio.sleep(0)  # frames that wait already come without a pause for others
            if frame.type == "connection_init":
                raise End(4429, "Too many initialisation requests")
            if frame.type == "ping":
                await self._send({"type": "pong"})  # without the payload: nothing typed is repeated
            elif frame.type == "subscribe":
                await self._subscribe(frame)
            elif frame.type == "complete" and frame.id in self._operations:
                self._operations.pop(frame.id).cancel()

    async def _frame(self) -> Frame:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise End(0)
        try:
            return frame_of(message)
        except BadFrame as bad:
            raise End(4400, str(bad)) from None

    async def _subscribe(self, frame: Frame) -> None:
        if frame.id in self._operations:
            raise End(4409, "Subscriber already exists")  # without its id: proxies log the reasons of closing
        try:
            graphql_request = asked_of(frame.payload)
        except Problem as problem:
            raise End(4400, problem.text("en")) from None
        if len(self._operations) >= MOST_OPERATIONS:
            many = Problem(TOO_MANY_OPERATIONS, limit=MOST_OPERATIONS)
            await self._send({"type": "error", "id": frame.id, "payload": [answers.error_of(many)]})
            return
        self._operations[frame.id] = self._task(partial(self._operate, frame.id, graphql_request))

    async def _operate(self, name: str, graphql_request: GraphQLRequest) -> None:
        begun, traced = time_ns(), Traced()
        try:
            last = await self._run(name, graphql_request, traced)
        finally:
            record("WS /graphql", begun, traced)
        if self._operations.pop(name, None) is not None:
            await self._send({"id": name, **last})

    async def _run(self, name: str, graphql_request: GraphQLRequest, traced: Traced) -> dict[str, Any]:
        try:
            await self._answer(name, graphql_request, traced)
        except (End, Interrupted):
            raise
        except Refused as refused:
            errors = refused.errors
        except Exception as fault:
            errors = [answers.error_of(answers.problem_from(fault))]
        else:
            return {"type": "complete"}
        traced[ERROR] = errors[0]["extensions"]["code"]
        return {"type": "error", "payload": errors}

    async def _answer(self, name: str, graphql_request: GraphQLRequest, traced: Traced) -> None:
        subject = await self._endpoint.worker.tokens.authenticate(self._header)
        graphql_request, document = await self._endpoint.document(subject, graphql_request)
        operation = document.operation(graphql_request.operation_name)
        if operation.type is OperationType.SUBSCRIPTION:
            traced["graphql.operation.type"] = operation.word
            async with aclosing(subscribed(self._endpoint, self._header, graphql_request)) as bodies:
                async for body in bodies:
                    await self._next(name, body)
            return
        answering = self._limited(subject, graphql_request, traced)
        # a step that was begun is finished, whoever still listens
        mutates = operation.type is OperationType.MUTATION
        body, refused, _ = await (to_the_end(answering) if mutates else answering)
        if refused:
            raise Refused(orjson.loads(body)["errors"])
        await self._next(name, body)

    async def _limited(self, subject: Subject, graphql_request: GraphQLRequest, traced: Traced) -> Answer:
        with self._endpoint.worker.limits.within(READ):
            return await self._endpoint.answer(subject, graphql_request, traced)

    async def _next(self, name: str, body: bytes) -> None:
        payload = orjson.Fragment(body)  # JSON already, as it would have left over HTTP
        await self._send({"id": name, "type": "next", "payload": payload})

    async def _send(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message).decode()
        async with self._sending:
            try:
                await asyncio.wait_for(self._out({"type": "websocket.send", "text": text}), TAKING)
            except TimeoutError:
                raise End(AGAIN, "Too slow: come back with the cursor") from None
            except (OSError, RuntimeError):  # how servers say that the client has gone
                raise End(0) from None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._endpoint.worker.tokens.authenticate(self._header)
            except Problem as problem:
                if problem.code.status in _ENDS:
                    raise Interrupted(problem) from None

    def _task(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(self._guarded(work))

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except End as end:
            self._finish(end)
        except Interrupted as interrupted:
            self._finish(_end(interrupted.problem, 4403))
        except Exception as fault:
            self._finish(_end(answers.problem_from(fault), 4403))

    def _finish(self, end: End) -> None:
        if not self._ended.done():
            self._ended.set_result(end)

    async def _stop(self) -> None:
        tasks = [*self._others, *self._operations.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end(problem: Problem, unauthorized: int) -> End:
    """The way a connection ends for a problem that is not one operation's own."""
    if problem.code.status in _ENDS:
        return End(unauthorized if problem.code.status == 401 else 4403, problem.code.name)
    if problem.code.status == 503:
        return End(AGAIN, problem.code.name)
    return End(1011, problem.code.name)

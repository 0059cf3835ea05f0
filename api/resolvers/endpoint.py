"""端点 /graphql. Sign-in, limits, cost, deadline, tracing and error masking stand here, once, before both doors.

request → subject → document → operation → variables ─┬─ all fields planned: one statement, bytes out
└─ else: the executor, which splices what is planned
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import time_ns
from typing import Any, NamedTuple, TypeVar

from graphql import DocumentNode, OperationType

from api.access.subject import Subject
from api.database import DEADLINE_EXCEEDED
from api.errors import Problem, code
from api.planner.document.document import Document, Documents, Operation, Refused
from api.planner.document.limits import check_length
from api.planner.plan.roots import PLANNED
from api.resolvers.execution import DEADLINE, OperationContext, deadline, extensions, read_operation
from api.resolvers.http import answers, request
from api.resolvers.http.hanging_up import HangingUp, HungUp
from api.resolvers.http.introspection import INTROSPECTION_CLOSED, check_introspection, may_introspect
from api.resolvers.http.request import GraphQLRequest, Receive
from api.resolvers.http.trusted import Trusted
from api.resolvers.mixed import answer_mixed
from api.resolvers.schema import core, execute
from api.resolvers.steps.direct import only_steps, take_all
from api.resolvers.time_limit import READ
from api.resolvers.worker import Worker
from api.telemetry import ERROR, Traced, record

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Scope = Mapping[str, Any]
T = TypeVar("T")
SUBSCRIBE_BY_SOCKET = code(
    "SUBSCRIBE_BY_SOCKET",
    400,
    zh="订阅须经 WebSocket 连接",
    en="a subscription is asked for over a WebSocket, by graphql-transport-ws",
    next_zh="以该子协议连接同一地址",
    next_en="connect to the same address with that subprotocol",
)
MOST_AT_ONCE = 100
"""Requests of one account at once in a worker: each may hold a megabyte while it waits."""
MANY_ENTRIES = 1_000
"""Entries of lists in variables beyond which they are coerced in a thread: 6 µs each."""
CHARACTERS_A_POINT = 10
"""Characters of a new document that cost an account one point of its rate, whether it may run or not."""
TOO_MANY_AT_ONCE = code(
    "TOO_MANY_AT_ONCE",
    429,
    zh="同一账号同时进行的请求不得超过 {limit} 个",
    en="an account has at most {limit} requests at once",
    next_zh="等先前的请求得到答复后再提交",
    next_en="wait for the answers to earlier requests",
)
_TOLD_IN_BODY = (400, 403)
"""Told in a 200 where plain application/json was asked for: its clients read no other body. GraphQL over HTTP"""


class Answer(NamedTuple):
    """The answer to an operation.

    body         what is sent
    refused      nothing was executed
    unavailable  the Problem of status 503 or 429 that left nothing but `data: null`; it is told by status as well
    """

    body: bytes
    refused: bool = False
    unavailable: Problem | None = None


class Endpoint:
    """The GraphQL endpoint of one process, as an ASGI application; sockets ask it the same way."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.schema = core()
        self.documents = Documents(self.schema, PLANNED)
        self.trusted = Trusted.of(worker.settings)
        self.hung_up = HangingUp()
        self._at_once: dict[int, int] = {}
        check_introspection(worker.settings)
        self.turn = asyncio.Semaphore(max(1, worker.settings.pool_size // 2))
        """Who tells events takes turns, so that half of the readers stay free for those who ask."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, with a body and a code."""
        begun = time_ns()
        media, status, graphql_request = answers.PLAIN, 200, None
        more: Mapping[str, str] = {}
        traced: Traced = {}
        try:
            try:
                headers = request.headers(scope)
                media = request.media_type(headers.get(b"accept"))
                request.check_method(scope)
                with self.worker.limits.within(READ) as limit:
                    subject = await self._sign_in(scope, headers)
                    with self._among_few(subject.account):
                        graphql_request = await request.read(headers, partial(limit.untimed, receive))
                        with self.hung_up.watching(receive, scope.get("connection")):
                            body, refused, unavailable = await self.answer(subject, graphql_request, traced)
                status = 400 if refused and media == answers.RESPONSE else 200
                if unavailable is not None:
                    status, more = unavailable.code.status, answers.problem_headers(unavailable)
            except HungUp:
                return
            except Refused as fault:
                body, status = answers.error_response(fault.errors), 400 if media == answers.RESPONSE else 200
                traced[ERROR] = fault.errors[0]["extensions"]["code"]
            except Exception as fault:
                problem = answers.problem_from(fault)
                body, status = answers.error_response([answers.error_of(problem)]), problem.code.status
                more = answers.problem_headers(problem)
                if graphql_request is not None and media == answers.PLAIN and status in _TOLD_IN_BODY:
                    status = 200
                traced[ERROR] = problem.code.name
            await send(
                {"type": "http.response.start", "status": status, "headers": answers.headers(media, len(body), more)}
            )
            await send({"type": "http.response.body", "body": body})
        finally:
            record("POST /graphql", begun, traced)

    async def _sign_in(self, scope: Scope, headers: request.Headers) -> Subject:
        subject = await self.worker.tokens.authenticate(request.authorization(headers))
        connection = scope.get("connection")
        if connection is not None:
            connection.signed_in()
        return subject

    @contextmanager
    def _among_few(self, account: int) -> Iterator[None]:
        """Count a request of an account while it runs; TOO_MANY_AT_ONCE."""
        at_once = self._at_once
        number = at_once.get(account, 0)
        if number >= MOST_AT_ONCE:
            raise Problem(TOO_MANY_AT_ONCE, limit=MOST_AT_ONCE)
        at_once[account] = number + 1
        try:
            yield
        finally:
            if at_once[account] == 1:
                del at_once[account]
            else:
                at_once[account] -= 1

    async def answer(self, subject: Subject, graphql_request: GraphQLRequest, traced: Traced) -> Answer:
        """The answer to a query or a mutation, whichever way it came.

        Refused or Problem when it cannot run.
        """
        graphql_request, document = await self.document(subject, graphql_request)
        operation = document.operation(graphql_request.operation_name)
        if operation.type is OperationType.SUBSCRIPTION:
            raise Problem(SUBSCRIBE_BY_SOCKET)
        if operation.introspects and not may_introspect(subject, self.worker.settings.introspection):
            raise Problem(INTROSPECTION_CLOSED)
        ctx = await self.begin(subject, operation, graphql_request.variables)
        describe(traced, ctx)
        if operation.type is OperationType.MUTATION:
            self.hung_up.ignore()  # a step that was begun is finished, whoever still listens
        if operation.planned:
            return Answer(answers.raw_response(await read_operation(ctx), extensions(ctx)))
        return await self._execute(document.node, ctx, graphql_request, traced)

    async def document(self, subject: Subject, graphql_request: GraphQLRequest) -> tuple[GraphQLRequest, Document]:
        """The request with the text of its document, and the document; Refused or Problem when it may not run.

        What this worker has not seen is read in a thread, in the account's turn: 50 µs a token, for the worst.
        """
        graphql_request = self.trusted.admit(graphql_request)
        text = graphql_request.query
        document = self.documents.get(text)
        if document is None:
            if graphql_request.identifier is None:
                check_length(text)
            if self.worker.rate is not None:
                self.worker.rate.spend(subject.account, 1 + len(text) // CHARACTERS_A_POINT)
            document = await self._in_time(self.worker.aside(subject.account, self.documents.find, text))
        return graphql_request, document

    async def _in_time(self, work: Awaitable[T]) -> T:
        """Wait for work; DEADLINE_EXCEEDED when its turn does not come in time."""
        try:
            async with asyncio.timeout(DEADLINE):
                return await work
        except TimeoutError:
            raise Problem(DEADLINE_EXCEEDED) from None

    async def begin(self, subject: Subject, operation: Operation, values: Mapping[str, Any]) -> OperationContext:
        """One call under the policy version in force now, with a deadline of its own.

        Refused or Problem for variables that do not fit, TOO_DEAR for a price beyond the limit.
        """
        entries = operation.entries(values)
        if entries > MANY_ENTRIES:
            variables = await self._in_time(self.worker.aside(subject.account, operation.coerce, values))
        else:
            variables = operation.coerce(values)
        price, policy = operation.price + entries, self.worker.head.current
        ctx = OperationContext(self.worker, self.schema, subject, policy, operation, variables, deadline())
        if price:
            ctx.spend(price)
        return ctx

    async def _execute(
        self, document: DocumentNode, ctx: OperationContext, graphql_request: GraphQLRequest, traced: Traced
    ) -> Answer:
        if only_steps(ctx.operation):
            result = await take_all(ctx)
        elif ctx.operation.type is OperationType.QUERY:
            result = await answer_mixed(ctx, graphql_request.variables)
        else:
            result = await execute(document, dict(graphql_request.variables), graphql_request.operation_name, ctx)
        errors = [answers.executed_error(error) for error in result.errors or ()]
        if errors:
            traced[ERROR] = errors[0]["extensions"]["code"]
        if result.data is None and errors and "path" not in errors[0]:
            return Answer(answers.error_response(errors), refused=True)
        unavailable = answers.unavailable_of(result.errors or ()) if result.data is None else None
        return Answer(answers.response(result.data, errors, extensions(ctx)), unavailable=unavailable)


def describe(traced: Traced, ctx: OperationContext) -> None:
    """Describe a call for its trace."""
    traced["graphql.operation.type"] = ctx.operation.word
    traced["shouwang.role"] = ctx.subject.role
    traced["shouwang.policy"] = ctx.policy.version[:16]

"""消息流 A subscription as a stream of answers: each event is a call of its own, with the rights of then. DESIGN §10"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Protocol

from graphql import ExecutionResult
from graphql.execution import create_source_event_stream

from api.errors import Problem
from api.planner.document.document import Operation, Refused
from api.resolvers.endpoint import Endpoint
from api.resolvers.execution import OperationContext, SplicingExecutor, extensions
from api.resolvers.http import answers
from api.resolvers.http.request import GraphQLRequest
from api.resolvers.time_limit import READ

ATTEMPTS, PAUSE = 30, 1.0
"""How often an event is tried while the database is away or busy, and the seconds between two attempts."""
_AWAY = 503


class Interrupted(Exception):  # noqa: N818 - not an error of ours
    """No further event can be told, and none may be left out: the client has to come back. `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code.name)
        self.problem = problem


class Event(Protocol):
    """An item of a subscription's source."""

    async def visible(self, ctx: OperationContext) -> bool:
        """Whether the caller of this moment may be told."""
        ...


async def subscribed(
    endpoint: Endpoint, header: str | None, graphql_request: GraphQLRequest
) -> AsyncGenerator[bytes, None]:
    """The bodies of a subscription's answers. Refused or Problem at the beginning, then Interrupted."""
    subject = await endpoint.worker.tokens.authenticate(header)
    graphql_request, document = await endpoint.document(subject, graphql_request)
    operation = document.operation(graphql_request.operation_name)
    ctx = await endpoint.begin(subject, operation, graphql_request.variables)
    executor = SplicingExecutor.build(
        endpoint.schema,
        document.node,
        context_value=ctx,
        raw_variable_values=dict(graphql_request.variables),
        operation_name=graphql_request.operation_name,
        operation_extensions=None,
    )
    if isinstance(executor, list):
        raise Refused([answers.executed_error(error) for error in executor])
    async with aclosing(await _source(executor)) as events:
        async for event in events:
            body = await _tell(endpoint, header, operation, executor, event)
            if body is not None:
                yield body


async def _source(executor: Any) -> Any:
    created: Any = create_source_event_stream(executor)
    source: AsyncIterable[Event] | ExecutionResult = await created if isawaitable(created) else created
    if isinstance(source, ExecutionResult):
        raise Refused([answers.executed_error(error) for error in source.errors or ()])
    return source


async def _tell(
    endpoint: Endpoint, header: str | None, operation: Operation, executor: Any, event: Event
) -> bytes | None:
    """The answer to one event, or None; what fails because the database is away is tried again, never left out."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with endpoint.turn:
                with endpoint.worker.limits.within(READ):
                    return await _once(endpoint, header, operation, executor, event)
        except Exception as fault:
            problem = answers.problem_from(fault)
            if problem.code.status != _AWAY or attempt == ATTEMPTS:
                raise Interrupted(problem) from None
        await asyncio.sleep(PAUSE)
    raise AssertionError("unreachable")


async def _once(
    endpoint: Endpoint, header: str | None, operation: Operation, executor: Any, event: Event
) -> bytes | None:
    subject = await endpoint.worker.tokens.authenticate(header)
    ctx = await endpoint.begin(subject, operation, executor.context_value.variables)
    if not await event.visible(ctx):
        return None
    event_executor = executor.build_per_event_executor(event)
    event_executor.context_value = ctx
    executed = event_executor.execute_operation(False)
    result = await executed if isawaitable(executed) else executed
    for fault in result.errors or ():
        if isinstance(fault.original_error, Problem) and fault.original_error.code.status == _AWAY:
            raise fault.original_error
    errors = [answers.executed_error(fault) for fault in result.errors or ()]
    return answers.response(result.data, errors, extensions(ctx))

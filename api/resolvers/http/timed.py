"""限时应答 Answers within the time limit of a request, for every address but /graphql, which limits itself."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.errors import Problem
from api.resolvers.http import answers
from api.resolvers.time_limit import NEVER, READ, TimeLimits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


async def timed(limits: TimeLimits, app: App, scope: Message, receive: Receive, send: Send) -> None:
    """Let the application answer; DEADLINE_EXCEEDED when it has not begun to in time.

    Neither what the client takes to send its body nor what it takes to receive the answer counts.
    """
    has_body = True
    try:
        with limits.within(READ) as limit:

            async def receive_untimed() -> Message:
                nonlocal has_body
                if not has_body:
                    return await receive()
                message: Message = await limit.untimed(receive)  # type: ignore[assignment]
                has_body = bool(message.get("more_body"))
                return message

            async def send_untimed(message: Message) -> None:
                limit.until = NEVER  # the answer begins: it was in time
                await send(message)

            await app(scope, receive_untimed, send_untimed)
    except Problem as late:
        await answers.problem_response(late)(scope, receive, send)

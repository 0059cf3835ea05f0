"""订阅 The root of all subscriptions: where their events come from. Whether one is told is judged when it is told.

A subscription begins where its cursor stands, or now. It holds no event for a client that is slow: the feed is read as
far as the client has taken what came before. DESIGN §10
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import strawberry

from api.audit.feed import DAYS, Feed, SealedEvent
from api.errors import Problem, code
from api.planner.errors import BAD_ID
from api.planner.identifiers import parse_id
from api.resolvers.execution import context_of
from api.resolvers.fields.happening import ExecutionProgress, Happening, number_of, type_of
from api.rules.units import NATION, tier_of
from api.schema.catalogue import catalogue

CURSOR_TOO_OLD = code(
    "CURSOR_TOO_OLD",
    400,
    zh="游标早于 {days} 天前，其后的动态不再补发",
    en="the cursor is older than {days} days: what followed it is not told again",
    next_zh="重新读取列表，再不带游标重新订阅",
    next_en="read the lists anew and subscribe without `after`",
)
UNKNOWN_TYPE = code(
    "UNKNOWN_TYPE",
    400,
    zh="没有所给的对象类型",
    en="objectType names no type that has a global identifier",
    next_zh="从接口文件中选取",
    next_en="take one of the schema, such as MonitoringCase",
)
MOST_ACTIONS = 100


def _argument(zh: str, en: str) -> Any:
    return strawberry.argument(description=f"{zh} {en}")


async def _happened(
    info: strawberry.Info,
    actions: Annotated[list[str] | None, _argument("动作", "These actions alone, as workflow.step.")] = None,
    object_type: Annotated[str | None, _argument("对象类型", "Objects of this type alone.")] = None,
    region: Annotated[str | None, _argument("区域", "What happened in this unit or below it alone.")] = None,
    after: Annotated[str | None, _argument("之后", f"Begin behind this cursor, at most {DAYS} days old.")] = None,
) -> AsyncGenerator[Happening, None]:
    worker = context_of(info).worker
    fits = _Fits(actions, object_type, region)
    async with aclosing(worker.feed.after(await _begin(worker.feed, after))) as feed:
        async for notification in feed:
            if fits(notification):
                yield Happening.of(notification)


async def _execution_progress(
    info: strawberry.Info, request: Annotated[strawberry.ID, _argument("申请", "The national request.")]
) -> AsyncGenerator[ExecutionProgress, None]:
    type_name, number = parse_id(request)
    if type_name != "NationalRequest":
        raise Problem(BAD_ID)
    async with aclosing(context_of(info).worker.progress.of(number)) as stands:
        async for stand in stands:
            yield ExecutionProgress(request=stand.request, done=stand.done, total=stand.total)


@strawberry.type(description="订阅 What may be followed as it happens, over graphql-transport-ws.")
class Subscription:
    """Root of all subscriptions."""

    happened = strawberry.subscription(
        resolver=_happened, description="动态 What happens to objects the caller may read: in order, once, resumable."
    )
    execution_progress = strawberry.subscription(
        resolver=_execution_progress,
        description="执行进度 How far the execution of a national request has come, to who may read it. Q40",
    )


class _Fits:
    def __init__(self, actions: list[str] | None, object_type: str | None, region: str | None) -> None:
        if object_type is not None and object_type not in catalogue():
            raise Problem(UNKNOWN_TYPE)
        if region is not None:
            tier_of(region)
        self._actions = None if actions is None else frozenset(actions[:MOST_ACTIONS])
        self._type, self._region = object_type, None if region == NATION else region

    def __call__(self, notification: SealedEvent) -> bool:
        return (
            (self._actions is None or notification.action in self._actions)
            and (self._type is None or type_of(notification) == self._type)
            and (self._region is None or self._region in notification.place)
        )


async def _begin(feed: Feed, after: str | None) -> int:
    if after is None:
        return await feed.head()
    number = number_of(after)
    if not await feed.still_there(number):
        raise Problem(CURSOR_TOO_OLD, days=DAYS)
    return number

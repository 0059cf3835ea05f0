"""动态 Subscriptions: a sealed event whose object the caller may read now, and the progress of an execution.

Told are steps: what officials did to objects. Searches, reveals and sign-ins are told to nobody but who reads the
ledger itself, object or not. Who may neither read the object nor the event is never told that there was one.
"""

import base64
import datetime
from functools import cache
from typing import Any

import strawberry

from api.access.actions import ACTIONS, REVEAL, SEARCH
from api.audit.feed import SealedEvent
from api.errors import Problem
from api.planner.errors import BAD_CURSOR
from api.planner.identifiers import parse_cursor
from api.resolvers.execution import OperationContext, read_back, readable
from api.rules.words.steps import STEPS
from api.rules.words.vocabulary import Kind
from api.schema.build import described, field_of
from api.schema.catalogue import catalogue
from api.schema.paging import Node

_ORDER = "SEALED"  # what the cursor is a place in


def cursor_of(number: int) -> str:
    """The cursor behind a number of the ledger.

    >>> number_of(cursor_of(7))
    7
    """
    return base64.urlsafe_b64encode(f"{_ORDER}|{number}".encode()).decode().rstrip("=")


def number_of(cursor: str) -> int:
    """The number a cursor stands behind; BAD_CURSOR when it is none of ours."""
    number = parse_cursor(cursor, _ORDER, None)[0]
    if number < 0:
        raise Problem(BAD_CURSOR)
    return number


@cache
def _types() -> dict[str, str]:
    return {name: type_.name for type_ in catalogue().values() for name in (type_.name, type_.table)}


def type_of(notification: SealedEvent) -> str | None:
    """The GraphQL type of the object, where it has one."""
    return _types().get(notification.object_type)


@cache
def _workflows() -> frozenset[str]:
    named = {action.partition(".")[0] for action in (*STEPS, *ACTIONS) if "." in action}
    return frozenset(named - {"view", SEARCH, REVEAL})


def is_step(action: str) -> bool:
    """Whether an action is something done in a workflow, rather than a way of reading.

    >>> [is_step(one) for one in ("clue.report", "request.stale", "search", "view.identity", "evidence.read")]
    [True, True, False, False, False]
    """
    workflow, _, step = action.partition(".")
    return workflow in _workflows() and step not in ("", "read", "refused")


async def _object(self: Any, info: strawberry.Info) -> Any:
    return None if self.key is None else await read_back(info, *self.key)


_OBJECT_TEXT = described("对象", "What it happened to, as it is now. Null to who reads the ledger alone.")


@strawberry.type(description="动态 Something that happened, told under the caller's rights of this moment.")
class Happening:
    """One event as clients see it; `key` names the object it is about, when the caller may read it."""

    event: strawberry.Private[SealedEvent]
    key: strawberry.Private[tuple[str, int] | None] = None
    cursor: str = strawberry.field(description="游标 Where to go on from: give it as `after`.")
    action: str = strawberry.field(description="动作 What was done, as workflow.step.")
    object_type: str = strawberry.field(description="对象类型 Type of the object.")
    at: datetime.datetime = strawberry.field(description="时间 Moment it was recorded.")
    role: str = strawberry.field(description="角色 Role it was done in.")
    object = field_of("object", Node | None, _OBJECT_TEXT, _object)

    @classmethod
    def of(cls, notification: SealedEvent) -> "Happening":
        """An event as clients will see it, if they may."""
        return cls(
            event=notification,
            cursor=cursor_of(notification.number),
            action=notification.action,
            object_type=type_of(notification) or notification.object_type,
            at=notification.at,
            role=notification.role,
        )

    async def visible(self, ctx: OperationContext) -> bool:
        """Whether the caller may be told now; finds the object."""
        if not self.event.concerns(ctx.subject.home):
            return False
        type_name = type_of(self.event)
        if type_name is not None and self.event.object_id is not None:
            key = (type_name, self.event.object_id)
            self.key = key if await readable(ctx, *key) else None
        if self.key is not None and is_step(self.event.action):
            return True
        if not ctx.worker.double_check.decide(ctx.policy, ctx.subject, "read", Kind.EVENT, None):
            return False
        return await readable(ctx, "Event", self.event.event)


@strawberry.type(description="执行进度 How far the execution of a national request has come. Q40")
class ExecutionProgress:
    """A stand as clients see it."""

    request: strawberry.Private[int]
    done: int = strawberry.field(description="已办 Items done.")
    total: int = strawberry.field(description="总数 Items there are.")

    async def visible(self, ctx: OperationContext) -> bool:
        """Whether the caller may read the request now."""
        return await readable(ctx, "NationalRequest", self.request)

"""公示公告 The notice of a proceeding as data: read under the caller's rights, by the fixed template. Q38"""

import datetime
from dataclasses import replace
from functools import cache
from typing import Annotated, Any

import orjson
import strawberry
from graphql import GraphQLSchema

from api.errors import Problem
from api.planner.document.document import Documents, Operation
from api.planner.errors import BAD_ID
from api.planner.identifiers import parse_id
from api.planner.plan.roots import PLANNED
from api.resolvers.execution import OperationContext, context_of, read_operation
from api.rules.privacy.notice import Notice, notice_lines
from api.rules.words.judging import NoticeKind, NoticeOutcome
from api.rules.words.vocabulary import Category
from api.schema.build import described, enum_of, field_of
from api.workflow.cases.notice import READ, notice_of

KindEnum, OutcomeEnum, CategoryEnum = enum_of(NoticeKind), enum_of(NoticeOutcome), enum_of(Category)


@strawberry.type(name="NoticeEntry", description="公示条目 One household on a notice: nothing but these. Q38")
class ShownEntry:
    """A household as the village board shows it."""

    head: str = strawberry.field(description="户主 Name of the head of household.")
    people: int = strawberry.field(description="人数 Number of people.")
    category: CategoryEnum = strawberry.field(description="类别 Category.")  # type: ignore[valid-type]
    outcome: OutcomeEnum = strawberry.field(description="结论 What is said of it.")  # type: ignore[valid-type]


@strawberry.type(name="Notice", description="公示公告 A notice by the fixed template: no risk, no free text. Q38")
class ShownNotice:
    """A notice as clients see it."""

    kind: KindEnum = strawberry.field(description="种类 Publicity or announcement.")  # type: ignore[valid-type]
    village: str = strawberry.field(description="村 Name of the village.")
    entries: list[ShownEntry] = strawberry.field(description="条目 The households on it.")
    opens_on: datetime.date = strawberry.field(description="开始日期 First day on the board.")
    closes_on: datetime.date | None = strawberry.field(description="期满日期 First day it may come down.")
    contact: str = strawberry.field(description="异议联系处 Whom to tell objections: an office's public contact.")
    lines: list[str] = strawberry.field(description="正文 The text as it is printed, line by line.")


@cache
def reading(schema: GraphQLSchema) -> Operation:
    """The operation that reads what a notice is made of; one per schema, so that its plans are kept."""
    return Documents(schema, PLANNED).find(READ).operation(None)


async def notice_for(ctx: OperationContext, proceeding: str, kind: NoticeKind) -> Notice | None:
    """The notice a caller may read; None when there is nothing to read for this caller. BAD_ID for another type."""
    if parse_id(proceeding)[0] != "Proceeding":
        raise Problem(BAD_ID)
    reading_call = replace(ctx, operation=reading(ctx.schema), variables={"id": proceeding}, masked={})
    node = orjson.loads(await read_operation(reading_call))["node"]
    ctx.cost = reading_call.cost
    return None if node is None else notice_of(node, kind)


async def _notice(info: strawberry.Info, *, proceeding: str, kind: Any) -> ShownNotice | None:
    ctx = context_of(info)
    notice = await notice_for(ctx, proceeding, NoticeKind[kind.name])
    return None if notice is None else _notice_type(notice)


def _notice_type(notice: Notice) -> ShownNotice:
    return ShownNotice(
        kind=KindEnum[notice.kind.name],
        village=notice.village,
        entries=[
            ShownEntry(
                head=entry.head,
                people=entry.people,
                category=CategoryEnum[entry.category.name],
                outcome=OutcomeEnum[entry.outcome.name],
            )
            for entry in notice.entries
        ],
        opens_on=notice.opens_on,
        closes_on=notice.closes_on,
        contact=notice.contact,
        lines=list(notice_lines(notice)),
    )


def _argument(python: Any, zh: str, en: str) -> Any:
    return Annotated[python, strawberry.argument(description=described(zh, en))]


NOTICE = field_of(
    "notice",
    ShownNotice | None,
    "公示公告 The notice of a proceeding, where it has one now and the caller may read it. Q38",
    _notice,
    {
        "proceeding": _argument(strawberry.ID, "程序", "The proceeding."),
        "kind": _argument(KindEnum, "种类", "Publicity or announcement."),
    },
)

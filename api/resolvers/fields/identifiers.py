"""标识符 Sealed identifiers: `findPerson` searches exactly, `revealPersonalData` opens; both on record. Q38"""

from typing import Annotated, Any

import strawberry

from api.access.subject import Subject
from api.planner.identifiers import parse_id
from api.resolvers.execution import OperationContext, context_of, read_back
from api.rules.words.vocabulary import Purpose
from api.schema.bounds import GUARDED_REASON, SHORT, check
from api.schema.build import described, enum_of, field_of
from api.workflow.identifiers import IdentifierServices, LookupReason, find_person, reveal

PurposeEnum = enum_of(Purpose)


def _argument(python: Any, zh: str, en: str) -> Any:
    return Annotated[python, strawberry.argument(description=described(zh, en))]


Number = _argument(str, "证件号码", "The whole number; never logged.")
PurposeInput = _argument(PurposeEnum, "目的", "What for; goes on record.")
ReasonInput = _argument(str, "事由", "Why, in words; goes on record, holds no personal value.")


def _desk(ctx: OperationContext) -> IdentifierServices:
    def decided(subject: Subject, action: str, kind: Any, facts: Any) -> bool:
        return ctx.worker.double_check.decide(ctx.policy, subject, action, kind, facts)

    worker = ctx.worker
    return IdentifierServices(
        worker.sealer, decided, worker.clock, worker.settings.identifiers_a_day, ctx.policy.version
    )


async def search(self: Any, info: strawberry.Info, *, idNumber: str, purpose: Any, reason: str) -> Any:  # noqa: ARG001, N803 - as GraphQL names them
    """The member with exactly this ID number, read back under the caller's rights; None beyond them."""
    check(SHORT, idNumber, "idNumber")
    check(GUARDED_REASON, reason, "reason")
    ctx = context_of(info)
    lookup_reason = LookupReason(Purpose[purpose.name], reason)
    async with ctx.worker.acting(ctx.subject) as connection:
        person = await find_person(connection, ctx.subject, idNumber, lookup_reason, _desk(ctx))
    return None if person is None else await read_back(info, "Member", person)


@strawberry.type(description="查看结果 A revealed value.")
class RevealedValue:
    """The answer of `revealPersonalData`."""

    value: str | None = strawberry.field(description="值 The value; null where none is stored.")


async def _reveal(self: Any, info: strawberry.Info, *, id: str, field: str, purpose: Any, reason: str) -> RevealedValue:  # noqa: A002, ARG001 - GraphQL's names
    check(SHORT, field, "field")
    check(GUARDED_REASON, reason, "reason")
    ctx = context_of(info)
    lookup_reason = LookupReason(Purpose[purpose.name], reason)
    async with ctx.worker.acting(ctx.subject) as connection:
        value = await reveal(connection, ctx.subject, parse_id(id), field, lookup_reason, _desk(ctx))
    return RevealedValue(value=value)


REVEAL = field_of(
    "revealPersonalData",
    RevealedValue,
    "查看个人信息 Open one sealed field of one row; on record, counted. Q38",
    _reveal,
    {
        "id": _argument(strawberry.ID, "标识", "A member or household."),
        "field": _argument(str, "字段", "Its field, such as idNumber."),
        "purpose": PurposeInput,
        "reason": ReasonInput,
    },
)

"""精确标量 Decimal, Date and DateTime of GraphQL, read exactly as they are documented. RULES §5

The parsers of Strawberry take what Python takes: `1_000`, full-width digits, NaN, `20261130`, a time without an
offset. A value that is refused is never repeated in the message.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import strawberry
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode

from api.schema.bounds import DAY, FIRST_DAY, LAST_DAY, Amount

T = TypeVar("T")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})\Z",
    re.ASCII,
)
_MOMENT_TEXT = (
    f"a moment with its offset, from {FIRST_DAY.year} to {LAST_DAY.year}, written like 2023-05-01T08:00:00+08:00"
)


class NotExact(GraphQLError):  # noqa: N818 - graphql-core tells it as it is
    """A value that is no value of the scalar; the message says what was expected."""


def decimal(value: Any) -> Decimal:
    """The amount a text, or a JSON number with its shortest digits, stands for. NotExact for anything else."""
    text = value if isinstance(value, str) else repr(value) if type(value) in (int, float) else ""
    if not _DECIMAL.match(text):
        raise NotExact(f"expected {Amount(None).en}")
    return Decimal(text)


def day(value: Any) -> datetime.date:
    """The calendar day a text stands for. NotExact for anything else."""
    try:
        read = datetime.date.fromisoformat(value) if isinstance(value, str) and _DATE.match(value) else None
    except ValueError:
        read = None
    if read is None or not DAY.holds(read):
        raise NotExact(f"expected {DAY.en}")
    return read


def moment(value: Any) -> datetime.datetime:
    """The moment a text stands for. NotExact for anything else, also where the offset is missing."""
    try:
        read = datetime.datetime.fromisoformat(value) if isinstance(value, str) and _MOMENT.match(value) else None
    except ValueError:
        read = None
    if read is None or not FIRST_DAY.year <= read.year <= LAST_DAY.year:
        raise NotExact(f"expected {_MOMENT_TEXT}")
    return read


def _literal(parse: Callable[[Any], T], *numbers: type[ValueNode]) -> Callable[..., T]:
    def read(node: ValueNode, variables: Mapping[str, Any] | None = None) -> T:  # noqa: ARG001 - graphql-core's signature
        if isinstance(node, (StringValueNode, *numbers)):
            return parse(node.value)  # type: ignore[attr-defined]  # a node of a value
        return parse(None)

    return read


SCALARS: dict[object, Any] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description=f'数额 {Amount(None).en[0].upper()}{Amount(None).en[1:]}; a text, such as "12000.00".',
        serialize=str,
        parse_value=decimal,
        parse_literal=_literal(decimal, IntValueNode, FloatValueNode),
    ),
    datetime.date: strawberry.scalar(
        name="Date",
        description=f"日期 {DAY.en[0].upper()}{DAY.en[1:]}.",
        serialize=datetime.date.isoformat,
        parse_value=day,
        parse_literal=_literal(day),
    ),
    datetime.datetime: strawberry.scalar(
        name="DateTime",
        description=f"时点 {_MOMENT_TEXT[0].upper()}{_MOMENT_TEXT[1:]}.",
        serialize=datetime.datetime.isoformat,
        parse_value=moment,
        parse_literal=_literal(moment),
    ),
}
"""The scalars of the schema that are read exactly, by the Python type they stand for."""

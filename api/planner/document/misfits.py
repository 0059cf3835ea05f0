"""不符之处 Faults of the values of variables: their kind and place, never the value. Q38

graphql-core finds them all and repeats the whole input in the message of each: quadratic in what a caller sends. Here
they come one by one, so whoever needs five stops after five.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_leaf_type,
    is_required_input_field,
)

MISSING, UNKNOWN_FIELD = "missing value", "unknown field of an input"
UNKNOWN_WORD, OTHER_TYPE = "unknown word of an enum", "value of another type"
ONE_FIELD = "exactly one field expected"

Path = tuple[str | int, ...]


class Misfit(NamedTuple):
    """A value that does not fit.

    kind   what is wrong with it
    names  the names of the schema that tell what was expected
    path   where it stands in the variable, by names of the schema and positions in lists
    """

    kind: str
    names: tuple[str, ...]
    path: Path

    def __str__(self) -> str:
        names = f" ({', '.join(self.names)})" if self.names else ""
        place = ".".join(map(str, self.path))
        return f"{self.kind}{names}{f' at {place}' if place else ''}"


def misfits(value: Any, type_: Any, path: Path = ()) -> Iterator[Misfit]:
    """Find the parts of a value that do not fit its type, in their order."""
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            yield Misfit(MISSING, (str(type_),), path)
        else:
            yield from misfits(value, type_.of_type, path)
    elif value is None:
        return
    elif isinstance(type_, GraphQLList):
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from misfits(item, type_.of_type, (*path, index))
        else:
            yield from misfits(value, type_.of_type, path)
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _of_object(value, type_, path)
    elif not _fits(value, type_):
        yield Misfit(UNKNOWN_WORD if isinstance(type_, GraphQLEnumType) else OTHER_TYPE, (type_.name,), path)


def _of_object(value: Any, type_: GraphQLInputObjectType, path: Path) -> Iterator[Misfit]:
    if not isinstance(value, Mapping):
        yield Misfit(OTHER_TYPE, (type_.name,), path)
        return
    for name, field in type_.fields.items():
        if name in value:
            yield from misfits(value[name], field.type, (*path, name))
        elif is_required_input_field(field):
            yield Misfit(MISSING, (type_.name, name), path)
    for _ in (name for name in value if name not in type_.fields):
        yield Misfit(UNKNOWN_FIELD, (type_.name,), path)
    if type_.is_one_of and (len(value) != 1 or None in value.values()):
        yield Misfit(ONE_FIELD, (type_.name,), path)


def _fits(value: Any, type_: Any) -> bool:
    assert is_leaf_type(type_)
    with suppress(GraphQLError, ValueError, TypeError, ArithmeticError):
        return type_.coerce_input_value(value) is not Undefined
    return False

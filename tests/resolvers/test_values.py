"""Every input of every mutation and every argument of every query, with values nobody should be able to store. RULES §5

The inputs are read off the schema, so that a new one is tried without a line here. Each request is plausible but for
one value; it must be the client's error, with a code and a place, must not repeat the value, and must store nothing.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_nullable_type

from api.errors import CODES
from api.resolvers.policy.mutations import PolicyCaseInput, PolicyRowInput
from api.resolvers.schema import core
from tests.support.planner.reference import global_id
from tests.support.resolvers.service import Service

MARK = "王小明"
TEXTS = (
    "", "  \u3000\t", MARK * 1700, f"{MARK}\x00", f"{MARK}\x07", f"{MARK}\x85", f"{MARK}\u202e", f"{MARK}\u2066",
    f"{MARK}\x1b[31m", 7, 1.5, True, [["a"]], {"a": 1},
)  # fmt: skip
IDS = (
    "", MARK, f"{MARK}\x00", "5" * 5000, global_id("Household", 2**63), global_id("Nothing", 1), "SG91c2Vob2xkOi0x",
    [[]],
)  # fmt: skip
INTS = (2**31, -(2**31) - 1, 2**63, 1.5, "1", True, "NaN", [[1]], {})
DECIMALS = (
    "NaN", "sNaN", "Infinity", "-Infinity", "-1", "-0.01", "0.001", "1e400", "1e3", "1_000", "１２", "1 000", "1,000",
    "1000000000000", "9" * 400, "", "+5", ".5", "5.", "0x10", MARK, True, 0.001, 1e22, {}, [["1"]],
)  # fmt: skip
DATES = (
    "0000-01-01", "-001-01-01", "10000-01-01", "1899-12-31", "2101-01-01", "9999-12-31", "infinity", "20261130",
    "2026-2-3", "2026-02-30", "２０２６-01-01", "2026-01-01T00:00:00", "2026-W01-1", " 2026-01-01", "", MARK,
    20260101, [[]],
)  # fmt: skip
MOMENTS = (
    "2026-01-01T00:00:00",
    "2026-01-01",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "infinity",
    "",
    MARK,
    1,
)  # fmt: skip
BOOLEANS = ("wahr", 1, MARK, [[]])
WORDS = ("NOT_A_WORD", MARK, "", 1, True, None)
NASTY = {
    "String": TEXTS, "ID": IDS, "Int": INTS, "Decimal": DECIMALS, "Date": DATES, "DateTime": MOMENTS,
    "Boolean": BOOLEANS,
}  # fmt: skip
FILLERS: dict[str, Any] = {
    "String": "说明文字若干", "Int": 1, "Decimal": "10.00", "Date": "2026-01-05", "DateTime": "2026-01-05T00:00:00Z",
    "Boolean": True,
}  # fmt: skip
CELLS = {camel for cells in (PolicyRowInput, PolicyCaseInput) for camel in cells.__annotations__}
"""Cells of a policy row or case may be empty: the columns of one kind of row do not apply to the other."""

Path = tuple[str | int, ...]


def _named(type_: Any) -> Any:
    return get_nullable_type(type_)


def filler(type_: Any, seen: tuple[str, ...] = ()) -> Any:
    """A plausible value of an input type; optional fields are filled too, so that each can be tried."""
    inner = _named(type_)
    if isinstance(inner, GraphQLList):
        return [filler(inner.of_type, seen)]
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    if isinstance(inner, GraphQLInputObjectType):
        if inner.name in seen:
            return None
        fields = {name: filler(field.type, (*seen, inner.name)) for name, field in inner.fields.items()}
        return fields | {name: f"key-{name}-1" for name in ("key",) if name in fields}
    return global_id("Household", 10**9) if inner.name == "ID" else FILLERS[inner.name]


def shortest(type_: Any) -> Any:
    """The smallest value of an input type: 10 000 of them keep within the size of a body."""
    inner = _named(type_)
    if isinstance(inner, GraphQLInputObjectType):
        fields = inner.fields.items()
        return {name: shortest(field.type) for name, field in fields if isinstance(field.type, GraphQLNonNull)}
    return "x" if getattr(inner, "name", "") == "String" else filler(type_)


def places(type_: Any, path: Path = (), seen: tuple[str, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of an input type that takes a single value or a list, with the type it takes."""
    inner = _named(type_)
    if isinstance(inner, GraphQLList):
        yield path, inner
        yield from places(inner.of_type, (*path, 0), seen)
    elif isinstance(inner, GraphQLInputObjectType):
        if inner.name not in seen:
            for name, field in inner.fields.items():
                yield from places(field.type, (*path, name), (*seen, inner.name))
    else:
        yield path, inner


def nasty(type_: Any, path: Path) -> Iterator[Any]:
    """The values that must be refused at a place."""
    if isinstance(type_, GraphQLList):
        yield [shortest(type_.of_type)] * (10_001 if path[-1] == "items" else 5_001)
        yield "x" if not isinstance(_named(type_.of_type), GraphQLEnumType) else 1
    elif isinstance(type_, GraphQLEnumType):
        yield from (word for word in WORDS if word is not None)
    else:
        blank = type_.name == "String" and path[-1] in CELLS and len(path) > 3
        yield from (
            value for value in NASTY[type_.name] if not (blank and isinstance(value, str) and not value.strip())
        )


def put(variables: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The variables with one value replaced."""
    changed = copy.deepcopy(variables)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def operation(kind: str, name: str, field: Any) -> tuple[str, dict[str, Any], list[tuple[Path, Any]]]:
    """A document that asks for a field, its variables, and the places in them."""
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in field.args.items())
    passed = ", ".join(f"{name}: ${name}" for name in field.args)
    composite = getattr(_bare(field.type), "fields", None) or getattr(_bare(field.type), "types", None)
    payload = getattr(_bare(field.type), "fields", {})
    below = " { taken }" if "taken" in payload else " { __typename }" if composite is not None else ""
    query = f"{kind} M({declared}) {{ {name}({passed}){below} }}"
    variables = {name: filler(argument.type) for name, argument in field.args.items()}
    return (
        query,
        variables,
        [place for name, argument in field.args.items() for place in places(argument.type, (name,))],
    )


def _bare(type_: Any) -> Any:
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    return type_


MUTATIONS = dict(core().mutation_type.fields)  # type: ignore[union-attr]
QUERIES = {name: field for name, field in core().query_type.fields.items() if field.args}  # type: ignore[union-attr]


async def stored(service: Service) -> dict[str, int]:
    """How many rows each table has; a session is opened by whoever asks anything."""
    tables = await service.owner.fetch(
        "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'"
        " and c.relname <> 'session'"
    )
    return {row["name"]: await service.owner.fetchval(f'select count(*) from "{row["name"]}"') for row in tables}


async def refused(service: Service, query: str, variables: dict[str, Any], value: Any) -> list[dict[str, Any]] | None:
    """The errors of an answer: none an error of ours, none that repeats the value."""
    answer = await service.post(json.dumps({"query": query, "variables": variables}).encode())
    assert answer.status_code < 500, answer.text
    body = answer.json()
    errors: list[dict[str, Any]] = body.get("errors", [])
    if not errors and any(
        isinstance(payload, dict) and payload.get("taken") is False for payload in body["data"].values()
    ):
        return None  # a guard refused it
    for error in errors:
        assert CODES[error["extensions"]["code"]].status < 500, error
        if isinstance(value, str) and len(value) > 2:
            assert value not in answer.text, error
        assert MARK not in answer.text
    return errors


@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_mutation_stores_a_nasty_value(service: Service, name: str) -> None:
    query, variables, everywhere = operation("mutation", name, MUTATIONS[name])
    before = await stored(service)
    for path, type_ in everywhere:
        for value in nasty(type_, path):
            errors = await refused(service, query, put(variables, path, value), value)
            if errors is None:  # a guard that says what the text is for
                assert isinstance(value, str), (path, value)
                assert not value.strip(), path
                continue
            assert errors, (path, value if not isinstance(value, list) else "a list")
            place = errors[0]["message"] + str(errors[0]["extensions"].get("field", ""))
            assert str(path[-1]) in place or errors[0].get("path") or errors[0].get("locations"), (path, errors[0])
    assert await stored(service) == before


@pytest.mark.parametrize("name", QUERIES)
async def test_no_query_breaks_on_a_nasty_value(service: Service, name: str) -> None:
    query, variables, everywhere = operation("query", name, QUERIES[name])
    for path, type_ in everywhere:
        exact = getattr(type_, "name", "") not in ("String", "ID") and not isinstance(type_, GraphQLList)
        for value in nasty(type_, path):
            errors = await refused(service, query, put(variables, path, value), value)
            assert errors or not exact, (path, value)

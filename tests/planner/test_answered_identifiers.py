"""Every global identifier that an answer gives is one that `node` and `nodes` take. Generated over the schema."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_object_type

from api.access.policy import Policy
from api.database import Reader
from api.planner.identifiers import LARGEST_NODES, global_id, parse_id
from api.resolvers.schema import core
from api.schema.catalogue import ToMany, Type, catalogue
from tests.support.planner.asking import planned, subject_of
from tests.support.planner.world import World

ROWS = {("StepProblem", "items"): "RequestItem"}
"""Fields that hold identifiers of rows of another type than their own."""
WHERE_THE_POST_IS = {"Account", "Person"}
"""Types whose rows lie where a post above them lies: taken by `node` like others, and found there by the nation."""
NODES = "query N($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
ASKING = (
    ("national:rural_revitalization:reviewer", "0"),
    ("county:rural_revitalization:handler", "500110"),
    ("county:rural_revitalization:inspector", "500110"),
    ("national:rural_revitalization:policy_editor", "0"),
)
DEPTH = 2


def identifying() -> Iterator[tuple[str, str, str]]:
    """(type, field, type of the row) of every field of an object that holds identifiers."""
    for name, type_ in core().type_map.items():
        if is_object_type(type_) and not name.startswith("__"):
            for label, field in type_.fields.items():
                if get_named_type(field.type).name == "ID":
                    yield name, label, ROWS.get((name, label), name)


def test_every_field_that_holds_identifiers_is_of_a_type_that_node_takes() -> None:
    fields = list(identifying())
    assert len(fields) > 30
    for name, label, row in fields:
        type_ = core().type_map[row]
        assert isinstance(type_, GraphQLObjectType)
        assert [interface.name for interface in type_.interfaces] == ["Node"], f"{name}.{label}"
        assert parse_id(global_id(row, 7)) == (row, 7), f"{name}.{label}"


def test_a_part_of_another_row_has_no_identifier() -> None:
    parts = [type_ for type_ in catalogue().values() if type_.part]
    assert {type_.name for type_ in parts} == {"RiskMoment", "MeasureMoment", "ProceedingMoment"}
    for type_ in parts:
        assert "id" not in core().type_map[type_.name].fields  # type: ignore[union-attr]


def selections(type_: Type, depth: int) -> list[str]:
    """Identifiers of a row and of all that it leads to, a selection for each of its relations."""
    parts = [] if type_.part else ["id"]
    for relation in type_.relations.values() if depth else ():
        inside = " ".join(selections(catalogue()[relation.target], depth - 1))
        paged = isinstance(relation, ToMany) and relation.paged
        if inside:
            parts.append(f"{relation.name} {{ nodes {{ {inside} }} }}" if paged else f"{relation.name} {{ {inside} }}")
    return parts


def identifiers(answer: Any) -> Iterator[str]:
    """Every identifier in an answer."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if key == "id":
                yield value
            else:
                yield from identifiers(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from identifiers(value)


async def test_whatever_an_answer_identifies_node_finds(world: World, policy: Policy, reader: Reader) -> None:
    query = core().query_type
    assert query is not None
    roots = [
        (name, catalogue()[get_named_type(field.type).name.removesuffix("Connection")])
        for name, field in query.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    ]
    types: set[str] = set()
    for role, home in ASKING:
        subject = subject_of(role, home, world)
        for name, type_ in roots:
            answers = [
                await planned(reader, policy, subject, f"{{ {name}(first: 5) {{ nodes {{ {inside} }} }} }}", {})
                for inside in selections(type_, DEPTH)
            ]
            answered = list(dict.fromkeys(identifiers(answers)))
            for start in range(0, len(answered), LARGEST_NODES):
                batch = answered[start : start + LARGEST_NODES]
                nodes = (await planned(reader, policy, subject, NODES, {"ids": batch}))["nodes"]
                for identifier, node in zip(batch, nodes, strict=True):
                    row = parse_id(identifier)[0]
                    assert node is not None or row in WHERE_THE_POST_IS, (role, name, row)
                    assert node is None or node == {"id": identifier, "__typename": row}
                    types.add(row)
    assert len(types) > 15, types

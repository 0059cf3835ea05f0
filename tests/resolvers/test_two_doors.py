"""Two doors, one compiler: one statement per operation, and the same answer through the executor."""

from typing import Any

import pytest

from api.database import Reader
from api.planner.document.document import Documents
from api.planner.plan.roots import PLANNED
from api.resolvers.schema import core
from tests.support.planner.queries import Author
from tests.support.resolvers.service import Service

VILLAGE = """
query Village($region: String!) {
  households(first: 50, filter: {region: $region}) {
    totalCount
    edges { cursor node { headName members { name idNumber } cases { state risks { kind } plans { measures { title } }
      proceedings { kind state } } surveys(last: 1, order: {by: SURVEYED_ON}) { nodes { year perCapitaNetIncome } } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements the reader runs."""
    ran: list[str] = []
    plain = Reader.fetch

    async def fetch(self: Reader, sql: str, args: Any, deadline: float | None = None) -> bytes:
        ran.append(sql)
        return await plain(self, sql, args, deadline)

    monkeypatch.setattr(Reader, "fetch", fetch)
    return ran


@pytest.mark.parametrize("official", ["national", "province", "county", "education", "village"])
async def test_one_operation_is_one_statement(service: Service, statements: list[str], official: str) -> None:
    for region in ("500110", "500110001201", "50", "510104"):
        statements.clear()
        await service.ask(VILLAGE, official, region=region)
        assert len(statements) == 1


async def test_several_root_fields_are_one_statement(service: Service, statements: list[str]) -> None:
    await service.ask("{ me { name } units(first: 2) { nodes { name } } codeLists { name } households { totalCount } }")
    assert len(statements) == 1


async def test_the_executor_answers_the_same(service: Service) -> None:
    for seed in range(25):
        query, variables = Author(seed, core(), service.world).write()
        direct = (await service.post({"query": query, "variables": variables})).json()
        # a root field the planner does not know sends the operation through the executor
        head, _, rest = query.partition(") {") if query.startswith("query Q(") else query.partition(" {")
        close = ") {" if query.startswith("query Q(") else " {"
        mixed = (
            await service.post(
                {"query": f"{head}{close} __schema {{ queryType {{ name }} }} {rest}", "variables": variables}
            )
        ).json()
        if direct.get("errors"):
            codes = {error["extensions"]["code"] for error in direct["errors"]}
            assert codes & {error["extensions"]["code"] for error in mixed["errors"]}, (query, direct, mixed)
            continue
        assert mixed["data"].pop("__schema") == {"queryType": {"name": "Query"}}
        assert mixed["data"] == direct["data"], query
        assert set(mixed["extensions"]["masked"]) == set(direct["extensions"]["masked"])


async def test_extensions_tell_cost_policy_and_masks(service: Service) -> None:
    query = "{ households(first: 2) { nodes { phone members { idNumber } } } }"
    body = (await service.post({"query": query}, "province")).json()
    assert body["extensions"]["cost"] > 2
    assert len(body["extensions"]["policyVersion"]) == 16
    assert body["extensions"]["masked"] == {
        "households.nodes.phone": "ALWAYS",
        "households.nodes.members.idNumber": "ALWAYS",
    }
    county = (await service.post({"query": query}, "county")).json()
    assert set(county["extensions"]["masked"].values()) == {"SOME"}


async def test_the_neighbouring_county_sees_nothing_of_another(service: Service) -> None:
    hidden = next(
        row
        for row in service.world.tables["household"]
        if row["county"] == "500110" and row["cooperating_county"] != "510104" and row["number"]
    )
    from tests.support.planner.reference import global_id

    node = await service.ask(
        "query Q($id: ID!) { node(id: $id) { id } household(id: $id) { id } }",
        "neighbour",
        id=global_id("Household", hidden["id"]),
    )
    assert node == {"node": None, "household": None}
    answer = await service.ask("query Q($n: String!) { household(number: $n) { id } }", "neighbour", n=hidden["number"])
    assert answer == {"household": None}


async def test_introspection_is_for_whoever_signed_in(service: Service) -> None:
    data = await service.ask("{ __schema { types { name description } } }")
    assert all(type_["description"] for type_ in data["__schema"]["types"] if not type_["name"].startswith("__"))
    assert (await service.post({"query": "{ __schema { types { name } } }"}, None)).status_code == 401


def test_every_type_field_argument_and_value_is_described_in_both_languages() -> None:
    missing = []
    for name, type_ in core().type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID", "Float", "Date", "DateTime", "Decimal"):
            continue
        missing += _undescribed(name, type_)
    assert not missing


def _undescribed(name: str, type_: Any) -> list[str]:
    parts = [(name, type_)]
    for field_name, field in getattr(type_, "fields", {}).items():
        parts.append((f"{name}.{field_name}", field))
        parts += [(f"{name}.{field_name}({key})", part) for key, part in getattr(field, "args", {}).items()]
    parts += [(f"{name}.{value}", part) for value, part in getattr(type_, "values", {}).items()]
    return [where for where, part in parts if not _bilingual(part.description)]


def _bilingual(text: str | None) -> bool:
    return (
        bool(text)
        and any("\u4e00" <= character <= "\u9fff" for character in text)
        and any(character.isascii() and character.isalpha() for character in text)
    )


def test_documents_are_kept_and_bounded() -> None:
    documents = Documents(core(), PLANNED, budget=200_000)
    for number in range(100):
        documents.find(f"{{ units(first: {number}) {{ totalCount }} }}")
        assert documents.weight <= 200_000
    assert 3 < len(documents) < 100

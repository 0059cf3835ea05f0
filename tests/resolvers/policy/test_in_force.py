"""在册 Lists show the units in force now, or those of a day; a unit that closed is still found by its identifier."""

from tests.support.resolvers.service import Service

LIST = """query U($region: String!, $asOf: Date) { units(filter: { region: $region, asOf: $asOf }, first: 50) {
  totalCount nodes { id code name successor { code } } } }"""


async def codes(service: Service, region: str, as_of: str | None = None) -> list[str]:
    units = (await service.ask(LIST, region=region, asOf=as_of))["units"]
    assert units["totalCount"] == len(units["nodes"])
    return [node["code"] for node in units["nodes"]]


async def test_a_closed_unit_is_listed_for_its_days_alone(service: Service) -> None:
    assert "500110003" not in await codes(service, "500110")
    assert "500110003" in await codes(service, "500110", "2026-05-31")
    assert "500110003" not in await codes(service, "500110", "2026-06-01")
    assert await codes(service, "500110", "2019-12-31") == []


async def test_a_unit_that_moved_stands_where_it_stood(service: Service) -> None:
    assert "50W" not in await codes(service, "51")
    assert "50W" in await codes(service, "51", "2026-05-31")
    assert "50W" in await codes(service, "50")


async def test_children_are_those_in_force_and_a_closed_one_is_found_by_its_identifier(service: Service) -> None:
    county = (await service.ask('{ unit(code: "500110") { children(first: 50) { nodes { code } } } }'))["unit"]
    assert [node["code"] for node in county["children"]["nodes"]] == ["500110001", "500110002"]
    units = (await service.ask(LIST, region="500110", asOf="2026-05-31"))["units"]["nodes"]
    closed = next(node for node in units if node["code"] == "500110003")
    node = await service.ask(
        "query N($id: ID!) { node(id: $id) { ... on Unit { code successor { code } } } }", id=closed["id"]
    )
    assert node["node"] == {"code": "500110003", "successor": {"code": "500110001"}}

"""A case's whole history, as a timeline and as of any past moment, with the masks of the present. Q33"""

from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.elimination import BETTER, revised, risks_eliminated, to_county
from tests.support.journeys.steps_taken import identified
from tests.support.planner.reference import global_id

AS_OF = """query A($id: ID!, $at: DateTime!) { caseAsOf(id: $id, at: $at) {
  step takenOn state category identifiedOn eliminatedOn thresholdAmount safetyNet unit { code }
  risks { state eliminatedOn risk { kind } } proceedings { kind state } monitoringCase { state } } }"""
HISTORY = """query H($id: ID!) { node(id: $id) { ... on MonitoringCase { history(first: 50) {
  totalCount nodes { id step state recordedAt risks { state risk { id } } } } } } }"""


async def as_of(country: Country, case: int, day: str, official: str = "county") -> Any:
    at = f"{day}T23:59:59+08:00"
    return (await country.ask(official, AS_OF, id=global_id("MonitoringCase", case), at=at))["caseAsOf"]


async def test_a_case_as_of_any_past_moment(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    await revised(country, household, "2026-05-10", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2026-11-03")
    version = (await country.row("proceeding", proceeding))["version"]
    assert (await country.take("approver", "eliminationApprove", "Proceeding", proceeding, version))["taken"]
    country.today("2026-11-12")
    assert (await country.take("county", "eliminationAnnounce", "Proceeding", proceeding, version + 1))["taken"]

    assert await as_of(country, case, "2026-03-10") is None, "there was no case yet"
    fresh = await as_of(country, case, "2026-03-11")
    assert (fresh["step"], fresh["state"], fresh["identifiedOn"]) == (
        "identification.approve", "IDENTIFIED", "2026-03-11",
    )  # fmt: skip
    assert [risk["state"] for risk in fresh["risks"]] == ["OPEN"]
    assert fresh["monitoringCase"] == {"state": "RISK_ELIMINATED"}, "what it is now is another question"
    summer = await as_of(country, case, "2026-08-31")
    assert (summer["state"], [risk["state"] for risk in summer["risks"]]) == ("IDENTIFIED", ["OPEN"])
    autumn = await as_of(country, case, "2026-09-01")
    assert [(risk["state"], risk["eliminatedOn"], risk["risk"]) for risk in autumn["risks"]] == [
        ("STABLE", "2026-09-01", {"kind": "HOUSING"})
    ]
    ended = await as_of(country, case, "2030-01-01")
    assert (ended["state"], ended["eliminatedOn"], ended["thresholdAmount"]) == (
        "RISK_ELIMINATED", "2026-11-11", fresh["thresholdAmount"],
    )  # fmt: skip
    kinds = {proceeding["kind"]: proceeding["state"] for proceeding in autumn["proceedings"]}
    assert kinds == {"IDENTIFICATION": "ANNOUNCED"}

    data = await country.ask("county", HISTORY, id=global_id("MonitoringCase", case))
    nodes = data["node"]["history"]["nodes"]
    steps = [act["step"] for act in nodes]
    assert steps[:2] == ["identification.approve", "identification.announce"]
    assert steps[-1] == "elimination.announce"
    assert data["node"]["history"]["totalCount"] == len(steps)
    assert [act["state"] for act in nodes][-2:] == ["IDENTIFIED", "RISK_ELIMINATED"]
    assert nodes == sorted(nodes, key=lambda act: act["recordedAt"])


async def test_history_is_masked_as_the_present_is(country: Country) -> None:
    _, case = await identified(country, "2026-03-02")
    for official in ("neighbour", "education"):
        assert await as_of(country, case, "2026-06-01", official) is None, official
    await country.owner.execute(
        "insert into involvement (household, department)"
        " select household, 'EDUCATION' from monitoring_case where id = $1",
        case,
    )
    snapshot = await as_of(country, case, "2026-06-01", "education")
    assert (snapshot["state"], snapshot["thresholdAmount"], snapshot["safetyNet"]) == ("IDENTIFIED", None, False), (
        "no income"
    )
    whole = await as_of(country, case, "2026-06-01", "village")
    assert whole["thresholdAmount"] is not None


async def test_a_part_of_a_moment_is_found_by_its_moment_alone(country: Country) -> None:
    _, case = await identified(country, "2026-03-02")
    data = await country.ask("county", HISTORY, id=global_id("MonitoringCase", case))
    identifier = data["node"]["history"]["nodes"][0]["id"]
    node = await country.ask(
        "county", "query N($id: ID!) { node(id: $id) { id ... on CaseMoment { state } } }", id=identifier
    )
    assert node["node"] == {"id": identifier, "state": "IDENTIFIED"}
    answer = await country.client.post(
        "/graphql",
        json={
            "query": "query N($id: ID!) { node(id: $id) { id } }",
            "variables": {"id": global_id("RiskMoment", 1001)},
        },
        headers={"authorization": f"Bearer {country.tokens['county']}"},
    )
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_ID"

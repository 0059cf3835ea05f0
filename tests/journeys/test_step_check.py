"""stepCheck tells what perform would say, before anybody tries, and changes nothing. DESIGN §10"""

from typing import Any

from api.workflow.registry import steps
from tests.support.journeys.country import Country
from tests.support.journeys.identification import codes, to_publicity
from tests.support.planner.reference import global_id

CHECK = """query C($id: ID!, $step: String!) { stepCheck(id: $id, step: $step) {
  step mutation possible waitingFor earliest problems { code question earliest reasonWouldDo en zh force } } }"""


async def check(country: Country, official: str, step: str, type_name: str, number: int) -> Any:
    return (await country.ask(official, CHECK, id=global_id(type_name, number), step=step))["stepCheck"]


async def code_of(country: Country, official: str, **variables: Any) -> str:
    answer = await country.client.post(
        "/graphql",
        json={"query": CHECK, "variables": variables},
        headers={"authorization": f"Bearer {country.tokens[official]}"},
    )
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def test_too_early_is_told_with_the_first_possible_day(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-04-01")  # on the board since 5 April
    country.today("2026-04-09")
    early = await check(country, "township", "identification.submit", "Proceeding", proceeding)
    assert (early["possible"], early["earliest"], codes(early)) == (False, "2026-04-10", {"PUBLICITY_TOO_SHORT"})
    assert early["mutation"] == "identificationSubmit"
    assert early["problems"][0]["question"] == "Q34"
    country.today("2026-04-10")
    assert (await check(country, "township", "identification.submit", "Proceeding", proceeding)) == {
        "step": "identification.submit", "mutation": "identificationSubmit", "possible": True, "waitingFor": [],
        "earliest": None, "problems": [],
    }  # fmt: skip


async def test_state_guards_and_reasons_owed_are_told_together(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-05-01")
    country.today("2026-05-20")  # the fifteen days are over
    skipped = await check(country, "approver", "identification.approve", "Proceeding", proceeding)
    assert not skipped["possible"]
    assert codes(skipped) == {"WRONG_STATE", "IDENTIFIED_LATE"}
    assert skipped["earliest"] is None, "time alone mends no state"
    await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5)
    await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6)
    late = await check(country, "approver", "identification.approve", "Proceeding", proceeding)
    assert late["possible"], "a written reason would do"
    assert [(problem["code"], problem["reasonWouldDo"]) for problem in late["problems"]] == [("IDENTIFIED_LATE", True)]


async def test_what_needs_arguments_says_so(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-06-01")
    checked = await check(country, "village", "identification.hold_review", "Proceeding", proceeding)
    assert checked["waitingFor"] == ["reviewForm"]
    assert codes(checked) == {"WRONG_STATE"}


async def test_whoever_may_not_take_it_learns_the_state_and_no_fact_of_the_household(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-07-01")
    country.today("2026-07-20")
    county = await check(country, "county", "identification.approve", "Proceeding", proceeding)
    assert codes(county) == {"STEP_NOT_ALLOWED", "WRONG_STATE"}
    hidden = await check(country, "neighbour", "identification.approve", "Proceeding", proceeding)
    absent = await check(country, "neighbour", "identification.approve", "Proceeding", 999_999)
    assert hidden == absent
    assert codes(hidden) == {"STEP_NOT_ALLOWED"}


async def test_asking_changes_nothing_and_agrees_with_taking(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-08-01")
    rows = {"Proceeding": proceeding}
    row = await country.row("proceeding", proceeding)
    rows |= {"Clue": row["clue"], "Household": row["household"]}
    country.today("2026-08-07")
    tables = (
        "household",
        "proceeding",
        "clue",
        "act",
        "event",
        "message",
        "deadline",
        "idempotency",
        "monitoring_case",
    )
    before = {name: await country.rows(f"select * from {name} order by id") for name in tables}
    seen = set()
    for official in ("village", "township", "reviewer", "approver", "county", "city"):
        for action, (workflow, step) in steps().items():
            if step.target not in rows or any(argument.required for argument in step.arguments):
                continue
            if workflow.kind is not None and step.target == "Proceeding" and workflow.kind.name != row["kind"]:
                continue
            checked = await check(country, official, action, step.target, rows[step.target])
            # -1 is nobody's version: whatever else perform says, nothing is taken
            taken = await country.take(official, workflow.mutation(step), step.target, rows[step.target], -1)
            refused = {problem["code"] for problem in checked["problems"] if not problem["reasonWouldDo"]}
            if "STEP_NOT_ALLOWED" in refused:
                assert codes(taken) == {"STEP_NOT_ALLOWED"}, (official, action)
            else:
                # that one is open already is said by the database, at the end of a step that nothing else refuses
                assert codes(taken) == {"STALE", *codes(checked)} - {"PROCEEDING_OPEN"}, (official, action)
            seen |= codes(checked)
    assert {"STEP_NOT_ALLOWED", "WRONG_STATE", "PUBLICITY_TOO_SHORT", "PROCEEDING_OPEN"} <= seen
    assert {name: await country.rows(f"select * from {name} order by id") for name in tables} == before


async def test_unknown_steps_and_other_objects_have_their_codes(country: Country) -> None:
    proceeding = global_id("Proceeding", 1)
    assert await code_of(country, "county", id=proceeding, step="identification.forget") == "UNKNOWN_STEP"
    assert await code_of(country, "county", id=proceeding, step="clue.close") == "STEP_OF_ANOTHER_TYPE"
    assert await code_of(country, "county", id="nonsense", step="clue.close") == "BAD_ID"


async def test_the_tables_of_steps_and_rules_are_shown(country: Country) -> None:
    data = await country.ask(
        "village",
        """{ workflows { name kind steps { step mutation target sources to questions arguments { name required } } }
             rules { name questions force zh en oursZh } }""",
    )
    view = {step["step"]: step for workflow in data["workflows"] for step in workflow["steps"]}
    assert view.keys() == steps().keys()
    approve = view["identification.approve"]
    assert (approve["sources"], approve["to"], approve["target"]) == (["COUNTY_REVIEWED"], "APPROVED", "Proceeding")
    assert {"name": "reviewForm", "required": True} in view["identification.hold_review"]["arguments"]
    publicity = next(rule for rule in data["rules"] if rule["name"] == "procedure.publicity_long_enough")
    assert (publicity["questions"], publicity["force"]) == (["Q34", "Q37"], "MUST")

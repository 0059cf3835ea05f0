"""What availableSteps offers, stepCheck and perform agree with: in every state, for everybody, step by step."""

from typing import Any

import pytest

from api.rules.words.vocabulary import ClueState, ProceedingKind, ProceedingState
from api.workflow.registry import Step, Workflow, steps
from tests.support.journeys.country import OFFICIALS, Country
from tests.support.journeys.identification import codes, to_publicity
from tests.support.planner.reference import global_id

OFFERED = """query O($id: ID!) { node(id: $id) {
  ... on Household { availableSteps { step mutation zh en } } ... on Clue { availableSteps { step mutation zh en } }
  ... on Proceeding { availableSteps { step mutation zh en } }
  ... on MonitoringCase { availableSteps { step mutation zh en } } } CHECKS }"""
NOT_OFFERED = {"WRONG_STATE", "STEP_NOT_ALLOWED"}


async def offered(
    country: Country, official: str, type_name: str, number: int, actions: list[str]
) -> tuple[dict[str, Any] | None, dict[str, set[str]]]:
    """What is offered by step, or None for an object that is not there; and the codes stepCheck tells, by step."""
    checks = " ".join(
        f'c{index}: stepCheck(id: $id, step: "{action}") {{ problems {{ code }} }}'
        for index, action in enumerate(actions)
    )
    data = await country.ask(official, OFFERED.replace("CHECKS", checks), id=global_id(type_name, number))
    node = data.pop("node")
    view = None if node is None else {step["step"]: step for step in node["availableSteps"]}
    return view, {action: codes(data[f"c{index}"]) for index, action in enumerate(actions)}


def about(type_name: str) -> list[tuple[str, Workflow, Step]]:
    return [(action, *both) for action, both in steps().items() if both[1].target == type_name]


async def tied(country: Country, type_name: str, number: int, *, tried: bool = True) -> set[tuple[str, str]]:
    """Hold what is offered to what stepCheck says, and when `tried` to perform; every (official, step) offered."""
    seen = set()
    every = about(type_name)
    for official in OFFICIALS:
        view, problems = await offered(country, official, type_name, number, [action for action, _, _ in every])
        for action, workflow, step in every:
            offered_here = view is not None and action in view
            assert offered_here is not bool(problems[action] & NOT_OFFERED), (
                official,
                action,
                type_name,
                problems[action],
            )
            if offered_here and view is not None:
                assert view[action] == {
                    "step": action, "mutation": workflow.mutation(step), "zh": step.zh, "en": step.en,
                }  # fmt: skip
                seen.add((official, action))
            if tried and not any(argument.required for argument in step.arguments):
                # nobody's version: nothing is ever taken
                taken = codes(await country.take(official, workflow.mutation(step), type_name, number, -1))
                assert bool(taken & NOT_OFFERED) is not offered_here, (official, action, taken)
    return seen


async def _with_a_case(country: Country, proceeding: int) -> None:
    """Some kinds run on a case alone."""
    await country.owner.execute(
        "with new_case as (insert into monitoring_case (household, category, state, identified_on, safety_net, version)"
        " select household, 'MARGINAL', 'IDENTIFIED', '2025-04-01', false, 1 from proceeding where id = $1"
        " returning id)"
        " update proceeding set monitoring_case = (select id from new_case) where id = $1",
        proceeding,
    )


@pytest.mark.parametrize("kind", ProceedingKind)
async def test_proceedings_in_every_state(country: Country, kind: ProceedingKind) -> None:
    proceeding = await to_publicity(country, "2026-04-01")
    country.today("2026-04-20")
    await _with_a_case(country, proceeding)
    seen: set[tuple[str, str]] = set()
    for position, state in enumerate(ProceedingState):
        await country.owner.execute(
            "update proceeding set kind = $2, state = $3 where id = $1", proceeding, kind.name, state.name
        )
        tried = kind is ProceedingKind.IDENTIFICATION and position % 4 == 0
        seen |= await tied(country, "Proceeding", proceeding, tried=tried)
    if kind is ProceedingKind.IDENTIFICATION:
        assert {("village", "identification.open_publicity"), ("approver", "identification.approve")} <= seen
        assert not [answer for answer in seen if answer[0] in ("city", "neighbour")]
    await country.owner.execute("update proceeding set ended_on = '2026-04-20' where id = $1", proceeding)


async def test_households_and_clues(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-05-01")
    row = await country.row("proceeding", proceeding)
    assert ("village", "clue.report") in await tied(country, "Household", row["household"])
    for state in ClueState:
        await country.owner.execute("update clue set state = $2 where id = $1", row["clue"], state.name)
        await tied(country, "Clue", row["clue"])


async def test_cases_of_the_world(country: Country) -> None:
    cases = await country.rows("select id, state from monitoring_case")
    for case in {case["state"]: case["id"] for case in cases}.values():
        await tied(country, "MonitoringCase", case)


async def test_a_whole_page_of_offers_is_one_read(country: Country) -> None:
    await to_publicity(country, "2026-06-01")
    query = """{ households(first: 50) { nodes { availableSteps { step } proceedings { availableSteps { name: zh } }
      clues { nodes { availableSteps { __typename mutation } } } cases { availableSteps { en } } } } }"""
    data = await country.ask("village", query)
    clues = [clue for node in data["households"]["nodes"] for clue in node["clues"]["nodes"]]
    assert {"__typename": "AvailableStep", "mutation": "clueClose"} in [
        s for step in clues for s in step["availableSteps"]
    ]
    assert all("clue.report" in {s["step"] for s in node["availableSteps"]} for node in data["households"]["nodes"])

"""Whoever adds a step learns what is missing: a row that allows it, a case that asks about it, a test that takes it."""

import re
from pathlib import Path

import pytest

from api.access.actions import step_actions
from api.access.policy import FOLDER, Policy
from api.access.review import checks
from api.access.review.cases import read_cases
from api.rules.words.steps import STEPS
from api.schema.names import camel
from api.workflow.registry import WORKFLOWS

TESTS = Path(__file__).parents[1]
OTHER_DOORS = {"request.attach": "/evidence"}
"""Steps that no mutation takes, and the address that takes them."""
TEXT = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("journeys", "support/journeys", "workflow", "database/national")
    for path in (TESTS / folder).glob("*.py")
)


def mutation(action: str) -> str:
    """What the mutation of a step is called, or the address that takes it."""
    if action in OTHER_DOORS:
        return OTHER_DOORS[action]
    workflow, _, name = action.partition(".")
    return camel(f"{workflow}_{name}")


def test_every_named_step_stands_in_the_table_of_its_workflow() -> None:
    tables = {step.id.action for workflow in WORKFLOWS.values() for step in workflow.steps}
    assert sorted(STEPS.keys() - tables) == [], "a name in api/rules/words/steps.py without a row in a step table"


def test_every_step_can_be_taken_by_some_role() -> None:
    findings = [finding for finding in checks.inspect(Policy.load()) if finding.code is checks.POLICY_STEP_OF_NOBODY]
    assert [finding.facts["action"] for finding in findings] == []


def test_every_step_is_asked_about_by_a_case_of_the_policy() -> None:
    actions = {request.action for case in read_cases(FOLDER / "tests") for request in case.requests}
    assert sorted(step_actions() - actions) == []


@pytest.mark.parametrize("action", sorted(STEPS))
def test_every_step_is_taken_by_a_test(action: str) -> None:
    assert re.search(rf"(?<!\w){re.escape(mutation(action))}\b", TEXT), f"no journey takes {mutation(action)}"

"""Which step of a request is permitted by which lock: proved for every role and state under the widest policy. Q40

`test_locks` proves what the locks hold; here it is proved that the steps ask them, with how far the item has come.
"""

import datetime
from itertools import product
from typing import Any

import pytest

from api.access.actions import ACTIONS
from api.access.request import ObjectFacts
from api.access.role import roles
from api.clock import SetClock
from api.resolvers.fields import guide
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.steps import OPERATIONS, STEPS
from api.rules.words.vocabulary import Department, Duty, Kind, Tier
from api.schema.available_step import OFFERS
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.step import Step
from api.workflow.requests.context import RequestContext
from api.workflow.requests.handler import RequestHandler
from api.workflow.requests.national_request import NATIONAL_REQUEST
from tests.support.access.locks import MAXIMAL

NOON = datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC)
OWNER = Department.RURAL_REVITALIZATION
WHO = {
    "propose": (Tier.COUNTY, OWNER, Duty.HANDLER),
    "review": (Tier.PROVINCE, OWNER, Duty.REVIEWER),
    "decide": (Tier.NATIONAL, OWNER, Duty.REVIEWER),
    "execute": (Tier.NATIONAL, OWNER, Duty.OPERATOR),
}
PATH = ("0", "50", "500110", "500110001", "500110001001")
HOMES = {Tier.NATIONAL: "0", Tier.PROVINCE: "50", Tier.CITY: "5203", Tier.COUNTY: "500110", Tier.TOWNSHIP: "500110001",
         Tier.VILLAGE: "500110001001"}  # fmt: skip
COLUMNS = ("province", "city", "county", "township", "village")
LOCKED = [step for step in NATIONAL_REQUEST.steps if step.id.verb is not None]


def item_in(state: ItemState, operation: NationalOperation, path: tuple[str, ...] = PATH) -> dict[str, Any]:
    codes = {len(code): code for code in path[1:]}
    place = dict(zip(COLUMNS, (codes.get(2), None, codes.get(6), codes.get(9), codes.get(12)), strict=True))
    return {"id": 1, "state": state.name, "operation": operation.name, **place}


def context(step: Step, target: Any, **arguments: Any) -> RequestContext:
    services = StepServices(lambda *_: False, SetClock(NOON), "test")
    step_input = StepInput(1, 1, "key", arguments=arguments)
    return RequestContext(None, None, services, step.id, step_input, target=target)  # type: ignore[arg-type]  # asks nobody


def checks_of(step: Step, state: ItemState, operation: NationalOperation, path: tuple[str, ...] = PATH) -> Any:
    """What the policy is asked when the step is taken on an item in this state."""
    row = item_in(state, operation, path)
    ctx = context(step, row, operation=operation)
    if step.target == "MonitoringCase":
        ctx.household = row  # type: ignore[assignment]  # a row as a mapping
    else:
        ctx.items = [row]  # type: ignore[list-item]  # a row as a mapping
    return RequestHandler().permissions(ctx, step)


def test_each_locked_action_permits_one_step_and_each_such_step_asks_nothing_else() -> None:
    national = {name for name in ACTIONS if ACTIONS[name].lock and ACTIONS[name].lock.kind is Kind.REQUEST}
    assert national == {f"{operation}.{verb}" for operation in OPERATIONS.values() for verb in WHO}
    by_action = {action: [step.id.action for step in LOCKED if action in step.id.permitted_by] for action in national}
    assert {action: names for action, names in by_action.items() if len(names) != 1 and "propose" not in action} == {}
    assert {names for action, actions in by_action.items() if "propose" in action for names in actions} == {
        "request.propose", "request.amend",
    }  # fmt: skip
    unlocked = {step.action for step in STEPS.values() if step.workflow == "request" and step.verb is None}
    assert {name for name in ACTIONS if name.startswith("request.")} == unlocked
    assert not [name for name in unlocked if name.split(".")[1] in WHO], "no other word for what is locked"


@pytest.mark.parametrize("step", LOCKED, ids=lambda step: step.name)
def test_the_widest_policy_permits_it_to_its_office_alone(step: Step) -> None:
    verb = step.id.verb
    assert verb is not None
    for role, operation, state in product(roles().values(), NationalOperation, ItemState):
        allowed = all(
            MAXIMAL.decide(role, HOMES[role.tier], check.action, check.kind, check.facts).allowed
            for check in checks_of(step, state, operation)
        )
        expected = (role.tier, role.department, role.duty) == WHO[verb]
        assert allowed is expected, (role.name, operation, state)


@pytest.mark.parametrize("step", LOCKED, ids=lambda step: step.name)
def test_what_it_asks_tells_how_far_the_item_has_come(step: Step) -> None:
    points = {"propose": "none", "review": "proposed", "decide": "reviewed", "execute": "decided"}
    for operation, state in product(NationalOperation, ItemState):
        (check,) = checks_of(step, state, operation)
        assert (check.action, check.kind) == (f"{OPERATIONS[operation]}.{step.id.verb}", Kind.REQUEST)
        assert check.facts == ObjectFacts(PATH, grant=points[step.id.verb or ""]), (step.name, state)
    # a state the step is not taken in is refused for that, whatever the policy: no item passes by the nominal point
    for state in set(ItemState) - set(step.items):
        item: Any = item_in(state, NationalOperation.ROLLBACK)
        request: Any = {"state": step.standing[0].name} if step.standing else None
        ctx = context(step, request if step.target == "NationalRequest" else item)
        if step.target == "NationalRequest":
            ctx.request, ctx.items, ctx.wanted = request, [item], [1]
        if step.target != "MonitoringCase":
            assert [problem.code for problem in RequestHandler().check_state(ctx, step)] == ["WRONG_STATE"]


@pytest.mark.parametrize("verb", WHO)
def test_nobody_reaches_an_item_outside_its_subtree(verb: str) -> None:
    elsewhere = ("0", "51", "510104", "510104001", "510104001001")
    step = next(step for step in LOCKED if step.id.verb == verb)
    for role, operation in product(roles().values(), NationalOperation):
        (check,) = checks_of(step, step.items[0] if step.items else ItemState.PROPOSED, operation, elsewhere)
        allowed = MAXIMAL.decide(role, HOMES[role.tier], check.action, check.kind, check.facts).allowed
        assert allowed is ((role.tier, role.department, role.duty) == WHO[verb] and role.tier is Tier.NATIONAL), role


def test_no_post_is_offered_both_sides_of_a_pair() -> None:
    """One role decides or executes, reviews or decides: whoever does both holds two posts, which persons are for."""
    pairs = (("propose", "review"), ("review", "decide"), ("decide", "execute"))
    assert all(WHO[first] != WHO[second] for first, second in pairs)
    assert guide.SHOWN_WORKFLOWS, "the table of offers is made with it"
    offers = {name: OFFERS[name] for name in ("request.decide", "request.execute", "request.review")}
    assert {offer.about for offer in offers.values()} == {Kind.REQUEST}
    assert [offer.grant for offer in offers.values()] == ["reviewed", "decided", "proposed"]

"""二次裁决 Locked actions are decided twice, others by a sample; a wrong plan is found out. Q29, Q40"""

import logging
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import telemetry
from api.access.actions import ACTIONS
from api.access.compiling.compile import Compiler, Plan
from api.access.double_check import LOCKED, READ, STEP, DoubleCheck
from api.access.formula.formula import FALSE, TRUE, Constant, evaluate, negate
from api.access.oracle import Oracle
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.request import ObjectFacts, Request
from api.access.role import role_named
from api.access.subject import Subject, role_of
from api.access.versions.provincial import effective
from api.errors import Problem
from api.rules.words.vocabulary import Kind, Tier
from tests.support.access.locks import LOCKED as LOCKED_ACTIONS
from tests.support.access.locks import MAXIMAL
from tests.support.access.places import PLACES
from tests.support.access.worlds import HOMES, PATHS, random_world

NATION = Policy.load()
PATH = ("0", "50", "500110", "500110001", "500110001001")


def subject_in(role_name: str, path: tuple[str, ...]) -> Subject:
    role = role_named(role_name)
    return Subject(1, 1, 1, role.tier, role.department, role.duty, 1, path, role.name, 0)


REVIEWER = subject_in("national:rural_revitalization:reviewer", ("0",))
COUNTY = subject_in("county:rural_revitalization:handler", PATH[:3])
REVIEWED = ObjectFacts(PATH[:3], grant="reviewed")
VERIFY = ("identification.verify_at_home", Kind.PROCEEDING, ObjectFacts(PATH, state="VERIFYING"))


def never(*_: Any) -> bool:
    pytest.fail("Casbin was asked")


def compile_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler answers the opposite of every plan."""
    compiled = Compiler.plan

    def inverted(self: Compiler, *key: Any) -> Plan:
        plan = compiled(self, *key)
        return Plan(negate(plan.formula), plan.allows, plan.denies)

    monkeypatch.setattr(Compiler, "plan", inverted)


def cells_of_locked() -> list[tuple[str, Kind]]:
    return [(action, kind) for action in LOCKED_ACTIONS if (kind := ACTIONS[action].kind) is not None]


@pytest.mark.parametrize(("action", "kind"), cells_of_locked())
def test_every_locked_action_asks_casbin(action: str, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[Request] = []

    def enforce(self: Oracle, request: Request) -> bool:
        requests.append(request)
        return self.enforce(request)

    monkeypatch.setattr(Oracle, "enforce_action", enforce)
    DoubleCheck().decide(NATION, COUNTY, action, kind, ObjectFacts(PATH))
    assert [(request.action, request.kind, request.home) for request in requests] == [(action, kind, "500110")]


def holder(action: str) -> Subject:
    """Whoever the action's lock admits, at its highest tier."""
    lock = ACTIONS[action].lock
    assert lock is not None
    tier = min(lock.tiers, key=list(Tier).index)
    department, duty = (min(words, key=lambda word: word.name) for words in (lock.departments, lock.duties))
    path = {Tier.NATIONAL: PATH[:1], Tier.PROVINCE: PATH[:2], Tier.COUNTY: PATH[:3]}[tier]
    return subject_in(role_of(tier, department, duty), path)


@pytest.mark.parametrize("formula", [TRUE, FALSE], ids=["too wide", "too narrow"])
@pytest.mark.parametrize(("action", "kind"), cells_of_locked())
def test_a_wrong_plan_of_a_locked_action_is_refused(
    action: str, kind: Kind, formula: Constant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = ACTIONS[action].lock
    assert lock is not None
    who = subject_in("village:rural_revitalization:handler", PATH) if formula == TRUE else holder(action)
    facts, check = ObjectFacts(PATH, grant=lock.grant or "none"), DoubleCheck()
    assert check.decide(MAXIMAL, who, action, kind, facts) is (formula == FALSE)
    monkeypatch.setattr(Compiler, "plan", lambda *_: Plan(formula, (), ()))
    with pytest.raises(Problem) as caught:
        check.decide(MAXIMAL, who, action, kind, facts)
    assert caught.value.code.name == "POLICY_ANSWERS_DIFFER"
    assert check.differences == {LOCKED: 1}


def test_the_alarm_is_told_once_without_a_place_and_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(telemetry, "record", lambda name, _, attributes: spans.append((name, attributes)))
    compile_wrongly(monkeypatch)
    check = DoubleCheck()
    for _, place in product(range(3), (PATH, ("0", "52"))):
        with caplog.at_level(logging.ERROR), pytest.raises(Problem) as caught:
            check.decide(NATION, REVIEWER, "withdraw.decide", Kind.REQUEST, ObjectFacts(place, grant="reviewed"))
    assert check.differences == {LOCKED: 6}
    (alarm,) = [record for record in caplog.records if "POLICY_ANSWERS_DIFFER" in record.getMessage()]
    assert "shouwang.action=withdraw.decide" in alarm.getMessage()
    ((_, attributes),) = spans
    for message in (alarm.getMessage(), str(attributes), str(caught.value.extensions())):
        assert not any(code in message for code in (*PATH[1:], "/", "52 "))
    with pytest.raises(Problem):
        check.decide(NATION, REVIEWER, "rollback.decide", Kind.REQUEST, REVIEWED)
    assert len(spans) == 2


def test_the_shadow_of_steps_raises_its_alarm_and_changes_no_answer(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow = DoubleCheck(step_share=1.0)
    right = shadow.decide(NATION, COUNTY, *VERIFY)
    assert not shadow.differences
    compile_wrongly(monkeypatch)
    with caplog.at_level(logging.ERROR):
        assert [shadow.decide(NATION, COUNTY, *VERIFY) for _ in range(3)] == [not right] * 3
    assert shadow.differences == {STEP: 3}
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("number", "sampled"), [(0.0009, True), (0.001, False), (0.5, False)])
def test_the_share_of_steps_decides_which_are_sampled(
    number: float, sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[Request] = []
    monkeypatch.setattr(Oracle, "enforce_action", lambda _, request: requests.append(request))
    DoubleCheck(step_share=0.001, draw=lambda: number).decide(NATION, COUNTY, *VERIFY)
    assert bool(requests) is sampled


def test_a_shadow_that_fails_is_counted_and_disturbs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> bool:
        raise RuntimeError("invalid request size")

    plain = DoubleCheck().decide(NATION, COUNTY, *VERIFY)
    monkeypatch.setattr(Oracle, "enforce_action", fails)
    shadow = DoubleCheck(step_share=1.0)
    assert shadow.decide(NATION, COUNTY, *VERIFY) is plain
    assert shadow.differences == {STEP: 1}
    with pytest.raises(RuntimeError):
        shadow.decide(NATION, REVIEWER, "withdraw.decide", Kind.REQUEST, REVIEWED)


def test_by_default_no_read_asks_casbin_or_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Oracle, "__init__", never)
    policy = Policy.load()
    check = DoubleCheck(step_share=0.001, draw=never)
    for kind in Kind:
        check.decide(policy, COUNTY, "read", kind, ObjectFacts(PATH))
        check.decide(policy, COUNTY, "read", kind, None)
        check.sample_read(policy, COUNTY, never)


def test_sampled_reads_of_lists_find_a_wrong_formula() -> None:
    def right(action: str, kind: Kind) -> Any:
        return policy.formula(role_named(COUNTY.role), action, kind, policy.units.standing(COUNTY.path))

    def wrong(action: str, kind: Kind) -> Any:
        return TRUE if kind is Kind.HOUSEHOLD else right(action, kind)

    policy = effective(NATION, {"50": [denial("50", "view.income")]}, PLACES)
    check = DoubleCheck(read_share=1.0, draw=Random(7).random)
    for _ in range(300):
        check.sample_read(policy, COUNTY, right)
    assert not check.differences
    for _ in range(300):
        check.sample_read(policy, COUNTY, wrong)
    assert check.differences[READ] > 0


def denial(unit: str, action: str, kind: str = "household") -> Rule:
    return Rule("county", action, kind, "subtree", "*", unit, "deny", "ours", Source("layer", 1))


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_the_rows_that_name_an_action_answer_as_all_rows_do(seed: int) -> None:
    world = random_world(seed, 20)
    oracle = world.policy.oracle
    for request in world.requests:
        assert oracle.enforce_action(request) is oracle.enforce(request)
        assert oracle.enforce_action(request) is evaluate(
            world.policy.formula(request.role, request.action, request.kind), request.facts
        )


def test_each_version_is_compared_with_its_own_rows_and_layers() -> None:
    verify, kind, facts = VERIFY
    narrowed = effective(NATION, {"50": [denial("500110", verify, "proceeding")]}, PLACES)
    check = DoubleCheck(step_share=1.0)
    village = subject_in("county:rural_revitalization:handler", PATH[:3])
    answers = [check.decide(policy, village, verify, kind, facts) for policy in (NATION, narrowed) * 2]
    assert answers[:2] == answers[2:]
    assert not answers[1]
    assert NATION.oracle is not narrowed.oracle
    elsewhere = subject_in("county:rural_revitalization:handler", ("0", "52", "5203", "520302"))
    there = ObjectFacts((*elsewhere.path, "520302001"), state="VERIFYING")
    assert check.decide(narrowed, elsewhere, verify, kind, there) is check.decide(
        NATION, elsewhere, verify, kind, there
    )
    for policy, name in product((NATION, narrowed), HOMES):
        who = subject_in(name, next(path for path in PATHS if path[-1] == HOMES[name][0]))
        for (action, locked_kind), place in product(cells_of_locked(), PATHS):
            check.decide(policy, who, action, locked_kind, ObjectFacts(place, grant="proposed"))
    assert not check.differences

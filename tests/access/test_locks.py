"""锁定 No row of any administrator grants a locked action elsewhere: proved on the maximal policy, twice. RULES §4

Every editable policy lies inside the *maximal* one: the locked rows, and everybody may everything. What it does not
allow, no edit can. What each lock demands is written here a second time, by hand.
"""

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from api.access.actions import ACTIONS, GRANTS
from api.access.formula.formula import FALSE, all_of, negate
from api.access.policy import Policy
from api.access.reading.row import Link, Rule
from api.access.request import ObjectFacts, Request
from api.access.review.difference import satisfiable
from api.access.role import Role, role_named, roles
from api.access.words import KINDS, OPEN_ACTIONS, OPEN_KINDS
from api.rules.words.vocabulary import Department, Duty, Group, Kind, Tier
from tests.support.access.locks import INSIDE, LOCKED, MAXIMAL, OWNER, most
from tests.support.access.worlds import HOMES, LOCKS, MODEL, random_links, random_rule


def test_every_locked_action_is_one_of_the_known_ones() -> None:
    assert {name.split(".")[0] for name in LOCKED} == {"withdraw", "rollback", "safety_net", "policy", "appoint"}
    assert len(LOCKED) == 19


@pytest.mark.parametrize("action", LOCKED)
def test_no_policy_goes_beyond_the_lock_by_formula(action: str) -> None:
    for role, kind in product(roles().values(), Kind):
        beyond = all_of([MAXIMAL.formula(role, action, kind), negate(most(role, action, kind))])
        assert not satisfiable(beyond), (role.name, action, kind)


def test_the_maximal_policy_does_reach_the_locks() -> None:
    def reached(action: str) -> bool:
        return any(MAXIMAL.formula(role, action, kind) != FALSE for role, kind in product(roles().values(), Kind))

    assert all(map(reached, LOCKED))


def concrete_requests(action: str) -> Iterator[Request]:
    """Every request a lock could tell apart: offices, duties, places own, below and outside, grants, kinds."""
    lock = ACTIONS[action].lock
    assert lock is not None
    homes = {role_named(name).tier: home[0] for name, home in HOMES.items()} | {Tier.CITY: "5203"}
    departments = (OWNER, Department.LEADING_GROUP, Department.HEALTH)
    path = ("0", "50", "500110", "500110001", "500110001001")
    for tier, department, duty in product(Tier, departments, Duty):
        home = homes[tier]
        own = ("0", "52", "5203") if tier is Tier.CITY else path[: path.index(home) + 1]
        for place, grant, kind in product((own, (*own, "below"), ("0", "66")), GRANTS, {lock.kind, Kind.HOUSEHOLD}):
            facts = ObjectFacts(place, (), frozenset({department}), None, grant)
            yield Request.of(Role(tier, department, duty), home, action, kind, facts)


SAMPLED_ACTIONS = (
    "withdraw.propose",
    "rollback.review",
    "safety_net.decide",
    "withdraw.execute",
    "policy.publish",
    "appoint.approve",
)


@pytest.mark.parametrize("action", SAMPLED_ACTIONS)
def test_no_policy_goes_beyond_the_lock_by_asking_casbin(action: str) -> None:
    lock = ACTIONS[action].lock
    assert lock is not None
    allowed = [request for request in concrete_requests(action) if MAXIMAL.oracle.enforce(request)]
    assert allowed
    for request in allowed:
        role, facts = request.role, request.object
        assert request.kind is lock.kind
        assert request.home in facts.place
        what, step = action.split(".")
        if what in ("withdraw", "rollback", "safety_net"):
            point = {"propose": "none", "review": "proposed", "decide": "reviewed", "execute": "decided"}[step]
            office = {"propose": Tier.COUNTY, "review": Tier.PROVINCE}.get(step, Tier.NATIONAL)
            assert (facts.grant, role.tier, role.department) == (point, office, OWNER)
        if step == "execute":
            assert role.duty is Duty.OPERATOR
        if step == "publish":
            assert (role.department, role.duty) == (OWNER, Duty.POLICY_APPROVER)
        if what == "appoint":
            assert facts.place[-1] != request.home


def random_edit(seed: int) -> tuple[list[Rule], list[Link]]:
    chance = Random(seed)
    return [random_rule(chance) for _ in range(chance.randint(1, 30))], random_links(chance)


@pytest.mark.parametrize("seed", range(25))
def test_the_maximal_policy_is_maximal(seed: int) -> None:
    rules, links = random_edit(seed)
    edited = Policy(MODEL, [*LOCKS, *rules], links)
    for name, action, kind in product(HOMES, ACTIONS, Kind):
        role = role_named(name)
        beyond = all_of([edited.formula(role, action, kind), negate(MAXIMAL.formula(role, action, kind))])
        assert not satisfiable(beyond), (seed, name, action, kind)


def test_nobody_below_the_nation_reaches_outside_subtree_and_cooperation() -> None:
    departments, duties = (OWNER, Department.HEALTH), (Duty.HANDLER, Duty.POLICY_EDITOR)
    some = [Role(*parts) for parts in product(set(Tier) - {Tier.NATIONAL}, departments, duties)]
    for role, action, kind in product(some, ACTIONS, Kind):
        if action in OPEN_ACTIONS and kind in OPEN_KINDS:
            continue
        assert not satisfiable(all_of([MAXIMAL.formula(role, action, kind), negate(INSIDE)])), (role.name, action)


def test_policy_and_audit_duties_see_no_household_under_any_policy() -> None:
    blind = (Duty.POLICY_EDITOR, Duty.POLICY_APPROVER, Duty.AUDIT_READER)
    data = (Kind.HOUSEHOLD, Kind.CLUE, Kind.CASE, Kind.PROCEEDING, Kind.PLAN, Kind.MEASURE, Kind.REQUEST)
    views = [f"view.{group.name.lower()}" for group in Group if group is not Group.STRUCTURE]
    for role in roles().values():
        if role.duty in blind:
            requests = [*product(("read", *views), data), *product(("search", "reveal"), (Kind.HOUSEHOLD,))]
            for action, kind in requests:
                assert MAXIMAL.formula(role, action, kind) == FALSE, (role.name, action, kind)


def test_a_lock_that_is_taken_out_of_the_matcher_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    from api.access.reading.model import read_model
    from api.errors import Problem

    file = Path(str(tmp_path)) / "model.conf"
    for lock in ("gate", "ceiling"):
        text = MODEL.text
        start = text.index(f" && {lock}(")
        end = text.index(")", start) + 1
        file.write_text(text[:start] + text[end:], encoding="utf-8")
        with pytest.raises(Problem) as refused:
            read_model(file)
        assert refused.value.code.name == "POLICY_REFUSED"


def test_the_words_of_kinds_are_the_kinds() -> None:
    assert set(KINDS.values()) == set(Kind)

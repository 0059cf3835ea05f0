"""策略 One version: its digest, its answers and their reasons, its cost, and swapping it under load. Q1, RULES §4"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from api.access.formula.formula import FALSE, TRUE, Cooperating, Sector, Subtree, all_of, any_of
from api.access.policy import Policy
from api.access.reading.row import Rule
from api.access.request import ObjectFacts
from api.access.review.matrix import permission_matrix
from api.access.review.sentence import explanation, miss_sentence
from api.access.role import role_named, roles
from api.access.versions.current import CurrentPolicy
from api.errors import Problem
from api.rules.words.vocabulary import Department, Group, Kind
from tests.support.access.worlds import MODEL, UNITS, random_rule

POLICY = Policy.load()
COUNTY = role_named("county:rural_revitalization:handler")
HEALTH = role_named("county:health:handler")
VILLAGE = ("0", "50", "500110", "500110001", "500110001001")


def test_the_planner_gets_few_plain_formulas() -> None:
    assert POLICY.formula(COUNTY, "read", Kind.HOUSEHOLD) == any_of([Subtree(), Cooperating()])
    assert POLICY.formula(HEALTH, "read", Kind.CASE) == all_of([Sector(), Subtree()])
    assert POLICY.formula(role_named("national:leading_group:reviewer"), "read", Kind.MEASURE) == TRUE
    assert POLICY.formula(role_named("county:hotline:handler"), "read", Kind.HOUSEHOLD) == FALSE
    groups = POLICY.groups(COUNTY, Kind.HOUSEHOLD)
    assert groups.keys() == set(Group)
    assert (groups[Group.STRUCTURE], groups[Group.HEALTH]) == (TRUE, Subtree())


def test_a_decision_names_its_rows_and_questions() -> None:
    decision = POLICY.decide(COUNTY, "500110", "view.health", Kind.HOUSEHOLD, ObjectFacts(VILLAGE))
    assert decision.allowed
    assert {rule.role for rule in decision.rows} == {"casework"}
    assert decision.questions == ("Q1", "Q12")
    assert decision.nearest is None


def test_a_refusal_names_the_nearest_row_and_what_it_lacked() -> None:
    facts = ObjectFacts(VILLAGE, sectors=frozenset({Department.FINANCE}))
    decision = POLICY.decide(HEALTH, "500110", "view.health", Kind.HOUSEHOLD, facts)
    assert (decision.allowed, decision.rows) == (False, ())
    assert decision.nearest is not None
    assert (decision.nearest.rule.role, decision.nearest.failed) == ("health", ("reach",))
    assert "the reach needs sector, it is 500110 → 0/50" in "\n".join(explanation(decision, "en"))
    assert "最接近的行" in "\n".join(explanation(decision, "zh"))


def test_a_refusal_by_a_row_names_the_row() -> None:
    editor = role_named("county:rural_revitalization:policy_editor")
    decision = POLICY.decide(editor, "500110", "read", Kind.HOUSEHOLD, ObjectFacts(VILLAGE))
    assert (decision.allowed, decision.nearest) == (False, None)
    assert [(rule.eft, rule.locked) for rule in decision.rows] == [("deny", True)]
    # By its department it would see them: the row that would have allowed it is told as outweighed.
    assert [rule.role for rule in decision.outweighed] == ["casework"]
    assert "outweighed: baseline.csv" in "\n".join(explanation(decision, "en"))
    assert "本可允许" in "\n".join(explanation(decision, "zh"))


def test_the_lock_is_named_when_it_is_what_lacked() -> None:
    operator = role_named("national:rural_revitalization:operator")
    decision = POLICY.decide(operator, "0", "withdraw.execute", Kind.REQUEST, ObjectFacts(grant="reviewed"))
    assert decision.nearest is not None
    assert decision.nearest.failed == ("gate",)
    text = "\n".join(explanation(decision, "en"))
    assert "national:rural_revitalization:operator, the request decided" in text
    assert "reviewed" in text
    assert "申请进度 decided" in "\n".join(explanation(decision, "zh"))


def test_every_part_of_the_matcher_has_its_words() -> None:
    village = ObjectFacts(VILLAGE, state="CLOSED")
    for decision in (
        POLICY.decide(COUNTY, "500110", "policy.publish", Kind.POLICY, village),
        POLICY.decide(COUNTY, "500110", "view.health", Kind.HOUSEHOLD, ObjectFacts(("0", "66", "659001"))),
        POLICY.decide(COUNTY, "500110", "identification.approve", Kind.PROCEEDING, village),
        POLICY.decide(COUNTY, "500110", "appoint.propose", Kind.OFFICIAL, ObjectFacts(VILLAGE[:3])),
    ):
        assert decision.nearest is not None
        assert decision.nearest.failed
        for language in ("zh", "en"):
            sentence = miss_sentence(decision.nearest, decision, language)
            assert sentence.count("；" if language == "zh" else "; ") == len(decision.nearest.failed) - 1
    assert "strictly below" in miss_sentence(decision.nearest, decision, "en")
    narrow = replace(POLICY.rules[0], role="county", action="read", kind="event", state="*", unit="52", reach="own")
    policy = Policy(MODEL, [narrow], [])
    decision = policy.decide(COUNTY, "500110", "read", Kind.EVENT, ObjectFacts(VILLAGE[:3]))
    assert decision.nearest is not None
    assert "to lie under 52" in miss_sentence(decision.nearest, decision, "en")


@pytest.mark.parametrize(
    ("role", "home", "action", "place", "code"),
    [
        ("county:health:handler", "50", "read", VILLAGE, "HOME_OF_ANOTHER_TIER"),
        ("county:health:handler", "0", "read", VILLAGE, "HOME_OF_ANOTHER_TIER"),
        ("county:health:handler", "500110", "raed", VILLAGE, "UNKNOWN_ACTION"),
        ("county:health:handler", "500110", "read", VILLAGE[1:], "PLACE_OUTSIDE_THE_TREE"),
        ("county:health:handler", "500110", "read", (), "PLACE_OUTSIDE_THE_TREE"),
    ],
)
def test_a_senseless_request_is_refused(role: str, home: str, action: str, place: tuple[str, ...], code: str) -> None:
    with pytest.raises(Problem) as refused:
        POLICY.decide(role_named(role), home, action, Kind.HOUSEHOLD, ObjectFacts(place))
    assert refused.value.code.name == code


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        role_named("county:rural_revitalization")
    assert refused.value.code.name == "UNKNOWN_ROLE"


def test_the_version_is_the_content_in_any_order() -> None:
    shuffled = Policy(MODEL, POLICY.rules[::-1], POLICY.links.declared[::-1])
    assert shuffled.version == POLICY.version
    assert len(POLICY.version) == 64
    assert Policy(MODEL, POLICY.rules[1:], POLICY.links.declared).version != POLICY.version
    assert Policy(MODEL, POLICY.rules, POLICY.links.declared[1:]).version != POLICY.version
    turned = [replace(POLICY.rules[0], eft="deny"), *POLICY.rules[1:]]
    assert Policy(MODEL, turned, POLICY.links.declared).version != POLICY.version


def grown(count: int) -> Policy:
    """The baseline with rows about another kind and other provinces, as provinces add them."""
    chance = Random(7)
    extra: dict[Rule, None] = {}
    while len(extra) + len(POLICY.rules) < count:
        rule = random_rule(chance, len(extra))
        duty = chance.choice(sorted(roles()))
        unit = f"{chance.randrange(10, 70)}{chance.randrange(1000, 9999)}"
        extra[replace(rule, role=duty, action="view.income", kind="event", unit=unit)] = None
    return Policy(MODEL, [*POLICY.rules, *extra], POLICY.links.declared)


def test_a_list_costs_the_same_at_fifty_and_at_five_thousand_rows() -> None:
    small, large = POLICY, grown(5000)
    assert len(large.rules) >= 5000
    for role in (COUNTY, HEALTH):
        spoken = [list(policy.compiler.rules(role, "read", "household")) for policy in (small, large)]
        assert spoken[0] == spoken[1]
        assert small.formula(role, "read", Kind.HOUSEHOLD) == large.formula(role, "read", Kind.HOUSEHOLD)
        assert large.formula(role, "read", Kind.HOUSEHOLD) is large.formula(role, "read", Kind.HOUSEHOLD)


def test_a_request_holds_one_version_while_versions_are_swapped() -> None:
    closed = Policy(MODEL, [rule for rule in POLICY.rules if rule.role != "casework"], POLICY.links.declared)
    head = CurrentPolicy(POLICY)
    answers = {POLICY.version: any_of([Subtree(), Cooperating()]), closed.version: FALSE}

    def request(_: int) -> bool:
        held = head.current
        return all(held.formula(COUNTY, "read", Kind.HOUSEHOLD) == answers[held.version] for _ in range(50))

    with ThreadPoolExecutor(4) as pool:
        answers_held = pool.map(request, range(200))
        swapped = [head.swap(policy) for _ in range(200) for policy in (closed, POLICY)]
        assert all(answers_held)
    assert all(former is not latter for former, latter in pairwise(swapped))
    assert head.current is POLICY


def test_the_matrix_tells_every_row_and_every_word() -> None:
    matrix = permission_matrix(POLICY)
    assert all(f"| {rule.source} |" in matrix for rule in POLICY.rules)
    assert all(f"| {kind.name.lower()} |" in matrix for kind in Kind)
    assert "| county/township/village:rural_revitalization/leading_group:handler/" in matrix
    assert permission_matrix(POLICY) == matrix
    assert set(UNITS) - {"0"}

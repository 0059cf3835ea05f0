"""检查 Each mistake an editor can make is found in the row that makes it; a sound edit is left alone. Q33, Q38"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from api.access.policy import Policy
from api.access.reading.finding import Finding, Source
from api.access.reading.row import Link, Rule
from api.access.review.checks import Today, check, inspect
from api.access.versions.provincial import effective
from api.rules.words.judging import Severity
from tests.support.access.places import PLACES
from tests.support.access.worlds import MODEL

POLICY = Policy.load()
APPROVES = "county:leading_group:approver, identification.approve, proceeding, subtree, *, *, allow, Q33"


def row(text: str, line: int = 1) -> Rule:
    return Rule(*text.split(", "), source=Source("draft", line))


def with_rows(*rows: str, without: str = "") -> Policy:
    rules = [rule for rule in POLICY.rules if not without or without not in ", ".join(rule.cells)]
    assert not without or len(rules) < len(POLICY.rules)
    return Policy(
        MODEL, [*rules, *(row(text, line) for line, text in enumerate(rows, 1))], POLICY.links.declared, PLACES
    )


def named(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    assert all(finding.text(language) and finding.mend(language) for finding in findings for language in ("zh", "en"))
    assert all({"severity", "cell"} <= finding.facts_with_place().keys() for finding in findings)
    return [(finding.code.name, finding.source.line) for finding in findings]


def findings_of(*rows: str, without: str = "", today: Today | None = None) -> list[tuple[str, int]]:
    return named(check(POLICY, with_rows(*rows, without=without), today=today))


def test_what_ships_has_no_idle_row() -> None:
    assert named(inspect(POLICY)) == []


def test_a_sound_edit_is_left_alone() -> None:
    assert findings_of("education, view.income, household, sector, *, *, allow, Q1") == []
    assert check(POLICY, POLICY) == ()


IDLE = {
    "POLICY_SHADOWED": "county:leading_group, read|view.basic, case|plan, own, IDENTIFIED, 50, allow, ours",
    "POLICY_CONTRADICTED": "county:policy_editor, read|view.basic, household|clue, subtree, *, *, allow, ours",
    "POLICY_DENIES_NOTHING": "county:hotline, read, household, subtree, *, *, deny, ours",
}


@pytest.mark.parametrize("code", IDLE)
def test_an_idle_row_is_named(code: str) -> None:
    assert findings_of(IDLE[code]) == [(code, 1)]


def test_a_row_that_reaches_nothing_is_unreachable() -> None:
    assert findings_of("village, withdraw.propose, request, subtree, *, *, allow, ours") == [("POLICY_UNREACHABLE", 1)]


def test_a_row_that_makes_others_idle_names_them_all() -> None:
    narrow = (
        "education, view.income, household, sector, *, 50, allow, Q1",
        "county:education, view.income, household, sector, IDENTIFIED, *, allow, Q1",
    )
    before = with_rows(*narrow)
    wide = row("education, view.income, household, sector, *, *, allow, Q1", 9)
    after = Policy(MODEL, [*before.rules, wide], POLICY.links.declared, PLACES)
    findings = check(before, after)
    assert named(findings) == [("POLICY_SHADOWED", 1), ("POLICY_SHADOWED", 2)]
    assert {finding.facts["others"] for finding in findings} == {"draft:9"}


def test_a_row_covered_in_one_of_two_actions_is_not_idle() -> None:
    assert findings_of("county:leading_group, read|reveal, household, own, *, 50, allow, ours") == [
        ("POLICY_SENSITIVE_OPENED", 1),
    ]


def test_two_counties_with_the_same_row_are_not_each_others_shadow() -> None:
    rows = ("county, read, case, subtree, *, 500110, deny, ours", "county, read, case, subtree, *, 50W, deny, ours")
    assert findings_of(*rows) == []


def test_a_step_nobody_can_take_any_more_is_an_error() -> None:
    dropped = check(POLICY, with_rows(without=APPROVES))
    assert [(finding.code.name, finding.severity) for finding in dropped] == [
        ("POLICY_LEFT_WITH_NOBODY", Severity.ERROR)
    ]
    assert dropped[0].facts["actions"].en == "identification.approve"
    assert findings_of(APPROVES.replace("allow", "deny")) == [
        ("POLICY_LEFT_WITH_NOBODY", 1),
        ("POLICY_CONTRADICTED", next(rule.source.line for rule in POLICY.rules if ", ".join(rule.cells) == APPROVES)),
    ]


def test_a_county_that_can_no_longer_approve_is_told_by_its_unit() -> None:
    (finding,) = check(POLICY, with_rows("county, identification.approve, proceeding, subtree, *, 500110, deny, ours"))
    assert (finding.code.name, finding.severity) == ("POLICY_LEFT_WITH_NOBODY", Severity.ERROR)
    assert "500110" in finding.text("en")
    assert "500110" in finding.text("zh")


def test_a_county_where_somebody_else_still_can_is_not_told() -> None:
    assert findings_of("county:rural_revitalization:handler, search, household, subtree, *, 500110, deny, ours") == []


def test_all_units_at_once_are_told_once() -> None:
    rows = tuple(f"county, reveal, household, subtree, *, {unit}, deny, ours" for unit in ("500110", "50W", "659001"))
    before = with_rows(*rows)
    everyone = row("*, search|reveal, household, all, *, *, deny, ours", 9)
    after = Policy(MODEL, [*before.rules, everyone], POLICY.links.declared, PLACES)
    findings = [finding for finding in check(before, after) if finding.code.name == "POLICY_LEFT_WITH_NOBODY"]
    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert findings[0].facts["actions"].en == "reveal / search"


def test_a_step_possible_in_some_states_only_is_told_with_the_others() -> None:
    (finding,) = check(POLICY, with_rows("*, clue.report, proceeding, all, VERIFIED, *, deny, ours"))
    assert finding.code.name == "POLICY_LEFT_WITH_NOBODY"
    assert "VERIFIED" in finding.text("en")
    assert "PUBLICIZED" not in finding.text("en")


@pytest.mark.parametrize("cells", ["*, *, policy|event, all", "national, *, policy, own", "official, *, policy, all"])
def test_a_denial_that_would_shut_the_nation_out_of_its_own_policy_is_an_error(cells: str) -> None:
    findings = check(POLICY, with_rows(f"{cells}, *, *, deny, ours"))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert any("policy.publish" in finding.facts["actions"].en for finding in errors)


def test_sensitive_data_opened_to_somebody_new_is_a_warning() -> None:
    (finding,) = check(POLICY, with_rows("education, view.health, household, sector, *, *, allow, Q1"))
    assert (finding.code.name, finding.severity, finding.source.line) == (
        "POLICY_SENSITIVE_OPENED",
        Severity.WARNING,
        1,
    )
    assert finding.code.question == "Q38"
    assert findings_of("education, view.income, household, sector, *, *, allow, Q1") == []


def test_a_link_is_checked_as_what_it_gives() -> None:
    link = Link("county:health", "casework", Source("draft", 3))
    findings = check(POLICY, Policy(MODEL, POLICY.rules, [*POLICY.links.declared, link]))
    assert {finding.code.name for finding in findings} == {"POLICY_SENSITIVE_OPENED"}
    unlinked = Policy(MODEL, POLICY.rules, [])
    assert any(finding.code.name == "POLICY_LEFT_WITH_NOBODY" for finding in check(POLICY, unlinked))


def test_units_that_are_gone_and_roles_nobody_holds_are_told_when_today_is_known() -> None:
    gone = "education, view.income, household, sector, *, 500199, allow, Q1"
    here = gone.replace("500199", "500110")
    holders = {"county:education:handler": 2, "county:health:handler": 0}
    today = Today(places=PLACES, holders=holders)
    assert findings_of(gone, here, today=today) == [("POLICY_UNIT_GONE", 1)]
    assert findings_of(gone, here) == []
    assert findings_of("village:water, read, unit, subtree, *, *, deny, ours", today=today) == [
        ("POLICY_ROLE_UNHELD", 1)
    ]


def test_a_province_is_checked_with_all_layers_in_force() -> None:
    mine = row("county, view.income, household, subtree, *, 500110, deny, ours")
    before = effective(POLICY, {"66": [replace(mine, unit="66")]}, PLACES)
    after = effective(POLICY, {"66": [replace(mine, unit="66")], "50": [mine]}, PLACES)
    assert check(before, after) == ()
    closing = replace(mine, action="identification.review_at_county", kind="proceeding")
    worse = effective(POLICY, {"66": [replace(mine, unit="66")], "50": [mine, closing]}, PLACES)
    assert [finding.code.name for finding in check(before, worse)] == ["POLICY_LEFT_WITH_NOBODY"]

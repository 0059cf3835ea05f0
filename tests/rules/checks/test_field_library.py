"""Every consistency check: silent on a sound record, found by the one thing that is wrong."""

import ast
import inspect
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.codes import read
from api.rules.checks.bounds import FARMLAND_MOST
from api.rules.checks.check import Bounds, household_check
from api.rules.checks.field_library import ALL_CHECKS, THEMES, find_inconsistencies
from api.rules.checks.record import CaseRecord, HouseholdRecord, MemberRecord, RiskRecord, SurveyRecord
from api.rules.numbers.parameter import PARAMETERS
from api.rules.words.judging import Direction, Severity
from api.rules.words.vocabulary import CaseState, Category, Guarantee, HouseholdKind, Labour, RiskState, Sex
from tests.support.rules.consistency_records import (
    DAY,
    DONE,
    SOUND,
    VALID,
    WORK,
    WRONG,
    child,
    codes,
    done,
    head,
    settled,
    survey,
)

D = Decimal
CODES = {code_list.name: [item.code for item in code_list.items] for code_list in read()}


def test_a_sound_record_is_silent():
    assert codes(SOUND) == set()
    assert codes(DONE) == set()


def test_every_check_is_tried():
    assert set(WRONG) == set(ALL_CHECKS)
    assert len(ALL_CHECKS) >= 60


@pytest.mark.parametrize("code", WRONG)
def test_the_one_wrong_thing_is_found(code):
    assert code in codes(WRONG[code])


@pytest.mark.parametrize(
    ("record", "silent"),
    [
        (replace(SOUND, farmland=D("100.0")), "FARMLAND_SUSPECT"),
        (survey(wages=D("100.00")), "WAGES_TINY"),
        (replace(SOUND, day=date(2024, 2, 9), measures=()), "NO_MEASURE_IN_TIME"),
        (done(eliminated_on=date(2024, 7, 10)), "ELIMINATED_TOO_SOON"),
        (done(eliminated_on=date(2024, 3, 1)), "ELIMINATED_AT_ONCE"),
        (settled("ILLNESS", RiskState.NATURAL, eliminated_on=date(2024, 1, 20)), "ELIMINATED_AT_ONCE"),
        (settled("HOUSING", RiskState.NATURAL), "HOUSING_UNANSWERED"),
        (replace(DONE, day=date(2025, 3, 1), threshold=D("99999.00")), "ELIMINATED_IN_RANGE"),
        (child(birth_date=date(2008, 9, 2), labour=Labour.WEAK, student="SENIOR_1"), "SENIOR_AGE"),
        (child(birth_date=date(2008, 9, 1), labour=Labour.WEAK), "CHILD_WITH_LABOUR"),
        (head(id_number=VALID + "44"), "DISABILITY_CARD"),
        (replace(SOUND, day=date(2024, 2, 10), measures=(WORK,)), "NO_MEASURE_IN_TIME"),
    ],
)
def test_the_boundary_itself_is_sound(record, silent):
    assert silent not in codes(record)


def test_a_finding_tells_where_in_the_list():
    (finding,) = (row for row in find_inconsistencies(child(education="PRIMARY")))
    assert (finding.code, finding.place, finding.position) == ("EDUCATION_OR_STUDENT", "member.education", 2)
    assert (finding.severity, finding.reason.question) == (Severity.ERROR, 12)


def test_a_finding_never_repeats_an_identity_number():
    for record in WRONG.values():
        for finding in find_inconsistencies(record):
            assert "110105" not in finding.reason.zh + finding.reason.en
            assert finding.reason.facts == {}


def test_bounds_and_severities_are_data():
    record = replace(SOUND, farmland=D("120.0"))
    assert codes(record, bounds=Bounds({FARMLAND_MOST.name: D("150.0")})) == set()
    (finding,) = find_inconsistencies(record, severities={"FARMLAND_SUSPECT": Severity.HINT})
    assert finding.severity is Severity.HINT
    assert codes(record, severities={"FARMLAND_SUSPECT": None}) == set()


def test_every_bound_is_local_and_used():
    used = {parameter.name for check in ALL_CHECKS.values() for parameter in check.uses}
    bounds = {row.name for row in PARAMETERS.values() if row.direction is Direction.LOCAL}
    assert used == bounds


def test_a_check_needs_its_english_sentence():
    with pytest.raises(ValueError, match="docstring"):

        @household_check(Severity.HINT, 12, "household", "无英文")
        def speechless(look):
            return False


def test_every_code_a_check_names_is_in_the_code_lists():
    shipped = {item.code for code_list in read() for item in code_list.items}
    for theme in THEMES:
        literals = {
            node.value for node in ast.walk(ast.parse(inspect.getsource(theme))) if isinstance(node, ast.Constant)
        }
        named = {text for text in literals if isinstance(text, str) and re.fullmatch(r"[A-Z][A-Z_0-9]+", text)}
        assert {text for text in named if not any(code.startswith(text) for code in shipped)} <= {"OPEN"}


MEMBERS = st.builds(
    MemberRecord,
    relation=st.sampled_from(CODES["RELATION"]),
    sex=st.sampled_from(Sex),
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    labour=st.none() | st.sampled_from(Labour),
    student=st.none() | st.sampled_from(CODES["STUDENT"]),
    health=st.frozensets(st.sampled_from(CODES["HEALTH"])),
    work_months=st.none() | st.integers(-1, 20),
    id_number=st.none() | st.text(max_size=24) | st.from_regex(r"\A[0-9]{15,22}\Z"),
)
AMOUNTS = st.none() | st.decimals(-1000, 300000, places=2)
SURVEYS = st.builds(
    SurveyRecord,
    surveyed_on=st.just(DAY),
    counted=st.integers(-1, 9),
    wages=AMOUNTS,
    business=AMOUNTS,
    transfers=AMOUNTS,
    out_of_pocket=AMOUNTS,
    gaps=st.none() | st.frozensets(st.sampled_from(Guarantee)),
)
CASES = st.builds(
    CaseRecord,
    state=st.sampled_from(CaseState),
    category=st.none() | st.sampled_from(Category),
    identified_on=st.none() | st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    eliminated_on=st.none() | st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    risks=st.lists(st.builds(RiskRecord, st.sampled_from(CODES["RISK"]), st.sampled_from(RiskState)), max_size=3).map(
        tuple
    ),
    threshold_amount=st.none() | st.decimals(1, 9000, places=2),
    at_identification=st.none() | SURVEYS,
    at_elimination=st.none() | SURVEYS,
)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        HouseholdRecord,
        day=st.just(DAY),
        kind=st.sampled_from(HouseholdKind),
        members=st.lists(MEMBERS, max_size=4).map(tuple),
        case=st.none() | CASES,
        survey=st.none() | SURVEYS,
        farmland=AMOUNTS,
        threshold=st.none() | st.decimals(1, 9000, places=2),
    )
)
def test_any_record_can_be_asked(record):
    for finding in find_inconsistencies(record):
        assert finding.code in ALL_CHECKS

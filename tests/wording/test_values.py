"""No finding about a policy, and no error of roles, requests, versions and names, repeats what somebody typed. Q38

Every cell of a row and of a case is replaced by marked texts; each position of what else is read from words, too.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from api.access.reading.case_rows import COLUMNS as CASE_COLUMNS
from api.access.reading.case_rows import cases_in
from api.access.reading.content import CaseRow, Content, Row
from api.access.reading.finding import Finding
from api.access.reading.rules import Written, read_rows
from api.access.request import ObjectFacts, Request
from api.access.role import role_named
from api.database.dsn import Dsn
from api.errors import Problem
from api.projection.where import where
from api.rules.units import tier_of
from api.rules.words.vocabulary import Kind
from api.settings import read, variables
from api.workflow.engine.errors import StepRefused
from api.workflow.policy.content import Edit, check_writable, edited
from api.workflow.requests.evidence import media_type

MARK = "zqxmark"
MARKED = (
    MARK,
    f"{MARK} 张三",
    f"{MARK}|{MARK}",
    f"{MARK}:{MARK}:{MARK}",
    f"0/{MARK}",
    f"{MARK}\n",
    f'"{MARK}"',
    "11010119900307771X",
)
ROWS = (
    ("p", "county:health", "read", "clue", "subtree", "*", "*", "allow", "Q1"),
    ("g", "county:health", "casework"),
)
CASE = (
    *("a case", "county:health:handler", "500110", "0/50/500110", "-", "health", "-", "none"),
    *("read", "clue", "allow", "Q1"),
)


def silent(text: str) -> bool:
    """Whether a text repeats none of the marks."""
    return MARK not in text and "11010119900307771X" not in text


def text_of(findings: list[Finding]) -> str:
    """All that findings say."""
    return json.dumps([finding.facts_with_place() for finding in findings], ensure_ascii=False) + "".join(
        finding.text(language) + finding.mend(language) for finding in findings for language in ("zh", "en")
    )


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize(("row", "column"), [(row, column) for row in ROWS for column in range(len(row))])
def test_a_row_of_a_policy_is_refused_by_place_alone(row: tuple[str, ...], column: int, mark: str) -> None:
    cells = [*row[:column], mark, *row[column + 1 :]]
    findings: list[Finding] = []
    read_rows(Written("policy", ", ".join(cells)), findings)
    assert findings
    assert silent(text_of(findings))
    content = Content((Row(cells[0], tuple(cells[1:])),))
    assert silent(refused(lambda: check_writable(content)))


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("column", range(1, len(CASE)))
def test_a_case_is_refused_by_place_alone(column: int, mark: str) -> None:
    assert len(CASE) == len(CASE_COLUMNS)
    cells = (*CASE[:column], mark, *CASE[column + 1 :])
    findings: list[Finding] = []
    list(cases_in("cases", ", ".join(cells), findings))
    assert silent(text_of(findings))
    assert silent(refused(lambda: check_writable(Content((), (CaseRow("cases", cells),)))))


def refused(act: Callable[[], Any]) -> str:
    """What an act is refused with, all of it; nothing where it isn't."""
    try:
        act()
    except Problem as problem:
        return json.dumps([str(problem), problem.extensions()], ensure_ascii=False, default=str)
    except StepRefused as refusal:
        return "".join(f"{problem.code} {problem.zh} {problem.en} {problem.field}" for problem in refusal.problems)
    return ""


ROLE = role_named("county:health:handler")
ACTS: dict[str, Callable[[str], Any]] = {
    "a role": role_named,
    "a unit code": tier_of,
    "an action": lambda mark: Request.of(ROLE, "500110", mark, Kind.CLUE, ObjectFacts()),
    "a home": lambda mark: Request.of(ROLE, mark, "read", Kind.CLUE, ObjectFacts()),
    "a place": lambda mark: Request.of(ROLE, "500110", "read", Kind.CLUE, ObjectFacts((mark,))),
    "a position": lambda mark: edited([Row("p", ())], [Edit(918273645, None, Row(mark, ()))]),
    "a name of the product": where,
    "a database's address": Dsn.from_url,
    "a parameter of one": lambda mark: Dsn.from_url(f"postgresql://a:{MARK}@host/db?{mark}=1"),
    "the name of a document": lambda mark: media_type(mark, b"%PDF-1.4"),
}


@pytest.mark.parametrize("mark", MARKED)
@pytest.mark.parametrize("what", ACTS)
def test_an_error_tells_what_was_expected_and_not_what_was_typed(what: str, mark: str) -> None:
    text = refused(lambda: ACTS[what](mark))
    assert text
    assert silent(text)


@pytest.mark.parametrize("name", variables())
def test_a_setting_is_refused_by_its_name_alone(name: str) -> None:
    for mark in MARKED:
        assert silent(refused(lambda mark=mark: read({name: mark})))  # type: ignore[misc]

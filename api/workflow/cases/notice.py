"""公示公告 A notice of one proceeding by the fixed template, made of what its reader may see; refused unclean. Q38"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.errors import Problem, Term, code, listed
from api.rules.limits.deadlines import due_on
from api.rules.privacy.notice import (
    FIELD_NOT_ALLOWED,
    NAME_TOO_LONG,
    SENSITIVE_TEXT,
    TELLS_HEALTH,
    Entry,
    Notice,
    group_may_be_shown,
    notice_clean,
    notice_lines,
)
from api.rules.privacy.personal_data import find_personal_data
from api.rules.verdict import breaches
from api.rules.words.judging import DeadlineKind, NoticeKind, NoticeOutcome
from api.rules.words.vocabulary import Category, ProceedingKind, ProceedingState
from api.schema.catalogue import catalogue

NOTICE_NOT_THERE = code(
    "NOTICE_NOT_THERE",
    409,
    zh="该程序此时没有{found}",
    en="this proceeding has no {found} at this time",
    next_zh="公示开始后再取公示，公告后再取公告",
    next_en="ask for the publicity once it has begun, for the announcement once it was made",
    question="Q33",
)
NOTICE_NOT_CLEAN = code(
    "NOTICE_NOT_CLEAN",
    409,
    zh="公示公告的内容不得公开：{found}",
    en="what the notice would show may not be shown: {found}",
    next_zh="改正户主姓名等名称中的号码后重试",
    next_en="correct the names that hold numbers or run on, then try again",
    question="Q38",
)
HOTLINE = "12317"
_OUTCOMES = {
    (ProceedingKind.IDENTIFICATION, NoticeKind.PUBLICITY): NoticeOutcome.TO_BE_IDENTIFIED,
    (ProceedingKind.IDENTIFICATION, NoticeKind.ANNOUNCEMENT): NoticeOutcome.IDENTIFIED,
    (ProceedingKind.ELIMINATION, NoticeKind.PUBLICITY): NoticeOutcome.TO_BE_ELIMINATED,
    (ProceedingKind.ELIMINATION, NoticeKind.ANNOUNCEMENT): NoticeOutcome.ELIMINATED,
}
_FIELDS = (
    ("Household", "headName"),
    ("Household", "people"),
    ("Unit", "name"),
    ("Assessment", "category"),
    ("MonitoringCase", "category"),
)
"""The fields whose values the template shows."""
READ = """query Notice($id: ID!) { node(id: $id) { ... on Proceeding {
  kind state publicizedOn announcedOn
  deadlines { kind runsFrom dueOn } assessments { category } monitoringCase { category }
  household { headName people unit { name parent { name } } } } } }"""
"""What a notice is made of, asked of the planner under its reader's rights: what is hidden comes as null."""


def notice_of(proceeding: Mapping[str, Any], kind: NoticeKind) -> Notice | None:
    """The notice; None when its reader may not see what it would show.

    NOTICE_NOT_THERE when the proceeding has none of this kind now, NOTICE_NOT_CLEAN when a name on it holds a number.
    """
    outcome = _OUTCOMES.get((ProceedingKind[proceeding["kind"]], kind))
    opens_on = _opened(proceeding, kind)
    if outcome is None or opens_on is None:
        raise Problem(NOTICE_NOT_THERE, found=kind)
    household, category = proceeding["household"], _category(proceeding)
    if household is None or household["unit"] is None or category is None:
        return None
    named = (household["headName"], household["people"], household["unit"]["name"])
    if None in named:
        return None
    head, people, village = named
    entry = Entry(head, people, Category[category], outcome)
    closes_on = _closes(proceeding, opens_on) if kind is NoticeKind.PUBLICITY else None
    notice = Notice(kind, village, (entry,), opens_on, closes_on, _contact(household["unit"]))
    return _clean(notice)


_UNCLEAN = {
    FIELD_NOT_ALLOWED.code: "含有不得公开的字段",
    SENSITIVE_TEXT.code: "名称中含有号码等敏感信息",
    NAME_TOO_LONG.code: "名称过长或含换行",
    TELLS_HEALTH.code: "姓名中含有疾病、残疾信息或姓名以外的内容",
}


def _clean(notice: Notice) -> Notice:
    """The notice itself, when its fields and names may be shown.

    Its lines are scanned too: a number may arise where a name meets what stands beside it.
    """
    groups = (group_may_be_shown(catalogue()[type_name].fields[field].spec.group) for type_name, field in _FIELDS)
    unclean = {verdict.code for verdict in breaches((*groups, *notice_clean(notice)))}
    if any(find_personal_data(line) for line in notice_lines(notice)):
        unclean.add(SENSITIVE_TEXT.code)
    if unclean:
        raise Problem(NOTICE_NOT_CLEAN, found=listed(Term(code, _UNCLEAN[code], code) for code in sorted(unclean)))
    return notice


def _opened(proceeding: Mapping[str, Any], kind: NoticeKind) -> date | None:
    day = proceeding["publicizedOn" if kind is NoticeKind.PUBLICITY else "announcedOn"]
    ended = ProceedingState[proceeding["state"]] is ProceedingState.ENDED
    return None if day is None or ended else date.fromisoformat(day)


def _closes(proceeding: Mapping[str, Any], opens_on: date) -> date:
    """The first day on which the notice may come down, as written when it went up."""
    limits = [limit for limit in proceeding["deadlines"] if limit["kind"] == DeadlineKind.PUBLICITY.name]
    days = [limit["dueOn"] for limit in limits if limit["runsFrom"] == opens_on.isoformat()]
    return date.fromisoformat(days[-1]) if days else due_on(DeadlineKind.PUBLICITY, opens_on)


def _category(proceeding: Mapping[str, Any]) -> str | None:
    """The case's category, or before there is one, that of the newest assessment."""
    case = proceeding["monitoringCase"]
    if case is not None:
        return case["category"]  # type: ignore[no-any-return]  # a word as JSON has it
    return proceeding["assessments"][-1]["category"] if proceeding["assessments"] else None


def _contact(unit: Mapping[str, Any]) -> str:
    above = unit["parent"]["name"] if unit["parent"] and unit["parent"]["name"] else unit["name"]
    return f"{above}，电话 {HOTLINE}"

"""No notice ever shows a number or a risk, whatever the household's names hold. Q38"""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.codes.lists import read as code_lists
from api.errors import Problem
from api.resolvers.pages.notice_page import page_of
from api.rules.privacy.notice import notice_lines
from api.rules.privacy.personal_data import find_personal_data
from api.rules.words.judging import NoticeKind, NoticeOutcome
from api.rules.words.vocabulary import Category, ProceedingKind, ProceedingState
from api.workflow.cases.notice import notice_of

RISKS = [item.zh for code_list in code_lists() if code_list.name == "RISK" for item in code_list.items]
DISGUISES = "0123456789０１２３４５六七八九〇○ -—.xX×"
NUMBERS = (
    "11010519491231002X",
    "500110199001011236",
    "13800138000",
    "６２２２０２１２３４５６７８９０１２８",
    "一三八零零一三八零零零",
)


def facts(**more: Any) -> dict[str, Any]:
    return {
        "kind": "IDENTIFICATION",
        "state": "PUBLICIZED",
        "publicizedOn": "2026-04-05",
        "announcedOn": None,
        "deadlines": [{"kind": "PUBLICITY", "runsFrom": "2026-04-05", "dueOn": "2026-04-10"}],
        "assessments": [{"category": "MARGINAL"}],
        "monitoringCase": None,
        "household": {"headName": "张三", "people": 3, "unit": {"name": "清水村", "parent": {"name": "石角镇"}}},
        **more,
    }


def household(head: Any, village: Any = "清水村", people: Any = 3) -> dict[str, Any]:
    return {"headName": head, "people": people, "unit": {"name": village, "parent": {"name": "石角镇"}}}


def refused(row: dict[str, Any], kind: NoticeKind = NoticeKind.PUBLICITY) -> str:
    with pytest.raises(Problem) as caught:
        notice_of(row, kind)
    return caught.value.code.name


def test_publicity_shows_the_template_and_no_more() -> None:
    notice = notice_of(facts(), NoticeKind.PUBLICITY)
    assert notice is not None
    assert notice_lines(notice) == (
        "清水村防止返贫监测对象公示",
        "1. 张三户　3人　边缘易致贫户　拟识别为监测对象",
        "公示日期：2026年4月5日至2026年4月10日",
        "如有异议，请联系：石角镇，电话 12317",
        "发布单位：清水村",
        "2026年4月5日",
    )


def test_the_announcement_shows_the_result_and_the_case_s_category() -> None:
    row = facts(announcedOn="2026-04-20", state="ANNOUNCED", monitoringCase={"category": "UNSTABLE_LIFTED"})
    notice = notice_of(row, NoticeKind.ANNOUNCEMENT)
    assert notice is not None
    assert (notice.opens_on, notice.closes_on) == (datetime.date(2026, 4, 20), None)
    assert notice.entries[0].outcome is NoticeOutcome.IDENTIFIED
    assert notice.entries[0].category is Category.UNSTABLE_LIFTED
    eliminated = notice_of({**row, "kind": "ELIMINATION"}, NoticeKind.ANNOUNCEMENT)
    assert eliminated is not None
    assert eliminated.entries[0].outcome is NoticeOutcome.ELIMINATED


def test_there_is_a_notice_only_where_there_is_one() -> None:
    assert refused(facts(publicizedOn=None)) == "NOTICE_NOT_THERE"
    assert refused(facts(), NoticeKind.ANNOUNCEMENT) == "NOTICE_NOT_THERE"
    assert refused(facts(state=ProceedingState.ENDED.name)) == "NOTICE_NOT_THERE"
    for kind in set(ProceedingKind) - {ProceedingKind.IDENTIFICATION, ProceedingKind.ELIMINATION}:
        assert refused(facts(kind=kind.name)) == "NOTICE_NOT_THERE"


@pytest.mark.parametrize("hidden", [household(None), household("张三", None), household("张三", people=None), None])
def test_what_its_reader_may_not_see_makes_no_notice(hidden: Any) -> None:
    assert notice_of(facts(household=hidden), NoticeKind.PUBLICITY) is None


def test_a_publicity_without_a_written_limit_closes_by_the_rule() -> None:
    notice = notice_of(facts(deadlines=[]), NoticeKind.PUBLICITY)
    assert notice is not None
    assert notice.closes_on == datetime.date(2026, 4, 10)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_name_with_a_number_is_refused(number: str) -> None:
    assert refused(facts(household=household(f"张明{number}"))) == "NOTICE_NOT_CLEAN"
    assert refused(facts(household=household("张三", f"清水村{number}"))) == "NOTICE_NOT_CLEAN"


def test_a_name_that_runs_on_is_refused() -> None:
    assert refused(facts(household=household("张三，因患重病" * 10))) == "NOTICE_NOT_CLEAN"
    assert refused(facts(household=household("张三\n因病"))) == "NOTICE_NOT_CLEAN"


names = st.lists(
    st.one_of(st.sampled_from(NUMBERS), st.text(DISGUISES, max_size=20), st.text("张王李赵村户<>&\"'", max_size=6)),
    max_size=4,
).map("".join)


@given(names, names, st.integers(1, 30), st.sampled_from(NoticeKind), st.sampled_from(Category))
def test_no_notice_ever_shows_a_number_or_a_risk(
    head: str, village: str, people: int, kind: NoticeKind, category: Category
) -> None:
    row = facts(
        household=household(head, village, people),
        announcedOn="2026-04-20",
        state="ANNOUNCED",
        monitoringCase={"category": category.name},
        risks=[{"kind": "ILLNESS"}],
        endReason="因病",
    )
    try:
        notice = notice_of(row, kind)
    except Problem as problem:
        assert problem.code.name == "NOTICE_NOT_CLEAN"
        assert not head or head not in str(problem)
        return
    assert notice is not None
    for line in notice_lines(notice):
        assert not find_personal_data(line)
        assert not [risk for risk in RISKS if risk in line]
    page = page_of(notice)
    body = page[page.index("<body>") :]
    assert not [risk for risk in RISKS if risk in body]
    assert set(body.split("<")[1:]) <= {tag for tag in body.split("<") if tag.startswith(TAGS)}, "names are escaped"


TAGS = ("body>", "h1>", "/h1>", "p>", "/p>", "footer>", "/footer>", "/body>", "/html>")


def test_risks_are_known_to_this_test() -> None:
    assert len(RISKS) >= 5

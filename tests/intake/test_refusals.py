"""Every refusal of a row with its exact cell; and no personal value in any text."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from api.errors import Code
from api.intake import errors
from api.intake.households import Outcome
from tests.support.intake.imports import Import
from tests.support.intake.invented import Form, cell_of, form, household, households, id_number, survey

HOME, PEOPLE, INCOME = "户", "家庭成员", "收入支出"
OTHERS_ID = id_number(9)
Case = tuple[str, str, int, Any, str]


def fault_codes(outcome: Outcome, *, warnings: bool = False) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in outcome.faults if fault.warning is warnings]


# sheet, column, index of the row, what is typed, the code it is refused with
CELLS: list[Case] = [
    (PEOPLE, "证件号码", 1, id_number(1, date(1972, 3, 1), False)[:-1] + "Q", "ID_NUMBER_FORM"),
    (PEOPLE, "证件号码", 1, "1234567890123", "ID_NUMBER_FORM"),
    (PEOPLE, "证件号码", 1, 520000197203010020, "INTAKE_NUMBER_NOT_TEXT"),
    (PEOPLE, "证件号码", 1, "不详", "INTAKE_IDENTIFIER_BAD"),
    (PEOPLE, "证件号码", 1, "99" + id_number(1)[2:], "ID_NUMBER_PROVINCE"),
    (PEOPLE, "证件号码", 1, "520000197213010020", "ID_NUMBER_BIRTH"),
    (PEOPLE, "证件号码", 1, "520000209903010020", "ID_NUMBER_BIRTH"),
    (PEOPLE, "证件号码", 1, None, "INTAKE_ID_ABSENT"),
    (PEOPLE, "证件号码", 2, "=A1", "INTAKE_FORMULA"),
    (PEOPLE, "出生日期", 0, date(1970, 5, 18), "INTAKE_BIRTH_DISAGREES"),
    (PEOPLE, "出生日期", 0, "1970-02-30", "INTAKE_DAY_BAD"),
    (PEOPLE, "出生日期", 0, 25000, "INTAKE_DAY_BAD"),
    (PEOPLE, "出生日期", 0, "2025-03-02", "INTAKE_DAY_RANGE"),
    (PEOPLE, "出生日期", 0, "1870-05-17", "INTAKE_DAY_RANGE"),
    (PEOPLE, "性别", 0, "女", "INTAKE_SEX_DISAGREES"),
    (PEOPLE, "性别", 0, "不详", "INTAKE_WORD_UNKNOWN"),
    (PEOPLE, "性别", 0, None, "INTAKE_EMPTY"),
    (PEOPLE, "姓名", 1, None, "INTAKE_EMPTY"),
    (PEOPLE, "姓名", 1, "甲" * 101, "INTAKE_TEXT_LONG"),
    (PEOPLE, "姓名", 1, "甲\u202e乙", "INTAKE_TEXT_INVISIBLE"),
    (PEOPLE, "姓名", 1, '甲"乙', "INTAKE_NAME_QUOTED"),
    (HOME, "户主姓名", 0, "甲\\乙", "INTAKE_NAME_QUOTED"),
    (PEOPLE, "民族", 1, "火星族", "INTAKE_CODE_UNKNOWN"),
    (PEOPLE, "健康状况", 1, "健康、残废", "INTAKE_CODE_UNKNOWN"),
    (PEOPLE, "健康状况", 1, "健康、长期慢性病", "INTAKE_HEALTH_CONTRADICTS"),
    (PEOPLE, "残疾等级", 1, 5, "INTAKE_WHOLE_BAD"),
    (PEOPLE, "务工时间（月）", 1, 13, "INTAKE_WHOLE_BAD"),
    (PEOPLE, "务工时间（月）", 1, 1.5, "INTAKE_WHOLE_BAD"),
    (PEOPLE, "务工企业", 1, f"某厂 {OTHERS_ID}", "INTAKE_PERSONAL_DATA"),
    (PEOPLE, "是否会讲普通话", 1, "会", "INTAKE_FLAG_BAD"),
    (PEOPLE, "在校生状况", 0, "小学", "INTAKE_SCHOOLING_BOTH"),
    (PEOPLE, "户编号", 2, "529999999999", "INTAKE_HOUSEHOLD_ABSENT"),
    (PEOPLE, "户编号", 2, None, "INTAKE_TIE_ABSENT"),
    (PEOPLE, "减少日期", 0, "1960-01-01", "INTAKE_DAYS_OUT_OF_ORDER"),
    (HOME, "责任单位", 0, "520101009009", "INTAKE_UNIT_BAD"),
    (HOME, "责任单位", 0, "12345", "INTAKE_UNIT_BAD"),
    (HOME, "责任单位", 0, "520101001", "INTAKE_UNIT_NOT_VILLAGE"),
    (HOME, "责任单位", 0, "530102001001", "INTAKE_BEYOND_REACH"),
    (HOME, "户籍地", 0, "520101009009", "INTAKE_UNIT_BAD"),
    (HOME, "户类型", 0, "贫困户", "INTAKE_WORD_UNKNOWN"),
    (HOME, "户主姓名", 0, "别人", "INTAKE_HEAD_NAME_DISAGREES"),
    (HOME, "户主证件号码", 0, OTHERS_ID, "INTAKE_HEAD_ID_DISAGREES"),
    (HOME, "家庭人口数", 0, 4, "INTAKE_PEOPLE_DISAGREE"),
    (HOME, "家庭人口数", 0, 0, "INTAKE_WHOLE_BAD"),
    (HOME, "联系电话", 0, 8513900000, "INTAKE_NUMBER_NOT_TEXT"),
    (HOME, "联系电话", 0, "没有", "INTAKE_IDENTIFIER_BAD"),
    (HOME, "银行账号", 0, 6222021234567890, "INTAKE_NUMBER_NOT_TEXT"),
    (HOME, "耕地面积", 0, "三亩", "INTAKE_AMOUNT_BAD"),
    (HOME, "耕地面积", 0, -1, "INTAKE_AMOUNT_NEGATIVE"),
    (HOME, "家庭住址", 0, "甲村1组 电话13912345678", "INTAKE_PERSONAL_DATA"),
    (HOME, "管辖依据", 0, "常住地", "INTAKE_JURISDICTION_REASON"),
    (HOME, "饮水安全", 0, "#REF!", "INTAKE_EXCEL_ERROR"),
    (HOME, "家庭住址", 0, True, "INTAKE_TEXT_BAD"),
    (HOME, "户编号", 0, "甲/乙", "INTAKE_NUMBER_BAD"),
    (INCOME, "工资性收入", 0, -0.01, "INTAKE_AMOUNT_NEGATIVE"),
    (INCOME, "工资性收入", 0, 1.005, "INTAKE_AMOUNT_DECIMALS"),
    (INCOME, "工资性收入", 0, "一万", "INTAKE_AMOUNT_BAD"),
    (INCOME, "工资性收入", 0, True, "INTAKE_AMOUNT_BAD"),
    (INCOME, "工资性收入", 0, 200_000_000, "INTAKE_AMOUNT_LARGE"),
    (INCOME, "工资性收入", 0, None, "INTAKE_EMPTY"),
    (INCOME, "年度", 0, 2026, "INTAKE_WHOLE_BAD"),
    (INCOME, "采集日期", 0, "2023-12-31", "INTAKE_DAYS_OUT_OF_ORDER"),
    (INCOME, "义务教育未保障", 0, None, "INTAKE_EMPTY"),
]
ELSEWHERE = {"INTAKE_JURISDICTION_REASON": "管辖理由"}


@pytest.mark.parametrize(("sheet", "label", "index", "value", "code"), CELLS)
async def test_a_bad_cell_is_named(
    bring: Import, app: Any, sheet: str, label: str, index: int, value: Any, code: str
) -> None:
    filled = form(households(1))
    filled[sheet][index][label] = value
    outcome = await bring(filled)
    assert (cell_of(sheet, ELSEWHERE.get(code, label), index + 2), code) in fault_codes(outcome)
    assert outcome.written is None
    assert await app.fetchval("SELECT count(*) FROM household") == 0


def drop(filled: Form, label: str) -> None:
    filled[PEOPLE][0].pop(label)


CHECKSUM = id_number(1)[:-1] + ("1" if id_number(1)[-1] != "1" else "2")
ROWS: list[tuple[str, Callable[[Form], Any], list[tuple[str, str]]]] = [
    (
        "checksum",
        lambda f: f[PEOPLE][0].update(证件号码=CHECKSUM),
        [(cell_of(PEOPLE, "证件号码", 2), "ID_NUMBER_CHECK")],
    ),
    (
        "no schooling",
        lambda f: drop(f, "文化程度"),
        [(cell_of(PEOPLE, "文化程度", 2), "INTAKE_SCHOOLING_NEITHER")],
    ),
    (
        "two heads",
        lambda f: f[PEOPLE][1].update(与户主关系="户主"),
        [
            (cell_of(PEOPLE, "与户主关系", 3), "INTAKE_HEAD_TWICE"),
            (cell_of(HOME, "户主姓名", 2), "INTAKE_HEAD_NAME_DISAGREES"),
        ],
    ),
    (
        "no head",
        lambda f: f[PEOPLE][0].update(与户主关系="之父"),
        [(cell_of(HOME, "户主姓名", 2), "INTAKE_HEAD_NONE")],
    ),
    (
        "two spouses",
        lambda f: f[PEOPLE][2].update(与户主关系="配偶"),
        [(cell_of(PEOPLE, "与户主关系", 4), "INTAKE_SPOUSE_TWICE")],
    ),
    (
        "a person twice",
        lambda f: f[PEOPLE][5].update(证件号码=f[PEOPLE][2]["证件号码"]),
        [(cell_of(PEOPLE, "证件号码", 7), "INTAKE_PERSON_TWICE")],
    ),
    (
        "a person twice, full-width and with gaps",
        lambda f: f[PEOPLE][5].update(证件号码=" ".join(chr(ord(c) + 0xFEE0) for c in f[PEOPLE][2]["证件号码"])),
        [(cell_of(PEOPLE, "证件号码", 7), "INTAKE_PERSON_TWICE")],
    ),
    (
        "a household twice",
        lambda f: f[HOME].append(dict(f[HOME][0])),
        [(cell_of(HOME, "户编号", 4), "INTAKE_HOUSEHOLD_TWICE")],
    ),
    (
        "a survey twice",
        lambda f: f[INCOME].append(survey({"户编号": f[HOME][1]["户编号"]})),
        [(cell_of(INCOME, "年度", 4), "INTAKE_SURVEY_TWICE")],
    ),
    (
        "nobody in it",
        lambda f: f.update({PEOPLE: f[PEOPLE][:3]}),
        [
            (cell_of(HOME, "户主姓名", 3), "INTAKE_HEAD_NONE"),
            (cell_of(HOME, "家庭人口数", 3), "INTAKE_PEOPLE_DISAGREE"),
        ],
    ),
]


@pytest.mark.parametrize(("spoil", "expected"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS])
async def test_rows_that_disagree_are_named(
    bring: Import, spoil: Callable[[Form], Any], expected: list[tuple[str, str]]
) -> None:
    filled = form(households(2))
    spoil(filled)
    outcome = await bring(filled)
    assert sorted(fault_codes(outcome)) == sorted(expected)


WARNINGS: list[tuple[Callable[[Form], Any], str, str]] = [
    (lambda f: f[INCOME][0].update(工资性收入=2_000_000), cell_of(INCOME, "工资性收入", 2), "INTAKE_AMOUNT_ODD"),
    (lambda f: f[INCOME][0].update(生产经营性支出=9_000), cell_of(INCOME, "生产经营性支出", 2), "INTAKE_LOSS"),
    (lambda f: f[HOME][0].update(耕地面积=101), cell_of(HOME, "耕地面积", 2), "INTAKE_AMOUNT_ODD"),
    (lambda f: f[PEOPLE][2].update(劳动技能="普通劳动力"), cell_of(PEOPLE, "劳动技能", 4), "INTAKE_CHILD_LABOUR"),
    (lambda f: f[PEOPLE][2].update(劳动能力="有劳动能力"), cell_of(PEOPLE, "劳动能力", 4), "INTAKE_CHILD_LABOUR"),
    (
        lambda f: f[PEOPLE][2].update(公益性岗位类型="保洁员"),
        cell_of(PEOPLE, "公益性岗位类型", 4),
        "INTAKE_CHILD_LABOUR",
    ),
    (lambda f: f[PEOPLE][1].update(健康状况="残疾"), cell_of(PEOPLE, "残疾类别", 3), "INTAKE_DISABILITY_UNCLEAR"),
    (
        lambda f: f[PEOPLE][1].update(参加城乡居民基本医疗保险="是", 参加城镇职工基本医疗保险="是"),
        cell_of(PEOPLE, "参加城镇职工基本医疗保险", 3),
        "INTAKE_MEDICAL_TWICE",
    ),
    (
        lambda f: f[PEOPLE][1].update(性别="男", 证件号码=id_number(1, date(1972, 3, 1))),
        cell_of(PEOPLE, "性别", 3),
        "INTAKE_SPOUSE_SEX",
    ),
    (
        lambda f: f[PEOPLE][2].update(证件号码=id_number(1, date(1960, 3, 1), False), 在校生状况="硕士研究生及以上"),
        cell_of(PEOPLE, "出生日期", 4),
        "INTAKE_CHILD_OLDER",
    ),
    (
        lambda f: f[PEOPLE][1].update(证件号码="110105490115002", 与户主关系="之母"),
        cell_of(PEOPLE, "证件号码", 3),
        "INTAKE_ID_OLD",
    ),
    (
        lambda f: f[PEOPLE][2].update(证件号码=id_number(1, date(2006, 7, 9), False)),
        cell_of(PEOPLE, "在校生状况", 4),
        "INTAKE_STAGE_AGE",
    ),
]


@pytest.mark.parametrize(("spoil", "cell", "code"), WARNINGS)
async def test_what_is_only_odd_is_told_and_imported(
    bring: Import, spoil: Callable[[Form], Any], cell: str, code: str
) -> None:
    filled = form(households(1))
    spoil(filled)
    outcome = await bring(filled)
    assert (cell, code) in fault_codes(outcome, warnings=True)
    assert fault_codes(outcome) == []
    assert outcome.written is not None


async def test_values_are_read_as_meant(bring: Import, app: Any) -> None:
    filled = form(households(1))
    filled[PEOPLE][0] |= {
        "出生日期": datetime(1970, 5, 17),  # noqa: DTZ001 - Excel knows no zones
        "民族": " 汉族 ",
        "健康状况": "长期慢性病，残疾",
        "残疾类别": "肢体残疾",
        "残疾等级": "２",
    }
    filled[PEOPLE][1] |= {
        "出生日期": "１９７２年３月１日",
        "增加日期": 20200101,
        "证件号码": id_number(1, date(1972, 3, 1), False).lower(),
    }
    filled[HOME][0] |= {"联系电话": 13900000001, "饮水安全": True, "耕地面积": "３.５", "家庭住址": "甲村 ３组"}
    filled[INCOME][0] |= {"工资性收入": 0.1 + 0.2, "采集日期": "2024.11.3"}
    outcome = await bring(filled)
    assert fault_codes(outcome) == []
    head, spouse, _ = await app.fetch("SELECT * FROM member ORDER BY id")
    assert (head["health"], head["disability_grade"]) == (["CHRONIC", "DISABLED"], 2)
    assert (spouse["birth_date"], spouse["joined_on"]) == (date(1972, 3, 1), date(2020, 1, 1))
    home = await app.fetchrow("SELECT phone_masked, safe_water, farmland, address FROM household")
    assert (home["phone_masked"], home["safe_water"], str(home["farmland"])) == ("*********01", True, "3.50")
    assert str(await app.fetchval("SELECT wages FROM survey")) == "0.30"


async def test_no_text_ever_repeats_a_value(bring: Import) -> None:
    filled: Form = {HOME: [], PEOPLE: [], INCOME: []}
    for number, (sheet, label, index, value, _) in enumerate(CELLS, 1):
        form = household(number)
        form[sheet][index][label] = value
        for title, rows in form.items():
            filled[title] += rows
    outcome = await bring(filled)
    assert outcome.faults.errors > len(CELLS) // 2
    texts = " ".join(f"{fault.zh} {fault.en}" for fault in outcome.faults)
    for sheet in (HOME, PEOPLE):
        for row in filled[sheet]:
            for label in ("证件号码", "户主证件号码", "联系电话", "银行账号", "姓名", "户主姓名", "家庭住址"):
                assert not isinstance(row.get(label), str) or row[label] not in texts or len(row[label]) < 3
    assert not re.search(r"[0-9]{11}", texts.replace("530102001001", "").replace("520101", ""))


async def test_more_strangers_than_may_be_told_are_only_counted(bring: Import) -> None:
    await bring(form(household(number, "530102001001") for number in range(1, 21)), unit="530102")
    filled = form(households(20, first=101))
    for mine, theirs in zip(filled[PEOPLE], form(households(20))[PEOPLE], strict=True):
        mine["证件号码"] = theirs["证件号码"]
    outcome = await bring(filled)
    codes = [code for _, code in fault_codes(outcome)]
    assert codes.count("PERSON_ALREADY_REGISTERED") == 50
    assert codes.count("INTAKE_TOO_MANY_REGISTERED_ELSEWHERE") == 1


def test_every_refusal_says_the_same_in_both_languages() -> None:
    declared = [value for value in vars(errors).values() if isinstance(value, Code)]
    assert len(declared) > 50
    for refusal in declared:
        facts = [
            {name.removesuffix("_en") for name in re.findall(r"{(\w+)", text)} for text in (refusal.zh, refusal.en)
        ]
        assert facts[0] == facts[1], refusal.name
        assert re.search("[一-鿿]", refusal.zh)
        assert refusal.next_zh
        assert refusal.question

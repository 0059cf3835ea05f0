"""38. 保护个人信息: a notice has a fixed template, and no number slips into free text."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.privacy.health_words import HEALTH_WORDS
from api.rules.privacy.identity_number import is_valid_identity_number
from api.rules.privacy.notice import Entry, Notice, group_may_be_shown, notice_clean, notice_lines
from api.rules.privacy.personal_data import find_personal_data
from api.rules.words.judging import NoticeKind, NoticeOutcome, PersonalData
from api.rules.words.vocabulary import Category, Group
from tests.support.guide.disguises import disguised, identity_number

NOTICE = Notice(
    kind=NoticeKind.PUBLICITY,
    village="观音寺村",
    entries=(Entry("张某", 3, Category.MARGINAL, NoticeOutcome.TO_BE_IDENTIFIED),),
    opens_on=date(2024, 3, 1),
    closes_on=date(2024, 3, 6),
    contact="观音寺村村民委员会",
)
ID, PHONE, BANK = PersonalData.IDENTITY_NUMBER, PersonalData.PHONE, PersonalData.BANK_ACCOUNT
MESSENGER = PersonalData.MESSENGER


def kinds(text):
    return [place.kind for place in find_personal_data(text)]


@pytest.mark.parametrize("group", Group)
def test_only_public_and_structure_may_be_shown(group):
    assert group_may_be_shown(group).holds is (group in (Group.PUBLIC, Group.STRUCTURE))


def test_a_notices_text_is_what_the_template_says():
    lines = notice_lines(NOTICE)
    assert lines[1] == "1. 张某户　3人　边缘易致贫户　拟识别为监测对象"
    assert lines[2] == "公示日期：2024年3月1日至2024年3月6日"
    assert all(row.holds for row in notice_clean(NOTICE))


def test_a_name_that_carries_a_number_or_a_story_is_refused():
    number = replace(NOTICE, entries=(replace(NOTICE.entries[0], head="张某13800138000"),))
    assert [row.code for row in notice_clean(number) if not row.holds] == ["NOTICE_TEXT_SENSITIVE"]
    story = replace(NOTICE, village="观音寺村\n见附页")
    assert [row.code for row in notice_clean(story) if not row.holds] == ["NOTICE_TEXT_TOO_LONG"]


@pytest.mark.parametrize("word", HEALTH_WORDS)
def test_a_head_s_name_that_tells_of_health_is_refused(word):
    for head in (f"张某（{word}）", f"张某{word}", f"{word}张某", f"张某·{' '.join(word)}", f"张某 {word}户"):
        notice = replace(NOTICE, entries=(replace(NOTICE.entries[0], head=head),))
        assert "NOTICE_TEXT_TELLS_HEALTH" in [row.code for row in notice_clean(notice) if not row.holds], head
    village = replace(NOTICE, village=f"观音寺村{word}")
    assert "NOTICE_TEXT_TELLS_HEALTH" in [row.code for row in notice_clean(village) if not row.holds]


@pytest.mark.parametrize("head", ["张某(重)", "张某[已核]", "张某：见附页", "张某，在家", "张某|李某", "张某+1"])
def test_a_remark_behind_a_head_s_name_is_refused(head):
    notice = replace(NOTICE, entries=(replace(NOTICE.entries[0], head=head),))
    assert [row.code for row in notice_clean(notice) if not row.holds] == ["NOTICE_TEXT_TELLS_HEALTH"]


@pytest.mark.parametrize(
    "head", ["张某", "欧阳某某", "阿依古丽·买买提", "霍去病", "张 某", "Nguyen Thi Hoa", "王五四", "㐱某"]
)
def test_a_name_is_a_name(head):
    assert all(row.holds for row in notice_clean(replace(NOTICE, entries=(replace(NOTICE.entries[0], head=head),))))


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("身份证11010519491231002X，住房漏雨", [ID]),
        ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 x", [ID]),
        ("１１０１０５１９４９１２３１００２Ｘ", [ID]),
        ("一一零一零五一九四九一二三一零零二X", [ID]),
        ("110105 19491231 002×", [ID]),
        ("老证110105491231002号", [ID]),
        ("残疾证号11010519491231002X44", [ID]),
        ("身份证号110105194912310021", [ID]),  # a wrong check character, but named as one
        ("护照E12345678", [ID]),
        ("电话13800138000", [PHONE]),
        ("138-0013-8000", [PHONE]),
        ("一三八零零一三八零零零", [PHONE]),
        ("张三一三八零零一三八零零零", [PHONE]),  # a name that ends in a numeral
        ("户主王小二一三八零零一三八零零零", [PHONE]),
        ("李四五一三八零零一三八零零零", [PHONE]),
        ("张三 一三八零零一三八零零零", [PHONE]),
        ("+86 138 0013 8000", [PHONE]),
        ("013800138000", [PHONE]),
        ("023-67891234", [PHONE]),
        ("（0813）2345678", [PHONE]),
        ("座机67891234", [PHONE]),
        ("13800138000一起来", [PHONE]),
        ("1、3、8、0、0、1、3、8、0、0、0", [PHONE]),
        ("4111 1111 1111 1111", [BANK]),
        ("卡号622202123456789012", [BANK]),
        ("信用社账户 1234 5678 9012", [BANK]),
        ("13800138000、13900139000", [PHONE, PHONE]),
        ("110105194912310021", [ID]),  # a wrong check character and nothing that names it
        ("1a1b0c1d0e5f1949g12h31i002X", [ID]),
        ("持E12345678出境", [ID]),
        ("社保卡号：A12345678", [ID]),
        ("幺三八洞洞幺三八洞洞洞", [PHONE]),
        ("138杠0013杠8000", [PHONE]),
        ("6222021234567890123", [BANK]),
        ("4111 1111 1111 1112", [BANK]),
        ("QQ 123456789", [MESSENGER]),
        ("微信号：zhang_san88", [MESSENGER]),
    ],
)
def test_found(text, finds):
    assert kinds(text) == finds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "年收入12000元，支出3000元，人均7300元",
        "2023-03-22至2023-04-01公示",
        "12317 2023-03-22 2023-04-01",
        "渝乡振发〔2023〕19号，文号20230322",
        "收入1500、3200、800元",
        "户编号500110001001",
        "受理编号110105194912310021",  # named as the serial number of something
        "110199194913310021",  # no such day
        "电话回访日期20240322",
        "一、二、三、四、五、六、七、八、九",
        "第一季度三次入户，两人在校",
        "1234567890123456",  # no issuer begins with 1
        "4111111111111112",  # Luhn says no, and it is no UnionPay card
        "4000 4500 5000 5500",  # amounts, not groups of a card
    ],
)
def test_left_alone(text):
    assert kinds(text) == []


def test_a_find_tells_the_place_and_never_the_value():
    (place,) = find_personal_data("电话：13800138000。")
    assert (place.kind, place.start, place.end) == (PHONE, 3, 14)
    assert "138" not in repr(place)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(),
    st.integers(),
    st.sampled_from(["", "身份证", "户主：", "共3人，", "ID"]),
    st.sampled_from(["", "。", "号", " 元"]),
)
def test_no_disguise_hides_a_valid_number(seed, disguise, before, after):
    number = identity_number(seed)
    assert is_valid_identity_number(number)
    text = before + disguised(number, disguise) + after
    assert any(place.kind is ID for place in find_personal_data(text)), text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_scanned_and_places_are_in_order_and_inside(text):
    end = 0
    for place in find_personal_data(text):
        assert end <= place.start < place.end <= len(text)
        end = place.end


@settings(max_examples=50, deadline=None)
@given(st.integers(), st.integers(0, 16), st.integers(1, 9))
def test_a_changed_digit_makes_a_number_invalid(seed, position, step):
    number = identity_number(seed)
    changed = str((int(number[position]) + step) % 10)
    assert not is_valid_identity_number(number[:position] + changed + number[position + 1 :])

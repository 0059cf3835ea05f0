"""公示公告 The fixed template of a notice: what it shows, and nothing else. Q33, Q38

No risk types, no remarks, no free text: a risk can reveal health, and free text can hold anything (ours).
"""

from dataclasses import dataclass
from datetime import date

from api.errors import Term
from api.rules.privacy.health_words import tells_health
from api.rules.privacy.personal_data import find_personal_data
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force, NoticeKind, NoticeOutcome
from api.rules.words.vocabulary import Category, Group

FIELD_NOT_ALLOWED = sentence(
    "NOTICE_FIELD_NOT_ALLOWED",
    38,
    Force.MUST,
    zh="公示公告不得含有{field}",
    en="a notice does not show {field}",
)
SENSITIVE_TEXT = sentence(
    "NOTICE_TEXT_SENSITIVE",
    38,
    Force.MUST,
    zh="公示公告的{field}中含有敏感信息",
    en="sensitive data in {field} of the notice",
)
TELLS_HEALTH = sentence(
    "NOTICE_TEXT_TELLS_HEALTH",
    38,
    Force.MUST,
    zh="公示公告的{field}中含有疾病、残疾等信息或姓名以外的内容",
    en="{field} of the notice tells of illness or disability, or more than a name",
)
NAME_TOO_LONG = sentence(
    "NOTICE_TEXT_TOO_LONG",
    38,
    Force.MUST,
    zh="公示公告的{field}不是名称：过长或含换行",
    en="{field} of the notice is no name: too long or of several lines",
    ours=True,
)

LONGEST_NAME = 60
_NO_NAME = frozenset("()（）[]【】〔〕{}《》：:；;，,。|＋+=＝*#@")
"""What no head's name holds: brackets and marks behind which a remark begins."""
SENSITIVE_GROUPS = frozenset(
    {Group.IDENTITY, Group.CONTACT, Group.BANK, Group.HEALTH, Group.INCOME, Group.SCHOOLING, Group.BASIC}
)
_VILLAGE, _HEAD = Term("village", "村名", "village"), Term("head", "户主姓名", "head")
_SUBJECTS = {
    NoticeOutcome.TO_BE_IDENTIFIED: "防止返贫监测对象",
    NoticeOutcome.IDENTIFIED: "防止返贫监测对象",
    NoticeOutcome.TO_BE_ELIMINATED: "防止返贫监测对象风险消除",
    NoticeOutcome.ELIMINATED: "防止返贫监测对象风险消除",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One household on a notice: head's name, number of people, category, outcome."""

    head: str
    people: int
    category: Category
    outcome: NoticeOutcome


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: village, entries, publicity dates, and an office's contact for objections."""

    kind: NoticeKind
    village: str
    entries: tuple[Entry, ...]
    opens_on: date
    closes_on: date | None
    contact: str


@rule(
    38,
    Force.MUST,
    zh="公示公告只按固定模板列示，不得公开证件、联系方式、银行、健康等字段组",
    ours=(
        "固定模板：村、户主、人数、类别、结论、日期、异议联系处；只有“可公示”与“结构”组可上公示",
        "a closed list of contents; only two field groups may appear",
    ),
)
def group_may_be_shown(group: Group) -> Verdict:
    """A notice shows the field groups made for it, never identity, phone, bank or health. Q38"""
    return FIELD_NOT_ALLOWED.judge(group not in SENSITIVE_GROUPS, field=group)


@rule(
    38,
    Force.MUST,
    zh="公示公告中的名称不得夹带敏感信息",
    ours=("异议联系处为单位公开电话，不扫描", "the contact is an office's public one and is not scanned"),
)
def notice_clean(notice: Notice) -> tuple[Verdict, ...]:
    """No name on a notice carries a number of a person, an illness or a remark, or runs on into free text. Q38"""
    named = [(_VILLAGE, notice.village), *((_HEAD, entry.head) for entry in notice.entries)]
    return tuple(
        verdict
        for field, text in named
        for verdict in (
            SENSITIVE_TEXT.judge(not find_personal_data(text), field=field),
            TELLS_HEALTH.judge(not tells_health(text) and (field is _VILLAGE or not _NO_NAME & set(text)), field=field),
            NAME_TOO_LONG.judge(len(text) <= LONGEST_NAME and "\n" not in text, field=field),
        )
    )


def notice_lines(notice: Notice) -> tuple[str, ...]:
    """The notice's Chinese text, a line each: heading, one line per household, dates, contact, issuer and day."""
    until = f"至{_chinese(notice.closes_on)}" if notice.closes_on else ""
    subjects = dict.fromkeys(_SUBJECTS[entry.outcome] for entry in notice.entries)
    return (
        f"{notice.village}{'、'.join(subjects)}{notice.kind.zh}",
        *(
            f"{number}. {entry.head}户　{entry.people}人　{entry.category.zh}　{entry.outcome.zh}"
            for number, entry in enumerate(notice.entries, start=1)
        ),
        f"{notice.kind.zh}日期：{_chinese(notice.opens_on)}{until}",
        f"如有异议，请联系：{notice.contact}",
        f"发布单位：{notice.village}",
        _chinese(notice.opens_on),
    )


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""敏感信息扫描 Finds identity numbers, telephones and bank accounts in free text, in disguise too. Q38

Digits are read as `digit_runs` reads them. Identity numbers are known by their check character wherever they stand,
telephones by their shape, cards by issuer and Luhn's check, anything else by the words in front of it (ours). A find
says what and where, never the value. Numbers written out with 十, 百, 千, 万 are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.rules.privacy.digit_runs import CHECK, Run, runs
from api.rules.privacy.identity_number import MODERN, OLD, is_calendar_day, is_valid_identity_number
from api.rules.registry import rule
from api.rules.words.judging import Force, PersonalData

MOBILE = 11
CARD_ISSUERS, CARD_LENGTHS = frozenset("34569"), range(13, 20)
PHONE_LENGTHS = range(10, 16)
AREA_CODE = re.compile("010|02[0-9]|0[3-9][0-9]{2}")
DIALLED_FIRST = ("0086", "086", "86", "0")
DATE_LENGTH, DATE_JOINERS = 8, ("-", "/", ".")
NAMED = (
    (PersonalData.IDENTITY_NUMBER, range(OLD, 23), ("身份证", "残疾证", "公民身份", "idcard", "id card", "id no")),
    (PersonalData.IDENTITY_NUMBER, range(6, 23), ("护照", "通行证", "军官证", "士兵证", "证件号", "证号", "passport")),
    (
        PersonalData.BANK_ACCOUNT,
        range(12, 31),
        (
            "卡号",
            "银行",
            "账号",
            "帐号",
            "账户",
            "帐户",
            "存折",
            "开户",
            "信用社",
            "一卡通",
            "社保卡",
            "bank",
            "account",
        ),
    ),
    (PersonalData.PHONE, range(7, 15), ("电话", "手机", "座机", "联系方式", "phone", "mobile", "tel")),
)


Stretch = tuple[PersonalData, int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Kind and place of personal data: `start` inclusive, `end` exclusive, in characters of the text."""

    kind: PersonalData
    start: int
    end: int


def passes_luhn(number: str) -> bool:
    """Whether a card number's check digit is right.

    >>> passes_luhn("4111111111111111")
    True
    """
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_mobile(digits: str) -> bool:
    return len(digits) == MOBILE and digits[0] == "1" and digits[1] in "3456789"


def _is_landline(digits: str) -> bool:
    """An area code of its length and a local number of seven or eight digits."""
    if not AREA_CODE.match(digits):
        return False
    local = digits[3 if digits[1] in "12" else 4 :]
    return len(local) in (7, 8) and local[0] in "23456789"


def _is_phone(digits: str) -> bool:
    """A mobile number or a landline, bare or behind a country code or a trunk zero."""
    if _is_mobile(digits) or _is_landline(digits):
        return True
    dialled = next((digits[len(code) :] for code in DIALLED_FIRST if digits.startswith(code)), "")
    return _is_mobile(dialled) or (digits[0] != "0" and _is_landline(f"0{dialled}"))


def _identity(run: Run) -> Iterator[Stretch]:
    """Valid numbers of eighteen anywhere in the run, of fifteen where they stand by themselves."""
    text, edges = run.text, run.edges
    for start in range(len(text) - MODERN + 1):
        if is_valid_identity_number(text[start : start + MODERN]):
            yield PersonalData.IDENTITY_NUMBER, start, start + MODERN
    for start in edges:
        if {start, start + OLD} <= edges and is_valid_identity_number(text[start : start + OLD]):
            yield PersonalData.IDENTITY_NUMBER, start, start + OLD


def _alone(run: Run, lengths: range) -> Iterator[tuple[int, int]]:
    """Stretches of digits of these lengths that begin and end at an edge and read as one."""
    text, edges = run.text, run.edges
    for start in sorted(edges):
        for end in (start + length for length in lengths):
            if end in edges and CHECK not in text[start:end] and run.reads_as_one(start, end):
                yield start, end


def _cards(run: Run) -> Iterator[Stretch]:
    for start, end in _alone(run, CARD_LENGTHS):
        if run.text[start] in CARD_ISSUERS and passes_luhn(run.text[start:end]):
            yield PersonalData.BANK_ACCOUNT, start, end


def _phones(run: Run) -> Iterator[Stretch]:
    for start, end in _alone(run, PHONE_LENGTHS):
        in_a_date = run.text[start] == "0" and run.tokens[start].gap in DATE_JOINERS
        if not in_a_date and _is_phone(run.text[start:end]):
            yield PersonalData.PHONE, start, end


def _named(run: Run) -> Iterator[Stretch]:
    """The kind that the words in front of the run name, whatever its check digit says; a plain date is let pass."""
    before = run.before.lower()
    for kind, lengths, words in NAMED:
        if any(word in before for word in words):
            for start, end in _alone(run, lengths):
                if end - start != DATE_LENGTH or not is_calendar_day(run.text[start:end]):
                    yield kind, start, end


@rule(
    38,
    Force.MUST,
    zh="公示公告和自由文本中不得出现身份证件号码、手机号、银行账号，录入时即予拒绝",
    ours=("备注只留在系统内，录入时扫描并指出位置", "remarks stay inside and are scanned on entry, each place told"),
)
def find_personal_data(text: str) -> tuple[Place, ...]:
    """Every identity number, telephone and bank account in free text, in disguise too, with its place. Q38

    In the order of their places; of overlapping finds the longest.
    """
    finds = [
        Place(kind, run.tokens[start].position, run.tokens[end - 1].position + 1)
        for run in runs(text)
        for finder in (_identity, _cards, _phones, _named)
        for kind, start, end in finder(run)
    ]
    chosen, taken = [], bytearray(len(text))
    for place in sorted(finds, key=lambda place: place.start - place.end):
        if not any(taken[place.start : place.end]):
            chosen.append(place)
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
    return tuple(sorted(chosen, key=lambda place: place.start))

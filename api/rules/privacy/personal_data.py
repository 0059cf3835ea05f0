"""敏感信息扫描 Finds identity numbers, telephones and bank accounts in free text, in disguise too. Q38

Digits are read as `digit_runs` reads them. Identity numbers are known by their check character wherever they stand, and
by province and birth date where they stand alone; telephones by their shape; cards by issuer and Luhn's check, or by
their length and grouping; passports by their letter; anything else by the words in front of it (ours). A find says
what and where, never the value. Not read: numbers written out with 十, 百, 千, 万, and what is named a serial number.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from api.rules.privacy.digit_runs import CHECK, Run, runs
from api.rules.privacy.identity_number import (
    MODERN,
    OLD,
    PROVINCES,
    is_calendar_day,
    is_valid_identity_number,
)
from api.rules.privacy.named_accounts import handles, names_messenger, names_passport, names_serial
from api.rules.registry import rule
from api.rules.words.judging import Force, PersonalData

MOBILE = 11
CARD_ISSUERS, CARD_LENGTHS = frozenset("34569"), range(13, 20)
UNION_PAY, UNION_PAY_LENGTHS, GROUP = "62", range(16, 20), 4
MESSENGER_LENGTHS = range(5, 12)
PHONE_LENGTHS = range(10, 16)
AREA_CODE = re.compile("010|02[0-9]|0[3-9][0-9]{2}")
DIALLED_FIRST = ("0086", "086", "86", "0")
DATE_LENGTH, DATE_JOINERS = 8, ("-", "/", ".")
NAMED = (
    (PersonalData.IDENTITY_NUMBER, range(OLD, 23), ("身份证", "残疾证", "公民身份", "idcard", "id card", "id no")),
    (
        PersonalData.IDENTITY_NUMBER,
        range(8, 31),
        ("社保卡号", "社保号", "社会保障号", "社会保障卡", "医保卡号", "医保号", "医保编号", "医疗保险号"),
    ),
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


def _identity_shapes(run: Run) -> Iterator[Stretch]:
    """Numbers of eighteen with a province and a birth date that stand alone, whatever their check character says."""
    for start, end in _alone(run, range(MODERN, MODERN + 1), check=True):
        number = run.text[start:end]
        if number[:2] in PROVINCES and number[:-1].isdigit() and is_calendar_day(number[6:14]):
            yield PersonalData.IDENTITY_NUMBER, start, end


def _passports(run: Run) -> Iterator[Stretch]:
    """The digits behind a passport's one or two letters, or behind a pass's."""
    for length in names_passport(run.before):
        if length in run.edges and run.reads_as_one(0, length) and CHECK not in run.text[:length]:
            yield PersonalData.IDENTITY_NUMBER, 0, length


def _messengers(run: Run) -> Iterator[Stretch]:
    """The number straight after the name of a messenger."""
    if names_messenger(run.before):
        yield from ((PersonalData.MESSENGER, start, end) for start, end in _alone(run, MESSENGER_LENGTHS) if not start)


def _alone(run: Run, lengths: range, *, check: bool = False) -> Iterator[tuple[int, int]]:
    """Stretches of digits of these lengths that begin and end at an edge and read as one; `check`: X may end them."""
    text, edges = run.text, run.edges
    for start in sorted(edges):
        for end in (start + length for length in lengths):
            digits = text[start : end - 1] if check else text[start:end]
            if end in edges and CHECK not in digits and run.reads_as_one(start, end):
                yield start, end


def _cards(run: Run) -> Iterator[Stretch]:
    for start, end in _alone(run, CARD_LENGTHS):
        number = run.text[start:end]
        if (number[0] in CARD_ISSUERS and passes_luhn(number)) or _has_the_form_of_a_card(run, start, end):
            yield PersonalData.BANK_ACCOUNT, start, end


def _has_the_form_of_a_card(run: Run, start: int, end: int) -> bool:
    """A UnionPay card by its first digits and length, another by groups of four; round amounts are no groups."""
    number = run.text[start:end]
    gaps = [index for index in range(1, end - start) if run.tokens[start + index].gap]
    groups = gaps == list(range(GROUP, end - start, GROUP))
    if groups and all(int(number[index : index + GROUP]) % 50 == 0 for index in range(0, len(number), GROUP)):
        return False
    if number.startswith(UNION_PAY) and len(number) in UNION_PAY_LENGTHS:
        lettered = any(map(str.isalpha, "".join(token.gap for token in run.tokens[start + 1 : end])))
        return groups or lettered or not gaps or len(gaps) == len(number) - 1
    return groups and number[0] in CARD_ISSUERS and len(number) in UNION_PAY_LENGTHS


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


def _plain(text: str) -> Iterator[Place]:
    """Finds in digits with nothing but marks between them."""
    for run in runs(text):
        for finder in (_identity, _phones, _named, _messengers):
            yield from _places(run, finder(run))
        for finder in (_identity_shapes, _cards, _passports):
            yield from _places(run, _unnamed(run, finder))


def _lettered(text: str) -> Iterator[Place]:
    """Finds in digits with letters put between them."""
    for run in runs(text, over_letters=True):
        if not any(map(str.isalpha, "".join(token.gap for token in run.tokens))):
            continue
        stretches = (*_identity(run), *_phones(run), *_unnamed(run, _identity_shapes), *_unnamed(run, _cards))
        yield from _places(run, (stretch for stretch in stretches if run.is_lettered(*stretch[1:])))


def _unnamed(run: Run, finder: Callable[[Run], Iterator[Stretch]]) -> Iterator[Stretch]:
    """The finds of a finder, without those that the words in front call the serial number of something."""
    return (stretch for stretch in finder(run) if not names_serial(run.preceding(stretch[1])))


def _places(run: Run, stretches: Iterable[Stretch]) -> Iterator[Place]:
    for kind, start, end in stretches:
        yield Place(kind, run.tokens[start].position, run.tokens[end - 1].position + 1)


@rule(
    38,
    Force.MUST,
    zh="公示公告和自由文本中不得出现身份证件号码、手机号、银行账号、即时通信账号，录入时即予拒绝",
    ours=("备注只留在系统内，录入时扫描并指出位置", "remarks stay inside and are scanned on entry, each place told"),
)
def find_personal_data(text: str) -> tuple[Place, ...]:
    """Every identity number, telephone and bank account in free text, in disguise too, with its place. Q38

    In the order of their places; of overlapping finds the longest.
    """
    finds = [*_plain(text), *_lettered(text), *(Place(PersonalData.MESSENGER, *span) for span in handles(text))]
    chosen, taken = [], bytearray(len(text))
    for place in sorted(finds, key=lambda place: place.start - place.end):
        if not any(taken[place.start : place.end]):
            chosen.append(place)
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
    return tuple(sorted(chosen, key=lambda place: place.start))

"""Numbers of nobody, a generator for each class the scanner knows, and the ways people write them to slip through."""

from collections.abc import Callable
from random import Random

from api.rules.privacy.personal_data import passes_luhn
from api.rules.words.judging import PersonalData
from tests.support.guide.disguises import CHINESE, CIRCLED, FORMAL, FULL_WIDTH, SEPARATORS, identity_number

RADIO = dict(zip("0123456789", "洞幺两三四五六拐八勾", strict=True))
LETTERS = "abcdefghijkmnopqrstuvwyzABCDEFGHJKLMNPQRSTUVWYZａｂ"
FILLERS = "啊的个了呀"


def digits(random: Random, count: int) -> str:
    return "".join(str(random.randrange(10)) for _ in range(count))


def mobile(random: Random) -> str:
    return f"1{random.choice('3456789')}{digits(random, 9)}"


def wrong_identity(random: Random) -> str:
    """An identity number whose check character is another one."""
    number = identity_number(random.randrange(10**9))
    return number[:-1] + random.choice([letter for letter in "0123456789X" if letter != number[-1]])


def wrong_card(random: Random) -> str:
    """A UnionPay card whose last digit is another one."""
    body = f"62{digits(random, random.choice([14, 15, 16]))}"
    return body + next(digit for digit in "01" if not passes_luhn(body + digit))


def luhn_card(random: Random) -> str:
    body = f"{random.choice('456')}{digits(random, 14)}"
    return body + next(digit for digit in "0123456789" if passes_luhn(body + digit))


NUMBERS: dict[str, tuple[PersonalData, Callable[[Random], str]]] = {
    "valid identity number": (
        PersonalData.IDENTITY_NUMBER,
        lambda random: identity_number(random.randrange(10**9)),
    ),
    "identity number with another check character": (PersonalData.IDENTITY_NUMBER, wrong_identity),
    "mobile": (PersonalData.PHONE, mobile),
    "card": (PersonalData.BANK_ACCOUNT, luhn_card),
    "card that fails Luhn": (PersonalData.BANK_ACCOUNT, wrong_card),
}
"""Classes that are known by themselves, whatever stands before them."""


def spelt(number: str, random: Random) -> str:
    """In one other script, radio digits among them, or several mixed, kept apart by one separator."""
    spellings = ({}, CHINESE, FORMAL, FULL_WIDTH, CIRCLED, RADIO)
    mixed = random.random() < 0.3
    spelling, separator = random.choice(spellings), random.choice(SEPARATORS)
    written = []
    for character in number:
        if mixed:
            spelling = random.choice(spellings)
        written.append(spelling.get(character, character))
    return separator.join(written)


def lettered(number: str, random: Random) -> str:
    """With a letter between digits: at some places any Latin one, or at all of them the same Chinese one."""
    body, last = number[:-1], number[-1]
    if random.random() < 0.3:
        return random.choice(FILLERS).join(number) if last != "X" else random.choice(FILLERS).join(body) + "X"
    places = set(random.sample(range(1, len(body)), random.randint(1, len(body) - 1)))
    return "".join(
        (random.choice(LETTERS) if index in places else "") + character for index, character in enumerate(body)
    ) + last  # fmt: skip


def spoken(number: str, random: Random) -> str:
    """In groups, with the words people say between them."""
    cuts = sorted(random.sample(range(1, len(number)), 2))
    parts = (number[: cuts[0]], number[cuts[0] : cuts[1]], number[cuts[1] :])
    return random.choice(["杠", "横杠", "空格"]).join(parts)


DISGUISES: dict[str, Callable[[str, Random], str]] = {
    "plain": lambda number, _: number,
    "in fours": lambda number, _: " ".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "another script": spelt,
    "letters between": lettered,
    "spoken joiners": spoken,
}


def passport(random: Random) -> str:
    return random.choice(
        [f"{random.choice('EGDSP')}{digits(random, 8)}", f"E{random.choice('ABCDFG')}{digits(random, 7)}"]
    )


def pass_number(random: Random) -> str:
    return f"{random.choice('HM')}{digits(random, random.choice([8, 10]))}"


NAMED: dict[str, tuple[PersonalData, Callable[[Random], str]]] = {
    "passport": (PersonalData.IDENTITY_NUMBER, passport),
    "pass": (PersonalData.IDENTITY_NUMBER, pass_number),
    "QQ": (
        PersonalData.MESSENGER,
        lambda random: random.choice(["QQ", "QQ号：", "qq号码是 ", "ＱＱ ", "扣扣", "企鹅号", "Q Q:"])
        + f"{random.randint(1, 9)}{digits(random, random.randint(5, 9))}",
    ),
    "WeChat": (
        PersonalData.MESSENGER,
        lambda random: random.choice(["微信", "微信号：", "加微信 ", "VX:", "wx ", "v信", "WeChat ID: ", "加V："])
        + random.choice(["wang_", "li-", "zx"]) + digits(random, random.randint(5, 8)),
    ),
    "social security card": (
        PersonalData.IDENTITY_NUMBER,
        lambda random: random.choice(["社保卡号", "社保卡号：", "社会保障卡号 ", "医保号", "医保编号为", "社保号A"])
        + f"9{digits(random, random.randint(8, 11))}",
    ),
}  # fmt: skip
"""Classes that are known by a word or a letter before them; the text holds it."""
BEFORE = ("", "户主：", "该户已登记，", "共3人，", "联系人张某，", "备注：", "请核实 ")
AFTER = ("", "。", "，请核对", "（已核）", " ；另行通知", "\n")

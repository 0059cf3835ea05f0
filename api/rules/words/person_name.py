"""姓名 The one spelling of a person's name, and what no name holds. Q12 (the naming standard of civil registration)

A name is compared character by character, so 张 三 and 张三, or three kinds of dot, would be different people.
"""

import unicodedata

DOT = "\u00b7"
"""间隔号 between the parts of a name of a minority, as civil registration writes it."""
_DOTS = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff65\u2024\uff0e\u25cf\u0387\u16eb", DOT))
_PLACEHOLDERS = frozenset("?？*＊□■○◯_＿#＃@＠�﹖﹡" + "\ufffd")
# 24 ideographs whose code GB 18030-2005 kept in the private area; the edition of 2022 gives them one of Unicode
_OF_2005 = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip


def is_han(character: str) -> bool:
    r"""Whether a character is an ideograph of GB 18030-2022, whatever tables this Python has.

    >>> is_han("\U0003158e"), is_han("a")
    (True, False)
    """
    number = ord(character)
    return (
        0x3400 <= number <= 0x9FFF
        or 0x20000 <= number <= 0x3FFFD
        or 0xF900 <= number <= 0xFAFF
        or number in (0x3007, 0x2F800)
    )


def spelled(text: str) -> str:
    """The one spelling: composed (NFC), full-width letters narrow, one kind of dot, no gap between ideographs.

    >>> spelled("张　三"), spelled("买买提 • 吐尔逊"), spelled("Anna  Li")
    ('张三', '买买提·吐尔逊', 'Anna Li')
    """
    text = unicodedata.normalize("NFC", text.translate(_OF_2005).translate(_DOTS))
    text = "".join(
        unicodedata.normalize("NFKC", character) if "\uff21" <= character <= "\uff5a" else character
        for character in text
    )
    parts = [" ".join(part.split()) for part in text.split(DOT)]
    joined = DOT.join(parts)
    if all(is_han(character) or character in (DOT, " ") for character in joined):
        joined = joined.replace(" ", "")
    return joined


def is_damaged(name: str) -> bool:
    """Whether a name holds a character that stands for another: a question mark, an empty box, a dot at an end.

    >>> is_damaged("李?"), is_damaged("李·"), is_damaged("李四")
    (True, True, False)
    """
    private = any(0xE000 <= ord(character) <= 0xF8FF or ord(character) >= 0xF0000 for character in name)
    return private or not _PLACEHOLDERS.isdisjoint(name) or name.startswith(DOT) or name.endswith(DOT)


def is_visible(text: str) -> bool:
    r"""Whether every character can be seen and stored; ideographs that Python's tables do not know yet can.

    >>> is_visible("\U0003158e"), is_visible("甲\u200b乙"), is_visible("甲\u202e")
    (True, False, False)
    """
    return all(character.isprintable() or is_han(character) or 0xE000 <= ord(character) <= 0xF8FF for character in text)

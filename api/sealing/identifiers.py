"""标识符类别 The classes of personal identifiers: how each is normalised, indexed and masked. Q38

    class         column          normalised                                index text              masked
    ID_NUMBER     id_number       11010519491231002X                        17 digits, or the rest  1****************X
    PHONE         phone           13800138000                               the same                *********00
    BANK_ACCOUNT  bank_account    6222021234567890123                       the same                ***************0123

Normalising: NFKC (full-width digits become digits), no space, no hyphen, capital letters. An ID number of the old
15-digit form is kept as written but indexed like its 18-digit successor, so one person is one person: the index text
of both is the 17 digits that identify, without the check character that follows from them.
"""

import re
import unicodedata
from enum import Enum

from api.errors import Problem, Term, code

UNREADABLE_IDENTIFIER = code(
    "UNREADABLE_IDENTIFIER",
    400,
    zh="{column}为空、过长或含有不能识别的字符",
    en="{column} is empty, too long or holds characters that no such number has",
    next_zh="核对证件或账户后重新填写",
    next_en="compare with the document or account and type it again",
    question="Q38",
)

LONGEST = 40
"""Characters of the longest identifier; bank accounts reach 34, identity documents fewer."""

_GAPS = re.compile(r"[\s\-‐-―−]+")
_ALLOWED = {
    "id_number": re.compile(r"[0-9A-Z()/]+\Z"),
    "phone": re.compile(r"\+?[0-9]+\Z"),
    "bank_account": re.compile(r"[0-9A-Z]+\Z"),
}
_TERMS = {"id_number": "证件号码", "phone": "联系电话", "bank_account": "银行账号"}
_VISIBLE = {"id_number": (1, 1), "phone": (0, 2), "bank_account": (0, 4)}
"""How many characters a mask shows, at the beginning and at the end."""
_OLD = re.compile(r"[0-9]{15}\Z")
_PRESENT = re.compile(r"[0-9]{17}[0-9X]\Z")


class Identifier(Enum):
    """A class of identifiers; its value is the column name, so that every column of that name is of that class."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    BANK_ACCOUNT = "bank_account"

    @property
    def zh(self) -> str:
        """The Chinese term."""
        return _TERMS[self.value]

    def __init__(self, column: str) -> None:
        self.allowed, self.visible = _ALLOWED[column], _VISIBLE[column]

    def normalised(self, value: str) -> str:
        """The one written form of a value; UNREADABLE_IDENTIFIER, which never repeats it.

        >>> Identifier.ID_NUMBER.normalised("１１０１０５ 19491231-002x")
        '11010519491231002X'
        """
        text = value
        if not (value.isascii() and self.allowed.match(value)):  # most come as they are to be
            text = _GAPS.sub("", unicodedata.normalize("NFKC", value)).upper() if len(value) <= 4 * LONGEST else ""
        if not text or len(text) > LONGEST or not self.allowed.match(text):
            raise Problem(UNREADABLE_IDENTIFIER, column=Term(self.value, self.zh, self.value))
        return text.removeprefix("+86") if self is Identifier.PHONE else text

    def index_text(self, normalised: str) -> str:
        """The text that all spellings of one identifier share.

        >>> Identifier.ID_NUMBER.index_text("110105491231002") == Identifier.ID_NUMBER.index_text("11010519491231002X")
        True
        """
        if self is Identifier.ID_NUMBER:
            if _OLD.match(normalised):
                return f"R{normalised[:6]}19{normalised[6:]}"
            if _PRESENT.match(normalised):
                return f"R{normalised[:17]}"
            return f"O{normalised}"
        return normalised

    def masked(self, normalised: str) -> str:
        """The masked form: ID number first and last character, telephone last two, bank account last four. Q38

        A value too short to hide at least half of itself is hidden whole.
        """
        first, last = self.visible
        length = len(normalised)
        if length < 2 * (first + last):
            return "*" * length
        return normalised[:first] + "*" * (length - first - last) + normalised[length - last :]

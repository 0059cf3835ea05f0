"""前导词 Words in front of a number that make it a passport, a messenger's account or a serial number. Q38"""

import re
import unicodedata
from collections.abc import Iterator

_MESSENGER = (
    r"(?:q\s*q|扣扣|企鹅|微信(?!公众|小程序|群|支付|平台)|薇信|威信|徽信|v\s*信|wei\s*xin|we\s*chat"
    r"|(?<![a-z])[vw]x|加\s*v(?![a-z]))"
)
_FOLLOWS = r"(?:号码?|账号|帐号|id|联系|加|[\s:：,，是为=、/_-]){0,12}"
_NAMES_MESSENGER = re.compile(f"{_MESSENGER}{_FOLLOWS}$")
_HANDLE = re.compile(f"{_MESSENGER}{_FOLLOWS}([a-z][a-z0-9_-]{{5,19}})(?![a-z0-9])")
_PASSPORT = re.compile(r"(?:^|[^a-z0-9])(?:([egdsp])|(e[a-hj-np-z]|[pds]e|kj|ma)|([hmc]))[\s:.\-]*$")
_SERIAL = re.compile(
    r"(?:编号|文号|单号|流水号?|案号|凭证号?|批次号?|受理号|合同号?|订单号?|项目编?码|户编号|档案号|回执号?|表号|许可证号?|信用代码)"
    r"[^。；\n]{0,6}$"
)
_NO_SERIAL = re.compile(r"身份|证件|社保|医保|银行")


def folded(text: str) -> str:
    """The text in lower case and half width, character by character, so that places stay what they are.

    >>> folded("ＱＱ：１")
    'qq:1'
    """
    narrow = ((unicodedata.normalize("NFKC", character), character) for character in text)
    return "".join(character if len(normal) != 1 else normal for normal, character in narrow).lower()


def names_messenger(before: str) -> bool:
    """Whether a messenger's name stands straight before a number.

    >>> names_messenger("加微信号："), names_messenger("微信群通知"), names_messenger("微信公众号")
    (True, False, False)
    """
    return _NAMES_MESSENGER.search(folded(before)) is not None


def handles(text: str) -> Iterator[tuple[int, int]]:
    """The places of names of accounts that stand straight after a messenger's name: 微信 zhang_san88."""
    lower = folded(text)
    if len(lower) == len(text):
        yield from (match.span(1) for match in _HANDLE.finditer(lower))


def names_passport(before: str) -> tuple[int, ...]:
    """The numbers of digits that make a passport or a pass of the letters straight before them.

    >>> names_passport("持E"), names_passport("持EA"), names_passport("证H"), names_passport("第3组E")
    ((8,), (7,), (8, 10), (8,))
    """
    match = _PASSPORT.search(folded(before))
    if match is None:
        return ()
    return (8,) if match[1] else (7,) if match[2] else (8, 10)


def names_serial(before: str) -> bool:
    """Whether the words before a number name the serial number of a paper or a thing, not of a person.

    >>> names_serial("受理编号："), names_serial("身份证编号：")
    (True, False)
    """
    return _SERIAL.search(before) is not None and _NO_SERIAL.search(before) is None

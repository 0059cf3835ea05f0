"""设置的类型 Types of settings: how a text of the environment becomes a value, and how the expectation is told."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Type(Generic[T]):
    """The parser of a setting's text and the expected form; `parse` raises ValueError for any other text.

    `bounds` are the least and the greatest value of a number.
    """

    parse: Callable[[str], T]
    zh: str
    en: str
    bounds: tuple[int, int] | None = None


def matching(fits: Callable[[str], bool], zh: str, en: str) -> Type[str]:
    """A text that fits."""

    def parse(text: str) -> str:
        if not fits(text):
            raise ValueError
        return text

    return Type(parse, zh, en)


def whole(least: int, most: int) -> Type[int]:
    """A whole number within bounds, both included."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise ValueError
        return int(text)

    return Type(parse, f" {least} 至 {most} 的整数", f"a whole number from {least} to {most}", (least, most))


def word(*words: str) -> Type[str]:
    """One of a few words."""
    return matching(lambda text: text in words, f" {'、'.join(words)} 之一", f"one of {', '.join(words)}")


def _share(text: str) -> float:
    if not re.fullmatch(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?", text):
        raise ValueError
    return float(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError
    return text == "on"


def is_secure(url: str) -> bool:
    """Whether the address is reached over TLS; plain HTTP only on this machine itself."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
    )


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


FOLDER = Type(lambda text: Path(text).expanduser().absolute(), "目录的路径", "the path of a folder")
FILE = Type(lambda text: Path(text).expanduser().absolute(), "文件的路径", "the path of a file")
MOMENT = Type(_moment, "形如 2023-05-01T08:00:00+08:00 的时刻", "a moment like 2023-05-01T08:00:00+08:00")
SHARE = Type(
    _share, " 0 至 1、至多六位小数的比例，如 0.001", "a share from 0 to 1 with six decimals at most, like 0.001"
)
SWITCH = Type(_switch, " on 或 off", "on or off")
TEXT = matching(lambda text: text == text.strip(), "首尾没有空白的文字", "a text without blanks at its ends")
NETWORKS = Type(_networks, "以逗号分隔的网段，如 10.0.0.0/8, fd00::/8", "networks by comma, like 10.0.0.0/8, fd00::/8")
DATABASE_NAME = matching(
    lambda text: text == text.strip() and len(text.encode(errors="replace")) <= 63,
    "不超过 63 个字节的库名",
    "a database's name of at most 63 bytes",
)
LOGIN = matching(
    lambda text: text.startswith(("postgresql://", "postgres://")),
    "形如 postgresql://user:password@host:5432/database 的登录",
    "a login like postgresql://user:password@host:5432/database",
)
SECURE = matching(
    is_secure, " https:// 地址（本机可为 http://）", "an https:// address (http:// on this machine alone)"
)
WEB = matching(_is_web, " http:// 或 https:// 地址", "an http:// or https:// address")
WEBHOOK = matching(
    lambda text: text == "log:" or _is_web(text),
    " http://、https:// 地址或 log:",
    "an http:// or https:// address, or log:",
)

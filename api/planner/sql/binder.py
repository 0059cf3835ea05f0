"""参数绑定 SQL text and its parameters: the only place where a value becomes `$n`, and a name becomes an alias."""

import re
from typing import Any

from api.planner.values import Getter

_PARAMETER = re.compile(r"\$(\d+)::")


class Binder:
    """Numbers parameters and aliases of one statement; the same key asked twice is bound once."""

    def __init__(self) -> None:
        self.getters: list[Getter] = []
        self._bound: dict[Any, str] = {}
        self._aliases = 0

    def bind(self, get: Getter, cast: str, key: Any = None) -> str:
        """`$n::cast`, read at each execution by `get`."""
        if key is not None and (key, cast) in self._bound:
            return self._bound[key, cast]
        self.getters.append(get)
        text = f"${len(self.getters)}::{cast}"
        if key is not None:
            self._bound[key, cast] = text
        return text

    def home(self) -> str:
        """The code of the subject's own unit."""
        return self.bind(lambda _, subject: subject.home, "text", "home")

    def settle(self, text: str) -> tuple[str, tuple[Getter, ...], tuple[Getter, ...]]:
        """The text with its parameters numbered anew, the values it needs, and those it does not.

        PostgreSQL cannot tell the type of a parameter that a statement never mentions.
        """
        used = sorted({int(number) for number in _PARAMETER.findall(text)})
        numbers = {old: new for new, old in enumerate(used, 1)}
        settled = _PARAMETER.sub(lambda match: f"${numbers[int(match[1])]}::", text)
        unused = tuple(get for index, get in enumerate(self.getters, 1) if index not in numbers)
        return settled, tuple(self.getters[old - 1] for old in used), unused

    def alias(self, prefix: str) -> str:
        """A fresh alias."""
        self._aliases += 1
        return f"{prefix}{self._aliases}"


def quoted(text: str) -> str:
    """An SQL string literal. Only for words of ours: whatever a request says is bound.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"

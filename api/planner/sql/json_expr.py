"""文本块 JSON while it is being written: texts that are known already and SQL that yields the rest, in order.

Texts inside texts are laid side by side, not nested: every `concat()` copies what it was given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.planner.sql.binder import quoted

MOST_ARGUMENTS = 100
"""Of one call of a PostgreSQL function."""


class Sql(str):
    """SQL among the parts of a piece: it yields JSON text, or a value whose text is JSON."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """JSON in parts: `Sql`, or JSON text itself."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """One SQL expression that yields all of it.

        `concat()` is safe from NULL and a single pass over native output functions, unlike `||`.
        """
        merged = _merged(self.parts)
        arguments = [part if isinstance(part, Sql) else quoted(part) for part in merged]
        return _concat(arguments) if len(arguments) > 1 else "".join(arguments) or quoted("")

    @property
    def chained(self) -> str:
        """As `text`, cheaper where it is short and holds no NULL."""
        (only, *more) = self.parts
        if not more:
            return f"({only})::text" if isinstance(only, Sql) else quoted(only)
        return "||".join(part if isinstance(part, Sql) else quoted(part) for part in self.parts)

    def framed(self) -> tuple[str, "Piece", str]:
        """The text it begins with, what lies between, and the text it ends with."""
        merged = _merged(self.parts)
        before = merged[0] if not isinstance(merged[0], Sql) else ""
        after = merged[-1] if len(merged) > 1 and not isinstance(merged[-1], Sql) else ""
        return before, Piece(tuple(merged[bool(before) : len(merged) - bool(after)])), after


def sql(text: str) -> Piece:
    """A piece that SQL yields whole."""
    return Piece((Sql(text),))


def between_quotes(text: str) -> Piece:
    """A piece that SQL yields but for the quotes around it."""
    return Piece(('"', Sql(text), '"'))


def joined(items: Sequence[tuple[str, Piece]]) -> Piece:
    """An object of response keys and their values."""
    parts: list[str] = []
    for index, (key, piece) in enumerate(items):
        parts += [f'{"," if index else "{"}"{key}":', *piece.parts]
    return Piece((*parts, "}")) if parts else Piece(("{}",))


def array(select: str, unless: str | None = None) -> Piece:
    """An array of the texts a SELECT yields, one each; where `unless` is null it is empty, and nothing is looked for.

    `array()` is the cheapest way there is.
    """
    found = f"array({select})"
    if unless is not None:
        found = f"case when {unless} is not null then {found} end"
    return Piece(("[", Sql(f"array_to_string({found},',')"), "]"))


def _merged(parts: Iterable[str]) -> list[str]:
    merged: list[str] = []
    for part in parts:
        if merged and not isinstance(part, Sql) and not isinstance(merged[-1], Sql):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _concat(arguments: list[str]) -> str:
    if len(arguments) <= MOST_ARGUMENTS:
        return f"concat({','.join(arguments)})"
    heaps = [arguments[at : at + MOST_ARGUMENTS] for at in range(0, len(arguments), MOST_ARGUMENTS)]
    return _concat([f"concat({','.join(heap)})" for heap in heaps])

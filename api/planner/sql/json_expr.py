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
class JsonExpr:
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
    def concat_short(self) -> str:
        """The value as `text` gives it, cheaper where it is short and holds no NULL."""
        (only, *more) = self.parts
        if not more:
            return f"({only})::text" if isinstance(only, Sql) else quoted(only)
        # `||` of two or three short texts saves the function call; one NULL would make all of it NULL
        return "||".join(part if isinstance(part, Sql) else quoted(part) for part in self.parts)

    def split_constant_ends(self) -> tuple[str, "JsonExpr", str]:
        """The text it begins with, what lies between, and the text it ends with."""
        merged = _merged(self.parts)
        before = merged[0] if not isinstance(merged[0], Sql) else ""
        after = merged[-1] if len(merged) > 1 and not isinstance(merged[-1], Sql) else ""
        return before, JsonExpr(tuple(merged[bool(before) : len(merged) - bool(after)])), after


def sql(text: str) -> JsonExpr:
    """A piece that SQL yields whole."""
    return JsonExpr((Sql(text),))


def between_quotes(text: str) -> JsonExpr:
    """A piece that SQL yields but for the quotes around it."""
    return JsonExpr(('"', Sql(text), '"'))


def joined(items: Sequence[tuple[str, JsonExpr]]) -> JsonExpr:
    """An object of response keys and their values."""
    parts: list[str] = []
    for index, (key, piece) in enumerate(items):
        parts += [f'{"," if index else "{"}"{key}":', *piece.parts]
    return JsonExpr((*parts, "}")) if parts else JsonExpr(("{}",))


def array(select: str, unless: str | None = None) -> JsonExpr:
    """An array of the texts a SELECT yields, one each; where `unless` is null it is empty, and nothing is looked for.

    `array()` is the cheapest way there is.
    """
    text = f"array({select})"
    if unless is not None:
        text = f"case when {unless} is not null then {text} end"
    return JsonExpr(("[", Sql(f"array_to_string({text},',')"), "]"))


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
    # PostgreSQL takes at most 100 arguments a call
    heaps = [arguments[at : at + MOST_ARGUMENTS] for at in range(0, len(arguments), MOST_ARGUMENTS)]
    return _concat([f"concat({','.join(heap)})" for heap in heaps])

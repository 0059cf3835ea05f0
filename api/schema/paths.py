"""单位路径 The responsible unit that a row carries by tier column, as a path of codes or as columns to copy. Q1"""

from collections.abc import Iterable
from typing import Any, Protocol

from api.rules.units import NATION
from api.schema.declare import TIER_COLUMNS


class Columns(Protocol):
    """A row, or part of a row: values by column name."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a column."""

    def keys(self) -> Iterable[str]:
        """The names of the columns."""


def path_of(row: Columns) -> tuple[str, ...]:
    """The codes of the row's responsible unit, from the nation down; a tier that is absent there is left out."""
    return (NATION, *(row[tier] for tier in TIER_COLUMNS if row[tier]))


def cooperating_path_of(row: Columns) -> tuple[str, ...]:
    """The codes of the row's cooperating unit, from the nation down; empty where no unit cooperates. Q16"""
    codes = tuple(code for column in COOPERATING_COLUMNS if (code := row[column]))
    return (NATION, *codes) if codes else ()


def tiers_of(row: Columns) -> dict[str, str | None]:
    """The tier columns of a row, to be written to another row."""
    return {tier: row[tier] for tier in TIER_COLUMNS}


COOPERATING_COLUMNS = tuple(f"cooperating_{tier}" for tier in TIER_COLUMNS)

"""触及 How many households a change of policy touches today: its formula as SQL, seen from every post of the roles. Q1

Counts alone leave the database. A policy that touches more than can be counted in time answers with none.
"""

from collections.abc import Iterable
from typing import Any

import asyncpg

from api.access.difference import Change
from api.access.formula import FALSE, Formula, any_of
from api.access.role import Role
from api.planner.binder import Binder
from api.planner.conditions import TIERS, Place
from api.rules.units import NATION
from api.rules.vocabulary import Kind, Tier
from api.schema.catalogue import catalogue

PATIENCE = "3s"
TABLES = {
    Kind.HOUSEHOLD: "Household",
    Kind.CLUE: "Clue",
    Kind.CASE: "MonitoringCase",
    Kind.PROCEEDING: "Proceeding",
    Kind.PLAN: "Plan",
    Kind.MEASURE: "Measure",
}
"""The rows whose state a kind's rows speak of; other kinds hold nothing about a household."""


class _Posts(Binder):
    """Where a subject's facts would be bound: the columns of a post `p` of that tier."""

    def __init__(self, tier: Tier) -> None:
        super().__init__()
        self._tier = tier

    def home(self) -> str:
        """The code of the post's own unit."""
        return f"'{NATION}'" if self._tier is Tier.NATIONAL else f'p."{TIERS[self._tier]}"'

    def bind(self, get: Any, cast: str, key: Any = None) -> str:  # noqa: ARG002 - a post is a row, not a parameter
        """The post's department: the one other fact a formula asks of who asks."""
        assert key == "department", key
        return "p.department"


async def households(connection: Any, change: Change, on: Any) -> int | None:
    """Households on which somebody in a post that day gains or loses something; None when it takes too long."""
    formula = any_of([change.gains, change.loses])
    parts = [part for kind in change.kinds for part in _parts(kind, formula, change.members)]
    if not parts or formula == FALSE:
        return 0
    sql = f"select count(*) from ({' union '.join(parts)}) touched"
    try:
        async with connection.transaction(readonly=True):
            await connection.execute(f"set local statement_timeout = '{PATIENCE}'")
            return int(await connection.fetchval(sql, [role.name for role in change.members], on))
    except asyncpg.QueryCanceledError:
        return None


def _parts(kind: Kind, formula: Formula, members: Iterable[Role]) -> Iterable[str]:
    if kind not in TABLES:
        return
    type_ = catalogue()[TABLES[kind]]
    key = "t.id" if kind is Kind.HOUSEHOLD else "t.household"
    for tier in sorted({role.tier for role in members}, key=list(Tier).index):
        condition = Place(type_, "t", tier, _Posts(tier)).sql(formula)
        yield (
            f"select {key} from {type_.table} t where exists (select from post p where p.tier = '{tier.name}'"
            " and lower(concat_ws(':', p.tier, p.department, p.duty)) = any($1::text[])"
            f" and p.since <= $2 and (p.until is null or $2 <= p.until) and {condition})"
        )

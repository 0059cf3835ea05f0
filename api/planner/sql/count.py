"""计数 Counts the rows a subject may see, no further than the bound: index-only work, the same on any country."""

from collections.abc import Sequence

from api.planner.sql.context import where
from api.schema.paging import COUNT_BOUND


def write_count(table: str, sources: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A SELECT of one row: `n`, at most one more than the bound."""
    selects = [f"select 1 from {table} {alias}{where(conditions)}" for alias, conditions in sources]
    # one more than the bound tells that there are more; each arm may fill it alone, so each is bounded (decision 8)
    union = " union all ".join(f"({select} limit {COUNT_BOUND} + 1)" for select in selects) or "select 1 where false"
    counted = (
        f"select 1 from ({union}) u limit {COUNT_BOUND} + 1"
        if len(selects) != 1
        else f"{selects[0]} limit {COUNT_BOUND} + 1"
    )
    return f"select count(*) as n from ({counted}) c"

"""落户 Places demo households in the province's real villages, few in some and many in others. Q16"""

from collections.abc import Collection

from api.database import Connection
from api.demo.copying import line
from api.demo.random_source import Stream, stream
from api.demo.world import Village
from api.schema.declare import TIER_COLUMNS

RURAL, RESIDENTS = "2", "0"
"""Tenth digit of a village's code: a villagers' committee, a residents' committee."""
WEIGHTS = {RURAL: 1.0, RESIDENTS: 0.3}
OTHER_WEIGHT = 0.1
MOST_STAFFED, STAFFED_SHARE = 40, 100
"""Households of a village with demo officials, and in how small a part of all they may be together."""

_VILLAGES = f"""
SELECT id, code, name, {", ".join(TIER_COLUMNS)} FROM unit
WHERE province = $1 AND tier = 'VILLAGE' AND valid_until IS NULL ORDER BY code"""  # noqa: S608 - declared names only


async def villages(
    connection: Connection, province: str, households: int, seed: int, staffed: Collection[str]
) -> list[Village]:
    """The villages that get households, in order of code, with how many; those with officials get some for sure."""
    rows = await connection.fetch(_VILLAGES, province)
    draw = stream(seed, "villages")
    weights = [_weight(draw, row["code"]) for row in rows]
    sure = min(MOST_STAFFED, households // STAFFED_SHARE)
    fixed = {row["code"]: sure for row in rows if row["code"] in staffed}
    spread = _spread(weights, households - sum(fixed.values()))
    return [
        Village(row["id"], row["name"], row["county"], line(*(row[tier] for tier in TIER_COLUMNS)), number)
        for row, more in zip(rows, spread, strict=True)
        if (number := more + fixed.get(row["code"], 0))
    ]


def _weight(draw: Stream, code: str) -> float:
    return WEIGHTS.get(code[9], OTHER_WEIGHT) * draw.lognormvariate(0, 0.8)


def _spread(weights: list[float], households: int) -> list[int]:
    """Whole numbers that add up to the households and follow the weights."""
    total, so_far, allotted, spread = sum(weights), 0.0, 0, []
    for place, weight in enumerate(weights, 1):
        so_far += weight
        until = households if place == len(weights) else int(so_far / total * households)
        spread.append(until - allotted)
        allotted = until
    return spread

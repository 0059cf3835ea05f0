"""环节日期 Days of the steps of a procedure, as days after its beginning, in the order of the Guide. Q33–Q37

Most identifications take less than the fifteen days; some take longer, as in the field, and show as overdue.
"""

from typing import NamedTuple

from api.demo.random_source import Stream, between, stream
from api.rules.numbers.parameters import PUBLICITY_DAYS

POOL = 400


class Timeline(NamedTuple):
    """Days after the beginning: the clue was found, or elimination was opened."""

    verified: int
    authorized: int
    reviewed: int
    publicized: int
    submitted: int
    county_reviewed: int
    approved: int
    announced: int


def timelines(seed: int) -> tuple[Timeline, ...]:
    """A pool of timelines; publicity lasts five days at least, and no step lies before the one before it."""
    draw = stream(seed, "timelines")
    return tuple(_timeline(draw) for _ in range(POOL))


def _timeline(draw: Stream) -> Timeline:
    slow = 8 if draw.random() < 0.04 else 0
    gaps = (
        between(draw, 1, 3) + slow,
        between(draw, 0, 1),
        between(draw, 0, 2),
        between(draw, 0, 1),
        PUBLICITY_DAYS.number + between(draw, 0, 1),
        between(draw, 0, 2),
        between(draw, 0, 1),
        between(draw, 0, 2),
    )
    days, offsets = 0, []
    for gap in gaps:
        days += gap
        offsets.append(days)
    return Timeline(*offsets)

"""演示世界 The data that all chunks of households share: places, thresholds, the day, and pools drawn beforehand.

`Plan` is what a process is told, plain values only; `World` is what it makes of them once. Days are ordinals.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from api.demo.cases.step_offsets import timelines
from api.demo.people.dwellings import Dwellings
from api.demo.people.families import KinPools
from api.demo.people.persons import birth_day, given_names, surnames
from api.demo.people.surveying import Incomes
from api.demo.people.traits import TraitPools
from api.sealing import Keyring, Sealer

FIRST_YEAR = 1900
SUFFIXES = ("社区居民委员会", "居民委员会", "村民委员会", "委员会")
FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal()


class Village(NamedTuple):
    """A village of the province: row id and name of the unit, its tiers as COPY text, and how many households."""

    unit: int
    name: str
    county: str
    place: str
    households: int


class Limit(NamedTuple):
    """A year's monitoring threshold: row id and amount in whole yuan."""

    row: int
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The content to build, as plain values for a process."""

    province: str
    seed: int
    on: date
    villages: tuple[Village, ...]
    limits: dict[int, Limit]
    keys: Keyring


@cache
def day_texts(last: int) -> tuple[str, ...]:
    """ISO texts of all days from 1 January 1900 to that ordinal."""
    return tuple(date.fromordinal(day).isoformat() for day in range(FIRST_DAY, last + 1))


class World:
    """The plan and what is drawn beforehand from its seed: the same in every process."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.seed, self.province = plan, plan.seed, plan.province
        self.on, self.this_year = plan.on.toordinal(), plan.on.year
        self.new_year = date(plan.on.year, 1, 1).toordinal()
        self.texts = day_texts(date(plan.on.year + 5, 12, 31).toordinal())
        self.years = [date(year, 1, 1).toordinal() - FIRST_DAY for year in range(FIRST_YEAR, plan.on.year + 1)]
        self.births = tuple(text.replace("-", "") for text in self.texts)
        self.kin = KinPools(plan.seed, plan.on.year)
        self.dwellings = Dwellings(plan.seed)
        self.hamlets = tuple(_hamlet(village.name) for village in plan.villages)
        self.ends: list[int] = []
        for village in plan.villages:
            self.ends.append((self.ends[-1] if self.ends else 0) + village.households)
        self.surnames, self.men, self.women = surnames(), given_names(True), given_names(False)
        self.traits = TraitPools(plan.seed)
        self.incomes = Incomes(plan.seed)
        self.timelines = timelines(plan.seed)
        self.sealer = Sealer(plan.keys)

    def village_at(self, household: int) -> int:
        """Place in the plan's villages of the household with this number, from 0."""
        return bisect_right(self.ends, household)

    def birth(self, row: int, year: int) -> int:
        """Place in `texts` and `births` of the day on which the member with this row id was born in that year.

        The day within the year is the row's: that is what keeps identity numbers apart.
        """
        return self.years[year - FIRST_YEAR] + birth_day(row)

    def day(self, ordinal: int) -> str:
        """A day as ISO text."""
        return self.texts[ordinal - FIRST_DAY]

    def day_or_none(self, ordinal: int | None) -> str | None:
        """A day as ISO text; None when it has not come or will never."""
        return None if ordinal is None or ordinal > self.on else self.texts[ordinal - FIRST_DAY]

    def limit(self, ordinal: int) -> Limit:
        """The threshold of that day's year."""
        return self.plan.limits[int(self.texts[ordinal - FIRST_DAY][:4])]


def _hamlet(name: str) -> str:
    """The village as addresses write it: its name without the committee's."""
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name[: -len(suffix)] + ("社区" if suffix.startswith("社区") else "")
    return name

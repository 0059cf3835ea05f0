"""风险与家庭 Chooses the risks of a spell, to fit the family, and the members they make ill or disabled. Q7, Q20"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.demo.cases.courses import CHANNEL
from api.demo.cases.stories import Spell
from api.demo.people.traits import ADULT, OLD, Condition
from api.demo.random_source import Stream, pick

RISKS = (
    *("ILLNESS",) * 30,
    *("DISABILITY",) * 16,
    *("UNSTABLE_WORK",) * 15,
    *("LACK_OF_LABOUR",) * 13,
    *("SCHOOLING",) * 9,
    *("DISASTER",) * 6,
    *("ACCIDENT",) * 6,
    *("PROJECT_FAILURE",) * 5,
    *("HOUSING",) * 5,
    *("WATER",) * 2,
    *("OTHER",) * 3,
)
DEPENDENT_RISKS = ("LACK_OF_LABOUR", "ILLNESS", "OTHER")
SHOCKS = ("DISASTER", "ACCIDENT")
AFFLICTIONS = {"ILLNESS": Condition.SICK, "DISABILITY": Condition.DISABLED}
WORKING, SCHOOL = range(19, 60), range(7, 19)


@dataclass(slots=True)
class Family:
    """The ages of a household's members, what befell whom, and who keeps able to work."""

    ages: Sequence[int]
    conditions: dict[int, Condition] = field(default_factory=dict)
    worker: int | None = None

    def risks(self, draw: Stream, spell: Spell, many: int) -> list[str]:
        """Draw that many different risks of a spell; each has a member whom it fits."""
        if spell is Spell.SAFETY_NET:
            self.conditions = dict.fromkeys(range(len(self.ages)), Condition.DEPENDENT)
            return list(DEPENDENT_RISKS[:many])
        kinds = [pick(draw, SHOCKS)] if spell in CHANNEL else []
        while len(kinds) < many:
            kind = pick(draw, RISKS)
            if kind not in kinds and self._takes(draw, kind):
                kinds.append(kind)
        return kinds

    def _takes(self, draw: Stream, kind: str) -> bool:
        if kind in AFFLICTIONS:
            return self._afflict(draw, AFFLICTIONS[kind])
        if kind == "SCHOOLING":
            return any(age in SCHOOL for age in self.ages)
        if kind == "LACK_OF_LABOUR":
            weak = any(age < ADULT or age >= OLD for age in self.ages)
            return weak or Condition.DISABLED in self.conditions.values()
        return kind != "UNSTABLE_WORK" or self._reserve()

    def _afflict(self, draw: Stream, condition: Condition) -> bool:
        if condition in self.conditions.values():
            return True
        free = [place for place in range(len(self.ages)) if place != self.worker and place not in self.conditions]
        grown = [place for place in free if self.ages[place] in WORKING or self.ages[place] >= WORKING.stop]
        if not free:
            return False
        self.conditions[pick(draw, grown or free)] = condition
        return True

    def _reserve(self) -> bool:
        if self.worker is None:
            fit = (place for place, age in enumerate(self.ages) if age in WORKING and place not in self.conditions)
            self.worker = next(fit, None)
        return self.worker is not None

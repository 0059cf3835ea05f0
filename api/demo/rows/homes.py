"""农户 Rows of households and of their surveys; and what a household being made is. Q12, Q14–Q16"""

from dataclasses import dataclass, field
from typing import NamedTuple

from api.demo.cases.courses import OLDEST
from api.demo.copying import NULL, line, sealed
from api.demo.people.families import Kin
from api.demo.people.persons import bank_account, phone
from api.demo.people.surveying import Level, SurveyFigures, expenses
from api.demo.people.traits import Aid, Condition, Traits
from api.demo.random_source import Stream, between, pick
from api.demo.world import Village, World

BANKS = ("农村商业银行", "邮政储蓄银行", "农业银行")
RESIDENCE_REASON = "长期在常住地居住生活，户籍地确难以核实和帮扶"
NOT_SEALED = "\t".join((NULL,) * 3)
NOWHERE = "\t".join((NULL,) * 5)
RELOCATED, KEPT_HUKOU, RESIDENT = 0.028, 0.014, 0.035
"""Bounds of chance: relocated, of these with the move-in place as hukou place, led by the residence."""


class NewestCase(NamedTuple):
    """State, category and mark of the household's newest case."""

    state: str | None = None
    category: str | None = None
    safety_net: bool = False


NEVER = NewestCase()


@dataclass(slots=True)
class Home:
    """A household being made."""

    row: int
    place: int
    village: Village
    persons: Kin
    first_member: int
    lifted: bool
    monitored: bool
    aid: Aid = Aid.NONE
    units: str = ""
    cooperating: str | None = None
    conditions: dict[int, Condition] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    traits: list[Traits] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """The number of members counted: those who have not left."""
        return len(self.traits)


class HomeRows:
    """Makes the lines of households and surveys."""

    def __init__(self, world: World, draw: Stream, lines: dict[str, list[str]]) -> None:
        self.world, self.draw, self.lines = world, draw, lines

    def settle(self, home: Home) -> None:
        """Choose hukou, residence, move-in and move-out place, jurisdiction and its reason; who cooperates. Q16"""
        chance, unit = self.draw.random(), home.village.unit
        home.units = f"{unit}\t{unit}\t{unit}\t{NULL}\t{NULL}\tHUKOU\t{NULL}"
        if chance >= RESIDENT:
            return
        other = pick(self.draw, self.world.plan.villages)
        if other.unit == unit:
            return
        if chance < RELOCATED:
            hukou = unit if chance < KEPT_HUKOU else other.unit
            home.units = f"{unit}\t{hukou}\t{unit}\t{unit}\t{other.unit}\tMOVE_IN\t{NULL}"
            home.cooperating = other.place
        else:
            home.units = f"{unit}\t{other.unit}\t{unit}\t{NULL}\t{NULL}\tRESIDENCE\t{RESIDENCE_REASON}"

    def household(self, home: Home, newest: NewestCase, changed: int, troubles: set[str]) -> None:
        """Write the household, last changed on day `changed`."""
        draw, world, row, seal = self.draw, self.world, home.row, self.world.sealer.seal
        number = f"D{world.province}{row:012}" if draw.random() < 0.95 else NULL
        kind = "LIFTED" if home.lifted else "GENERAL"
        state = line(*newest) if newest is not NEVER else f"{NULL}\t{NULL}\tf"
        address = f"{world.hamlets[home.place]}{between(draw, 1, 12)}组{between(draw, 1, 180)}号"
        bank, account = NULL, NOT_SEALED
        if home.monitored:
            bank, account = pick(draw, BANKS), sealed(seal("household", "bank_account", row, bank_account(row)))
        registered = world.day(world.new_year - between(draw, OLDEST + 120, OLDEST + 800))
        moment = f"{world.day(changed)} {between(draw, 10, 18)}:{between(draw, 10, 59)}:00+08"
        self.lines["household"].append(
            f"{row}\t{number}\t{kind}\t{home.names[0]}\t{home.counted}\t{home.units}\t{state}"
            f"\t{'t' if home.cooperating else 'f'}\t{address}\t{sealed(seal('household', 'phone', row, phone(row)))}"
            f"\t{bank}\t{account}\t{home.village.place}\t{home.cooperating or NOWHERE}\t{registered}\t1\t{moment}"
            f"\t{world.dwellings.any(draw, troubles)}"
        )

    def surveys(self, home: Home, figures: list[SurveyFigures], ended: int | None) -> None:
        """Write surveys, and last year's and this year's, standing as the one before; day `ended` the case ended."""
        world, draw = self.world, self.draw
        last = world.new_year - between(draw, 40, 300)
        this = between(draw, world.new_year, world.on)
        if not figures:
            for on in (last, this):
                self._survey(home, SurveyFigures(on, Level.USUAL, world.limit(on).amount), 1)
            return
        years = {world.day(survey.on)[:4] for survey in figures}
        for on in (last, this):
            if world.day(on)[:4] not in years:
                before = [survey for survey in figures if survey.on < on]
                latest = before[-1] if before and not (ended is not None and ended < on) else None
                level, troubles = (latest.level, latest.troubles) if latest else (Level.USUAL, ())
                figures.append(SurveyFigures(on, level, world.limit(on).amount, troubles))
                figures.sort(key=lambda survey: survey.on)
        year, revision = "", 0
        for survey in figures:
            revision = revision + 1 if world.day(survey.on)[:4] == year else 1
            year = world.day(survey.on)[:4]
            self._survey(home, survey, revision)

    def _survey(self, home: Home, survey: SurveyFigures, revision: int) -> None:
        draw, traits = self.draw, home.traits
        student, works = any(trait.student for trait in traits), any(trait.works for trait in traits)
        day, counted = self.world.day(survey.on), len(traits)
        amounts = self.world.incomes.amounts(draw, survey.limit, counted, survey.level, works=works)
        spent = expenses(draw, survey.troubles, student)
        self.lines["survey"].append(f"{home.row}\t{day[:4]}\t{revision}\t{day}\t{counted}\t{amounts}\t{spent}")

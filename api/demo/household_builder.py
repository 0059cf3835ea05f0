"""造户 A chunk of households, made whole: people, spells, clues, surveys, and the departments involved."""

from collections.abc import Iterator
from itertools import count

from api.demo.cases.courses import CHANNEL, Course, course, under_way
from api.demo.cases.stories import QUIET, Spell, Story, Tail
from api.demo.cases.troubles import SCHOOL, Family
from api.demo.chunk_plan import NUMBERED, Chunk, Sketch, sketches
from api.demo.copying import COLUMNS
from api.demo.people.surveying import Level, SurveyFigures
from api.demo.people.traits import Condition
from api.demo.random_source import Stream, between, pick, stream
from api.demo.rows.cases import Numbers, SpellRows
from api.demo.rows.homes import NEVER, Home, HomeRows, NewestCase
from api.demo.rows.members import MemberRows
from api.demo.rows.plans import Beneficiaries, PlanRows
from api.demo.world import World

LIFTED, LIFTED_MONITORED = 0.12, 0.45
IN_RANGE, IN_RANGE_CHANNEL = 0.82, 0.4
CLOSED = (*("NO_RISK",) * 7, "TRACKED", "NOT_IDENTIFIED", "NOT_IDENTIFIED")


class HouseholdBuilder:
    """Makes one chunk; `lines` then holds the COPY lines of every table."""

    def __init__(self, world: World, chunk: Chunk) -> None:
        self.world, self.chunk = world, chunk
        self.draw: Stream = stream(world.seed, "details", chunk.number)
        self.lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self.ids: dict[str, Iterator[int]] = {
            table: count(first) for table, first in zip(NUMBERED, chunk.first, strict=True)
        }
        parts = world, self.draw, self.lines
        self.homes, self.members = HomeRows(*parts), MemberRows(*parts)
        self.spells, self.plans = SpellRows(*parts), PlanRows(*parts)
        self.next_household, self.next_member = chunk.first.household, chunk.first.member

    def tables(self) -> dict[str, bytes]:
        """The lines of each table as COPY reads them."""
        outline = sketches(self.world.seed, self.chunk.number, self.chunk.size)
        village, ends = self.world.village_at(self.chunk.start), self.world.ends
        for number, sketch in enumerate(outline, self.chunk.start):
            while number >= ends[village]:
                village += 1
            self._household(village, sketch)
        return {table: ("\n".join(lines) + "\n").encode() for table, lines in self.lines.items() if lines}

    def _household(self, village: int, sketch: Sketch) -> None:
        world, draw, story = self.world, self.draw, sketch.story
        persons, monitored = world.kin.any(draw, sketch.family), bool(story.spells)
        lifted = draw.random() < (LIFTED_MONITORED if monitored else LIFTED)
        where = world.plan.villages[village]
        home = Home(self.next_household, village, where, persons, self.next_member, lifted, monitored)
        self.next_household, self.next_member = home.row + 1, home.first_member + len(persons)
        if story is QUIET:
            self._quiet(home)
            return
        family = Family([world.this_year - person.year for person in persons])
        risks = [family.risks(draw, spell, many) for spell, many in zip(story.spells, sketch.risks, strict=True)]
        home.conditions = family.conditions
        self._people(home)
        self._history(home, story, risks)

    def _quiet(self, home: Home) -> None:
        self._people(home)
        self.homes.surveys(home, [], None)
        yesterday = self.world.on - 1
        self.homes.household(home, NEVER, between(self.draw, min(self.world.new_year, yesterday), yesterday), set())

    def _people(self, home: Home) -> None:
        self.homes.settle(home)
        self.members.members(home)

    def _history(self, home: Home, story: Story, risks: list[list[str]]) -> None:
        world, draw = self.world, self.draw
        courses = [course(spell, draw, world.on, world.timelines) for spell in story.spells]
        departments: set[str] = set()
        figures: list[SurveyFigures] = []
        standing, previous = NEVER, None
        for went, kinds in zip(courses, risks, strict=True):
            standing, previous = self._spell(home, went, kinds, previous, departments, figures)
        if story.tail is not Tail.NONE:
            self._tail(home, story.tail, courses[-1:], departments)
        if story.off_the_books:
            departments.add(self.plans.off_the_books(home.row))
        self.homes.surveys(home, figures, courses[-1].ended if courses else None)
        troubles = set(risks[-1]) if courses and courses[-1].recovered is None else set()
        self.homes.household(home, standing, self._changed(courses), troubles & {"HOUSING", "WATER"})
        place = home.village.place
        self.lines["involvement"].extend(f"{home.row}\t{department}\t{place}" for department in sorted(departments))

    def _changed(self, courses: list[Course]) -> int:
        latest = max((went.over or went.identified or went.found_on for went in courses), default=self.world.new_year)
        yesterday = self.world.on - 1
        return between(self.draw, min(latest, yesterday), yesterday)

    def _beneficiaries(self, home: Home) -> Beneficiaries:
        ages = [self.world.this_year - person.year for person in home.persons]
        by_risk: dict[str, int] = {}
        for place, age in enumerate(ages):
            condition, row = home.conditions.get(place), home.first_member + place
            if condition is Condition.SICK:
                by_risk["ILLNESS"] = row
            elif condition is Condition.DISABLED:
                by_risk["DISABILITY"] = row
            elif age in SCHOOL:
                by_risk.setdefault("SCHOOLING", row)
        able = [place for place, traits in enumerate(home.traits) if traits.labour == "ABLE"]
        return Beneficiaries(by_risk, home.first_member + able[0] if able else None, home.aid)

    def _spell(
        self,
        home: Home,
        went: Course,
        kinds: list[str],
        previous: int | None,
        departments: set[str],
        figures: list[SurveyFigures],
    ) -> tuple[NewestCase, int]:
        rows, ids, draw, place = self.spells, self.ids, self.draw, home.village.place
        risk_rows = [next(ids["risk"]) for _ in kinds]
        numbers = Numbers(
            home.row, next(ids["clue"]), next(ids["monitoring_case"]), next(ids["plan"]), risk_rows, previous
        )
        category, in_range = None, True
        if went.identified is not None:
            in_range = draw.random() < (IN_RANGE_CHANNEL if went.spell in CHANNEL else IN_RANGE)
            category = "SUDDEN_HARDSHIP" if not in_range else "UNSTABLE_LIFTED" if home.lifted else "MARGINAL"
        outcome = "NOT_IDENTIFIED" if went.spell is Spell.EXITED else "IDENTIFIED"
        closed = went.identification.approved if went.identification else went.ended
        open_clue = closed is None
        warner = rows.clue(numbers.clue, home.row, place, went.found_on, None if open_clue else outcome, closed)
        state = rows.case(numbers, went, category, place)
        rows.risks(numbers, went, kinds, somebody=any(traits.labour != "NONE" for traits in home.traits))
        rows.proceedings(numbers, went)
        departments.update(self.plans.plan(numbers, went, kinds, self._beneficiaries(home)))
        if warner is not None:
            departments.add(warner)
        if went.identification is not None:
            level = Level.IN_RANGE if in_range else Level.ABOVE
            # measured against the amount that the decision is frozen with, also when a new year came in between
            limit = self.world.limit(went.identified or went.found_on).amount
            figures.append(SurveyFigures(went.identification.verified, level, limit, kinds))
        if went.recovered is not None:
            figures.append(SurveyFigures(went.recovered, Level.RECOVERED, self.world.limit(went.recovered).amount))
        return NewestCase(state, category, went.spell is Spell.SAFETY_NET), numbers.case

    def _tail(self, home: Home, tail: Tail, last: list[Course], departments: set[str]) -> None:
        world, draw, row = self.world, self.draw, next(self.ids["clue"])
        after = max((went.over or went.found_on for went in last), default=0)
        outcome, closed = None, None
        if tail is Tail.UNDER_WAY:
            run = under_way(draw, world.on, world.timelines, most=6)
            found_on = run.opened
            self.spells.procedure("IDENTIFICATION", home.row, None, row, run)
        elif tail is Tail.OPEN:
            found_on = world.on - between(draw, 0, 20)
        else:
            found_on = world.on - between(draw, 30, 700)
            outcome, closed = pick(draw, CLOSED), found_on + between(draw, 1, 15)
        warner = self.spells.clue(row, home.row, home.village.place, max(found_on, after), outcome, closed)
        if warner is not None:
            departments.add(warner)

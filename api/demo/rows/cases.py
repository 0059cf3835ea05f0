"""监测周期 Rows of one spell: clue, case, risks, proceedings and plan, on the days of its course. Q23–Q37"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from api.demo.cases.courses import Course, Procedure
from api.demo.cases.stories import Spell
from api.demo.copying import line
from api.demo.random_source import Stream, between, pick
from api.demo.world import World
from api.rules.limits.deadlines import due_on
from api.rules.numbers.parameters import ENTRY_DAYS, IDENTIFICATION_DAYS, PLAN_DAYS
from api.rules.words.judging import DeadlineKind

STATES = (
    "OPENED",
    "VERIFIED",
    "AUTHORIZED",
    "REVIEWED",
    "PUBLICIZED",
    "SUBMITTED",
    "COUNTY_REVIEWED",
    "APPROVED",
    "COMPLETED",
)
"""State of a proceeding after so many steps; who announced has completed."""
SOURCES = ("SELF_REPORT", "CADRE_SCREENING", "CADRE_SCREENING", "CADRE_SCREENING", "DEPARTMENT_WARNING")
WARNERS = ("MEDICAL_INSURANCE", "MEDICAL_INSURANCE", "CIVIL_AFFAIRS", "EDUCATION", "EMERGENCY", "HUMAN_RESOURCES")
FORMS = ("REPRESENTATIVES_ASSEMBLY", "REPRESENTATIVES_ASSEMBLY", "VILLAGERS_ASSEMBLY", "ENLARGED_COMMITTEES")
DISASTERS = ("FLOOD", "FLOOD", "GEOLOGICAL", "DROUGHT", "METEOROLOGICAL", "BIOLOGICAL", "EARTHQUAKE")
CASE_STATES = {
    Spell.ELIMINATED: "RISK_ELIMINATED",
    Spell.ELIMINATED_EARLY: "RISK_ELIMINATED",
    Spell.IN_CHANNEL: "GREEN_CHANNEL",
    Spell.EXITED: "EXITED",
}
NOT_MET = "核实后不符合识别条件，退出绿色通道"
NATURAL = 0.25
"""Share of risks that end naturally."""


class Numbers(NamedTuple):
    """Row ids of one spell; `previous` is the case before."""

    household: int
    clue: int
    case: int
    plan: int
    risks: Sequence[int]
    previous: int | None


class SpellRows:
    """Makes the lines of a spell and puts them into the lines of their tables."""

    def __init__(self, world: World, draw: Stream, lines: dict[str, list[str]]) -> None:
        self.world, self.draw, self.lines = world, draw, lines

    def clue(
        self, row: int, household: int, place: str, found_on: int, outcome: str | None, closed: int | None
    ) -> str | None:
        """Write a clue; the department that warned, if one did."""
        world, source = self.world, pick(self.draw, SOURCES)
        warner = pick(self.draw, WARNERS) if source == "DEPARTMENT_WARNING" else None
        self.lines["clue"].append(
            line(
                *(row, household, source, warner, world.day(found_on), "OPEN" if closed is None else "CLOSED", outcome),
                *(world.day_or_none(closed), world.day(found_on + IDENTIFICATION_DAYS.number), 1, place),
            )
        )
        return warner

    def case(self, ids: Numbers, course: Course, category: str | None, place: str) -> str:
        """Write the case; its state."""
        world, identified = self.world, course.identified
        state = CASE_STATES.get(course.spell, "IDENTIFIED")
        limit = world.limit(identified) if identified is not None else None
        eliminated = course.over if state == "RISK_ELIMINATED" else None
        self.lines["monitoring_case"].append(
            line(
                *(ids.case, ids.household, ids.previous, category, state, world.day_or_none(course.entered)),
                *(world.day_or_none(identified), world.day_or_none(self._registered(course))),
                *(world.day_or_none(eliminated), world.day_or_none(course.ended)),
                *((limit.row, limit.amount) if limit else (None, None)),
                *(course.spell is Spell.SAFETY_NET, self._due(course), 1, place),
            )
        )
        return state

    def _registered(self, course: Course) -> int | None:
        if course.entered is not None:
            return course.entered
        late = 5 if self.draw.random() < 0.02 else 0
        procedure = course.identification
        return None if procedure is None else procedure.approved + between(self.draw, 0, ENTRY_DAYS.number) + late

    def _due(self, course: Course) -> str | None:
        if course.spell is Spell.IN_CHANNEL and course.entered is not None:
            return self._verification_due(course.entered)
        if course.spell is Spell.FRESH and course.identification is not None:
            return self.world.day(course.identification.approved + PLAN_DAYS.number)
        if course.spell is Spell.ELIMINATED and course.over is not None:
            year = max(date.fromordinal(course.over).year + 1, self.world.this_year)
            return due_on(DeadlineKind.YEARLY_UPDATE, date(year, 1, 1)).isoformat()
        return None

    def _verification_due(self, entered: int) -> str:
        return due_on(DeadlineKind.GREEN_CHANNEL_VERIFICATION, date.fromordinal(entered)).isoformat()

    def risks(self, ids: Numbers, course: Course, kinds: Sequence[str], *, somebody: bool) -> None:
        """Write the risks; eliminated ones with their day. Where not somebody can work, risks only end naturally."""
        for row, kind in zip(ids.risks, kinds, strict=True):
            state, on = "OPEN", None
            if course.elimination and course.recovered is not None:
                state = "NATURAL" if not somebody or self.draw.random() < NATURAL else "STABLE"
                on = self.world.day(between(self.draw, course.recovered, course.elimination.opened))
            disaster = pick(self.draw, DISASTERS) if kind == "DISASTER" else None
            self.lines["risk"].append(
                line(row, ids.household, ids.case, kind, disaster, state, self.world.day(course.found_on), on)
            )

    def proceedings(self, ids: Numbers, course: Course) -> None:
        """Write identification, green channel, elimination and marking, as far as they happened."""
        if course.entered is not None:
            self._channel(ids, course, course.entered)
        if course.identification is not None:
            self.procedure("IDENTIFICATION", ids.household, ids.case, ids.clue, course.identification)
        if course.spell is Spell.SAFETY_NET and course.identification is not None:
            self._marking(ids, course.identification.approved)
        if course.elimination is not None:
            self.procedure("ELIMINATION", ids.household, ids.case, None, course.elimination)

    def procedure(self, kind: str, household: int, case: int | None, clue: int | None, run: Procedure) -> None:
        """Write an identification or elimination: the days of the steps taken so far."""
        world, identification = self.world, kind == "IDENTIFICATION"
        taken: list[str | None] = [
            world.day(run.start + after) if step < run.steps else None for step, after in enumerate(run.timeline)
        ]
        verified, authorized, reviewed, *rest = taken
        state = STATES[run.steps]
        if not identification:
            authorized, state = None, "VERIFIED" if state == "AUTHORIZED" else state
        ended = rest[-1]
        due = run.opened + IDENTIFICATION_DAYS.number if identification and ended is None else None
        self.lines["proceeding"].append(
            line(
                *(household, case, clue, kind, state, world.day(run.opened), verified, authorized, reviewed),
                *(pick(self.draw, FORMS) if reviewed else None, *rest, ended, None),
                *(world.day(due) if due is not None else None, run.steps + 1),
            )
        )

    def _channel(self, ids: Numbers, course: Course, entered: int) -> None:
        world, run, due = self.world, course.identification, None
        verified, ended, reason = None, None, None
        if run is not None:
            state, verified, ended = "COMPLETED", run.verified, run.approved
        elif course.ended is not None:
            state, verified, ended, reason = "ENDED", course.ended, course.ended, NOT_MET
        else:
            state, due = "ENTERED", self._verification_due(entered)
        self.lines["proceeding"].append(
            line(
                *(ids.household, ids.case, ids.clue, "GREEN_CHANNEL", state, world.day(course.found_on)),
                *(world.day_or_none(verified), *(None,) * 8, world.day_or_none(ended), reason, due, 2),
            )
        )

    def _marking(self, ids: Numbers, approved: int) -> None:
        world, opened = self.world, approved + between(self.draw, 0, 4)
        ended = min(world.on, opened + between(self.draw, 0, 5))
        self.lines["proceeding"].append(
            line(
                *(ids.household, ids.case, None, "SAFETY_NET", "COMPLETED", world.day(opened), world.day(opened)),
                *(*(None,) * 8, world.day(ended), None, None, 3),
            )
        )

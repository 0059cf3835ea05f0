"""帮扶计划 Rows of a spell's plan and measures: every risk answered, development where somebody can work. Q18–Q24"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.demo.cases.courses import Course
from api.demo.cases.helping import ABLE, ANSWERS, DEPENDENT, DEVELOPMENT, Help
from api.demo.cases.stories import Spell
from api.demo.copying import line
from api.demo.people.traits import Aid
from api.demo.random_source import Stream, between, pick
from api.demo.rows.cases import Numbers
from api.demo.world import World
from api.rules.numbers.parameters import PLAN_DAYS

CHANNEL_ENDED = "退出绿色通道，相关帮扶措施中止"
AIDS = {"SECURITY_ALLOWANCE", "SECURITY_EXTREME_POVERTY"}
GRANTED = {
    Aid.NONE: None,
    Aid.ALLOWANCE: "SECURITY_ALLOWANCE",
    Aid.TOP_ALLOWANCE: "SECURITY_ALLOWANCE",
    Aid.SUPPORT: "SECURITY_EXTREME_POVERTY",
}
"""The one aid of civil affairs that a household's measures may name."""
OFF_THE_BOOKS = (None, None, None, None)
LATE = 0.05
DAYS_A_MONTH, DAYS_A_YEAR, YEAR = 30, 365, 12
RENEWED = 0.7
"""Share of the measures of a year or more that are renewed as long as the case is open."""


class Beneficiaries(NamedTuple):
    """The members that measures are for: row ids by risk, and a member able to work; and the household's aid."""

    by_risk: Mapping[str, int]
    able: int | None
    aid: Aid


class _Run(NamedTuple):
    """The course of a measure."""

    state: str
    declared: int
    started: int | None
    ends: int | None
    completed: int | None = None
    stopped: str | None = None


class PlanRows:
    """Makes the lines of plans and measures; `departments` are those of the measures written."""

    def __init__(self, world: World, draw: Stream, lines: dict[str, list[str]]) -> None:
        self.world, self.draw, self.lines = world, draw, lines

    def plan(self, ids: Numbers, course: Course, kinds: Sequence[str], beneficiaries: Beneficiaries) -> list[str]:
        """Write plan and measures of a spell; the departments that deliver."""
        world = self.world
        drafted, declared = self._days(course)
        open_plan = declared is None or course.spell in (Spell.IN_CHANNEL, Spell.EXITED)
        answers = self._answers(kinds, beneficiaries)
        summary = "、".join(dict.fromkeys(answer.title for _, answer in answers))
        self.lines["plan"].append(
            line(
                *(ids.plan, ids.household, ids.case, "DRAFT" if open_plan else "DECLARED", summary),
                *(world.day(drafted), None if open_plan else world.day_or_none(declared), 1),
            )
        )
        if declared is None:
            return []
        for risk, answer in answers:
            member = beneficiaries.able if answer.kind == DEVELOPMENT else beneficiaries.by_risk.get(kinds[risk])
            refs = (ids.case, ids.plan, ids.risks[risk], member)
            self._measure(ids.household, refs, answer, self._run(answer, course, declared))
        return [answer.department for _, answer in answers]

    def off_the_books(self, household: int) -> str:
        """Write a measure of a household without a case, which Q17 wants seen; its department."""
        answer = pick(self.draw, ANSWERS["OTHER"] + ANSWERS["ILLNESS"])
        declared = self.world.on - between(self.draw, 20, 500)
        self._measure(household, OFF_THE_BOOKS, answer, _Run("COMPLETED", declared, declared, None, declared))
        return answer.department

    def _days(self, course: Course) -> tuple[int, int | None]:
        """Day of drafting and of declaring; nothing is declared yet where approval is fresh."""
        if course.identification is None:
            assert course.entered is not None
            return course.entered, course.entered
        owed = course.identification.approved
        drafted = between(self.draw, course.identification.verified, owed)
        if course.spell is Spell.FRESH:
            return drafted, None
        late = between(self.draw, 1, 8) if self.draw.random() < LATE else 0
        return drafted, min(self.world.on, owed + (PLAN_DAYS.number if late else between(self.draw, 0, 10)) + late)

    def _answers(self, kinds: Sequence[str], beneficiaries: Beneficiaries) -> list[tuple[int, Help]]:
        """One measure for each risk, as (place of the risk, measure), and one of development for who can work."""
        draw, granted = self.draw, GRANTED[beneficiaries.aid]
        fitting = [
            [answer for answer in ANSWERS[kind] if answer.item not in AIDS or answer.item == granted] for kind in kinds
        ]
        answers = [(place, pick(draw, few)) for place, few in enumerate(fitting)]
        if beneficiaries.aid in (Aid.TOP_ALLOWANCE, Aid.SUPPORT):
            # what carries the mark answers the first risk
            carrying = next(answer for answer in ANSWERS[DEPENDENT] if answer.item == granted)
            return [(0, carrying), *answers[1:]]
        if beneficiaries.able is not None and all(answer.kind != DEVELOPMENT for _, answer in answers):
            answers.append((int(draw.random() * len(kinds)), pick(draw, ANSWERS[ABLE])))
        return answers

    def _run(self, answer: Help, course: Course, declared: int) -> _Run:
        on = self.world.on
        at_once = course.entered is not None and course.identification is None
        started = declared if at_once else declared + between(self.draw, 1, 40)
        ends = started + answer.months * DAYS_A_MONTH if answer.months else None
        if started > on:
            return _Run("DECLARED", declared, None, ends)
        if ends is not None and course.over is None and answer.months >= YEAR and self.draw.random() < RENEWED:
            ends += -(-max(0, on + 1 - ends) // DAYS_A_YEAR) * DAYS_A_YEAR
        done = started if ends is None else ends
        if course.over is not None and course.elimination is not None and answer.continuation == "NONE":
            done = min(done, max(course.over, started))
        stopped = course.ended
        if stopped is not None and done > stopped:
            return _Run("STOPPED", declared, started, ends, None, CHANNEL_ENDED)
        if done <= on:
            return _Run("COMPLETED", declared, started, ends, done)
        return _Run("UNDER_WAY", declared, started, ends)

    def _measure(
        self, household: int, refs: tuple[int | None, int | None, int | None, int | None], answer: Help, run: _Run
    ) -> None:
        day = self.world.day
        amount = between(self.draw, answer.least // 10, answer.most // 10) * 10 if answer.most else None
        self.lines["measure"].append(
            line(
                *(
                    household,
                    *refs,
                    answer.theme,
                    answer.item,
                    answer.kind,
                    answer.title,
                    answer.department,
                    answer.funding,
                ),
                *(answer.use, amount, run.state, day(run.declared), None if run.started is None else day(run.started)),
                *(None if run.ends is None else day(run.ends), answer.continuation),
                *(None if run.completed is None else day(run.completed), run.stopped, 1),
            )
        )

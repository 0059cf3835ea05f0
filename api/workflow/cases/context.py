"""农户上下文 Context of a step about a household: the locked household, its case, its proceeding and acts. Q33"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from api.rules.limits.deadlines import DEADLINES, due_on, length_of
from api.rules.limits.tightening import Override, Setting, setting_in_force
from api.rules.numbers.parameter import Parameter
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import CaseState
from api.schema.paths import Columns, path_of
from api.schema.rows.case import ActRow, AssessmentRow, ClueRow, MonitoringCaseRow, ProceedingRow
from api.schema.rows.household import HouseholdRow
from api.workflow.engine.contexts import StepContext

OPEN_CASE = frozenset({CaseState.GREEN_CHANNEL, CaseState.IDENTIFIED})


@dataclass(slots=True)
class HouseholdContext(StepContext):
    """Context of a step about a household or a row that belongs to one.

    household   the locked household
    target      the row the step's id names: the household itself, its proceeding, case, clue, plan or measure
    proceeding  the proceeding the step runs in; None before the step has opened it, and where it needs none
    case        the case of the target, else the household's newest; None while there is none
    clue        the clue the proceeding rests on
    assessment  the newest assessment of the proceeding
    acts        acts of the proceeding, oldest first
    overrides   numbers that the household's places have set of their own
    sectors     departments involved with the household
    drawn       ids drawn for the act and for the tables the step `makes`
    changes     columns of the proceeding to write with its new state
    stays       set by an effect: the act is on record, but the proceeding keeps its state
    """

    household: HouseholdRow = field(kw_only=True)
    target: Columns = field(kw_only=True)
    proceeding: ProceedingRow | None = None
    case: MonitoringCaseRow | None = None
    clue: ClueRow | None = None
    assessment: AssessmentRow | None = None
    acts: list[ActRow] = field(default_factory=list)
    overrides: tuple[Override, ...] = ()
    sectors: list[str] = field(default_factory=list)
    drawn: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    stays: bool = False

    @property
    def last_day(self) -> date | None:
        """The day of the newest act of the proceeding."""
        return self.acts[-1]["taken_on"] if self.acts else None

    @property
    def version(self) -> int:
        """The version of the target."""
        return int(self.target["version"])

    def setting(self, parameter: Parameter) -> Setting:
        """The value of one of the Guide's numbers for this household on the step's day. Q1"""
        path = self.path[::-1] if self.overrides else ()  # where no place has a number of its own, the Guide's hold
        return setting_in_force(parameter, path, self.on, self.overrides)

    def last(self, step: str) -> ActRow | None:
        """The newest act of this step in the proceeding, by its action."""
        return next((act for act in reversed(self.acts) if act["step"] == step), None)

    def persons(self, *steps: str) -> set[int]:
        """The persons who took any of these steps in the proceeding."""
        return {act["person"] for act in self.acts if act["step"] in steps}

    @property
    def required_proceeding(self) -> ProceedingRow:
        """The proceeding. LookupError where the step table lets a step without one ask for it."""
        return self.required(self.proceeding, "a proceeding")

    @property
    def required_case(self) -> MonitoringCaseRow:
        """The case. LookupError where the step table lets a step without one ask for it."""
        return self.required(self.case, "a case")

    @property
    def required_clue(self) -> ClueRow:
        """The clue. LookupError where the step table lets a step without one ask for it."""
        return self.required(self.clue, "a clue")

    @property
    def required_assessment(self) -> AssessmentRow:
        """The assessment. LookupError where the step table lets a step without one ask for it."""
        return self.required(self.assessment, "an assessment")

    @property
    def entered_on(self) -> date:
        """The day the case entered the green channel. LookupError for a case that did not."""
        return self.required(self.required_case["entered_on"], "entry in the green channel")

    @property
    def open_case(self) -> MonitoringCaseRow | None:
        """The case when it is open: in the green channel or identified."""
        return self.case if self.case_state in OPEN_CASE else None

    @property
    def case_state(self) -> CaseState | None:
        """The state of the case; None while there is none."""
        return CaseState[self.case["state"]] if self.case is not None else None

    @property
    def risks(self) -> list[str]:
        """The risks named at the newest home verification, by their codes."""
        act = next((act for act in reversed(self.acts) if act["step"].endswith(".verify_at_home")), None)
        return list(orjson.loads(act["arguments"])["risks"]) if act is not None else []

    @property
    def path(self) -> tuple[str, ...]:
        """The codes of the household's responsible unit, from the nation down."""
        return path_of(self.household)

    def defer_insert_with_id(self, table: str, /, **values: Any) -> int:
        """Insert a row of a table the step `makes` with the step's last statement; its id, which is drawn already."""
        number = self.touched[table] = self.drawn[table]
        self.defer_insert(table, id=number, **values)
        return number

    def due(self, kind: DeadlineKind, runs_from: date) -> date:
        """The day a time limit falls on for this household. RULES §0"""
        return due_on(kind, runs_from, self.setting(DEADLINES[kind].parameter))

    def start_deadline(self, kind: DeadlineKind, runs_from: date, **about: int | None) -> date:
        """Record a time limit that begins to run; the day it falls on. RULES §0"""
        declared = DEADLINES[kind]
        setting = self.setting(declared.parameter)
        due = self.due(kind, runs_from)
        self.defer_insert(
            "deadline",
            household=self.household["id"],
            kind=kind.name,
            nature=declared.limit.name,
            effect=declared.effect.name,
            length=length_of(setting, runs_from, due),
            dimension=None if setting.dimension is declared.parameter.dimension else setting.dimension.name,
            runs_from=runs_from,
            due_on=due,
            **about,
        )
        return due

    async def meet_deadline(self, kind: DeadlineKind, **about: int | None) -> None:
        """Record that a time limit was met on this step's day, with the reason when it was late."""
        where = " and ".join(f'"{name}" = ${index}' for index, name in enumerate(about, 4))
        sql = (
            "update deadline set done_on = $2, reason = case when due_on < $2 then $3 end where kind = $1"  # noqa: S608 - names are of our tables
            f" and done_on is null and {where}"
        )
        await self.connection.execute(sql, kind.name, self.on, self.reason, *about.values())

"""办理中 What guards judge and effects write while one step is taken: the rows it is about, as they are locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson

from api.access.subject import Subject
from api.rules.limits.deadlines import DEADLINES, due_on, length_of
from api.rules.limits.tightening import Override, Setting, setting_in_force
from api.rules.numbers.parameter import Parameter
from api.rules.units import NATION
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import CaseState
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.batch_insert import Values, insertion, together

Row = Mapping[str, Any]
OPEN_CASE = frozenset({CaseState.GREEN_CHANNEL, CaseState.IDENTIFIED})


@dataclass(slots=True)
class Taking:
    """One step being taken. `given` holds its arguments; `on` its day, `today` the day it is recorded on.

    `target` is the row its id names, `named` are the rows its references name, `facts` what was read for its guards,
    `added` the rows its last statement inserts.
    """

    connection: Any
    subject: Subject
    action: str
    given: Mapping[str, Any]
    on: date = field(default=date.min, init=False)
    today: date = field(default=date.min, init=False)
    now: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC), init=False)
    reason: str | None = field(default=None, kw_only=True)
    target: Row | None = field(default=None, init=False)
    touched: dict[str, int] = field(default_factory=dict, init=False)
    told: dict[str, Any] = field(default_factory=dict, init=False)
    named: dict[str, Any] = field(default_factory=dict, init=False)
    facts: dict[str, Any] = field(default_factory=dict, init=False)
    added: list[tuple[str, Values]] = field(default_factory=list, init=False)

    @property
    def last_day(self) -> date | None:
        """The day of the step before it, which no day may precede. RULES §0"""
        return None

    @property
    def version(self) -> int:
        """The version of what its id names."""
        assert self.target is not None
        return int(self.target["version"])

    def setting(self, parameter: Parameter) -> Setting:
        """What holds of one of the Guide's numbers, where nothing says that a place has set its own."""
        return Setting(parameter.value, parameter.dimension)

    async def insert(self, table: str, /, **values: Any) -> int:
        """Insert a row at once; its id."""
        sql = f"{insertion(table, tuple(values))} returning id"
        number = self.touched[table] = int(await self.connection.fetchval(sql, *values.values()))
        return number

    async def make(self, table: str, /, **values: Any) -> Row:
        """Insert a row at once; the row, as the database has it."""
        made: Row = await self.connection.fetchrow(f"{insertion(table, tuple(values))} returning *", *values.values())
        self.touched[table] = made["id"]
        return made

    def add(self, table: str, /, **values: Any) -> None:
        """Insert a row in the step's last statement, with all that is added: nothing asks for it before."""
        self.added.append((table, values))

    async def write_added(self) -> None:
        """Insert what was added so far, for triggers of what comes after it to see."""
        if self.added:
            sql, values = together(self.added, "select")
            await self.connection.execute(sql, *values)
            self.added = []

    async def update(self, table: str, number: int, /, **values: Any) -> None:
        """Change a row; its version grows where it has one."""
        sets = [f'"{name}" = ${index}' for index, name in enumerate(values, 2)]
        if table in _VERSIONED:
            sets.append("version = version + 1")
        sql = f'update "{table}" set {", ".join(sets)} where id = $1'  # noqa: S608 - names are of our tables
        await self.connection.execute(sql, number, *values.values())
        self.touched[table] = number


@dataclass(slots=True)
class Work(Taking):
    """A step about a household, which is locked, and what hangs on it; `overrides` are its places' own numbers.

    `sectors` are the departments involved, `drawn` the ids that its act and what the step makes will have, by table,
    `changes` are columns of the proceeding that are written with its new state. An effect that sets `stays` keeps the
    proceeding in its state: the step is on record, but what leads on is still missing.
    """

    household: Row = field(kw_only=True)
    proceeding: Row | None = None
    case: Row | None = None
    clue: Row | None = None
    assessment: Row | None = None
    acts: list[Row] = field(default_factory=list)
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
        """The version of its target, the household itself where that is it."""
        return int((self.target or self.household)["version"])

    def setting(self, parameter: Parameter) -> Setting:
        """What holds of one of the Guide's numbers for this household on the step's day. Q1"""
        path = self.path[::-1] if self.overrides else ()  # where nobody has numbers of their own, the Guide's hold
        return setting_in_force(parameter, path, self.on, self.overrides)

    def last(self, step: str) -> Row | None:
        """The newest act of this step in the proceeding, by its action."""
        return next((act for act in reversed(self.acts) if act["step"] == step), None)

    def persons(self, *steps: str) -> set[int]:
        """The persons who took any of these steps in the proceeding."""
        return {act["person"] for act in self.acts if act["step"] in steps}

    @property
    def open_case(self) -> Row | None:
        """The case when it is open: in the green channel or identified."""
        if self.case is None or CaseState[self.case["state"]] not in OPEN_CASE:
            return None
        return self.case

    @property
    def case_state(self) -> CaseState | None:
        """The state of the case, the household's newest where the step is about none."""
        return CaseState[self.case["state"]] if self.case is not None else None

    @property
    def risks(self) -> list[str]:
        """The risks named at the newest home verification, by their codes."""
        act = next((act for act in reversed(self.acts) if act["step"].endswith(".verify_at_home")), None)
        return list(orjson.loads(act["given"])["risks"]) if act is not None else []

    @property
    def path(self) -> tuple[str, ...]:
        """The codes of the household's responsible unit, from the nation down."""
        return (NATION, *(self.household[tier] for tier in TIER_COLUMNS if self.household[tier]))

    def make_last(self, table: str, /, **values: Any) -> int:
        """Insert a row of a table that the step `makes` in its last statement; its id, which is drawn already."""
        number = self.touched[table] = self.drawn[table]
        self.add(table, id=number, **values)
        return number

    def due(self, kind: DeadlineKind, runs_from: date) -> date:
        """The day a time limit falls on for this household. RULES §0"""
        return due_on(kind, runs_from, self.setting(DEADLINES[kind].parameter))

    def owe(self, kind: DeadlineKind, runs_from: date, **about: int | None) -> date:
        """Write down a time limit that begins to run; the day it falls on. RULES §0"""
        declared = DEADLINES[kind]
        setting = self.setting(declared.parameter)
        due = self.due(kind, runs_from)
        self.add(
            "deadline",
            household=self.household["id"],
            limit=kind.name,
            nature=declared.limit.name,
            effect=declared.effect.name,
            length=length_of(setting, runs_from, due),
            dimension=None if setting.dimension is declared.parameter.dimension else setting.dimension.name,
            runs_from=runs_from,
            due_on=due,
            **about,
        )
        return due

    async def meet(self, kind: DeadlineKind, **about: int | None) -> None:
        """Note that a time limit was met on this step's day, with the reason when it was late."""
        where = " and ".join(f'"{name}" = ${index}' for index, name in enumerate(about, 4))
        sql = (
            'update deadline set done_on = $2, reason = case when due_on < $2 then $3 end where "limit" = $1'  # noqa: S608 - names are of our tables
            f" and done_on is null and {where}"
        )
        await self.connection.execute(sql, kind.name, self.on, self.reason, *about.values())


_VERSIONED = frozenset(
    {
        "household",
        "proceeding",
        "monitoring_case",
        "clue",
        "plan",
        "measure",
        "national_request",
        "request_item",
        "threshold",
        "parameter_setting",
    }
)

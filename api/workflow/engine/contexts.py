"""办理上下文 Context of one step: who takes it, what is given with it, and the rows it writes. DESIGN §6

A handler has its own subclass with the rows its steps are about; guards judge it, effects write through it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.clock import Clock, today
from api.database import Connection, Row, fetch_only
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameter import Parameter
from api.rules.words.steps import StepId
from api.rules.words.vocabulary import Kind
from api.workflow.engine.batch_insert import Values, combine, insertion

R = TypeVar("R")
Decide = Callable[[Subject, str, Kind, ObjectFacts | None], bool]


def no_nation() -> AbstractAsyncContextManager[Connection]:
    """Refuse a connection of the nation's role. RuntimeError: the caller's services have none."""
    raise RuntimeError("a step of the nation needs services with a connection of its role")


@dataclass(frozen=True, slots=True)
class StepServices:
    """Surroundings of the engine.

    decide          asks the policy in force
    clock           tells the day and the moment
    policy_version  goes on record with the step
    trace           id of the request's trace
    nation          opens a connection of the nation's database role
    publication     the publication the policy was read at: a step under an older one is refused
    progress_key    signs the progress of an execution
    """

    decide: Decide
    clock: Clock
    policy_version: str
    trace: str | None = None
    nation: Callable[[], AbstractAsyncContextManager[Connection]] = no_nation
    publication: int | None = None
    progress_key: bytes = b""


@dataclass(frozen=True, slots=True)
class StepInput:
    """Input of one step.

    number     id of the row the step is about; 0 where it makes that row
    version    the version of that row the client saw; None where nothing is compared
    key        idempotency key, chosen by the client
    on         day the step was taken; today when absent
    reason     written reason for passing a soft limit
    arguments  values by argument name
    """

    number: int
    version: int | None
    key: str
    on: date | None = None
    reason: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class StepContext:
    """Context passed to a step's guards and effects.

    connection       runs statements in the step's transaction
    subject          who takes the step
    services         policy, clock and trace
    step_id          the step's name
    step_input       what the client sent
    now, today, on   moment and day of recording; day of the step
    touched          ids of rows inserted or changed, by table
    notifications    facts for the outbox message or the audit entry
    references       rows that the arguments name, by argument
    facts            what the step's readers read for its guards
    pending_inserts  rows that the step's last statement inserts
    """

    connection: Connection
    subject: Subject
    services: StepServices
    step_id: StepId
    step_input: StepInput
    now: datetime = field(init=False)
    today: date = field(init=False)
    on: date = field(init=False)
    touched: dict[str, int] = field(default_factory=dict, init=False)
    notifications: dict[str, Any] = field(default_factory=dict, init=False)
    references: dict[str, Row] = field(default_factory=dict, init=False)
    facts: dict[str, Any] = field(default_factory=dict, init=False)
    pending_inserts: list[tuple[str, Values]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        clock = self.services.clock
        self.now, self.today = clock.now(), today(clock)
        self.on = self.step_input.on or self.today

    @property
    def action(self) -> str:
        """The word of policies and of the ledger for the step."""
        return self.step_id.action

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Values by argument name."""
        return self.step_input.arguments

    @property
    def reason(self) -> str | None:
        """The written reason for passing a soft limit."""
        return self.step_input.reason

    @property
    def last_day(self) -> date | None:
        """The day of the step before it, which no day may precede. RULES §0"""
        return None

    @property
    def version(self) -> int | None:
        """The version of the row the step is about; None where the step makes that row."""
        return None

    def required(self, value: R | None, name: str) -> R:
        """The value. LookupError with the step's name where its table lets it be taken without one."""
        if value is None:
            raise LookupError(f"{self.action} is taken without {name}")
        return value

    def setting(self, parameter: Parameter) -> Setting:
        """The Guide's own value of a number; contexts with a place look for the place's value first."""
        return Setting(parameter.value, parameter.dimension)

    async def insert(self, table: str, /, **values: Any) -> int:
        """Insert a row at once; its id."""
        sql = f"{insertion(table, tuple(values))} returning id"
        number = self.touched[table] = int(await self.connection.fetchval(sql, *values.values()))
        return number

    async def insert_returning(self, shape: type[R], table: str, /, **values: Any) -> R:  # noqa: ARG002 - it tells the type checker
        """Insert a row at once; the row as the database has it, in the shape of the table's rows."""
        sql = f"{insertion(table, tuple(values))} returning *"
        row = await fetch_only(self.connection, sql, *values.values())
        self.touched[table] = row["id"]
        return cast("R", row)

    def defer_insert(self, table: str, /, **values: Any) -> None:
        """Insert a row with the step's last statement: no statement of the step reads it before."""
        self.pending_inserts.append((table, values))

    async def flush(self) -> None:
        """Insert the pending rows now: a trigger of a later statement reads them."""
        if self.pending_inserts:
            sql, values = combine(self.pending_inserts, "select")
            await self.connection.execute(sql, *values)
            self.pending_inserts = []

    async def update(self, table: str, number: int, /, **values: Any) -> None:
        """Change a row; its version grows where it has one."""
        sets = [f'"{name}" = ${index}' for index, name in enumerate(values, 2)]
        if table in _VERSIONED:
            sets.append("version = version + 1")
        sql = f'update "{table}" set {", ".join(sets)} where id = $1'  # noqa: S608 - names are of our tables
        await self.connection.execute(sql, number, *values.values())
        self.touched[table] = number


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

"""数字办理 Handler of steps about numbers that a unit sets: permitted where the unit is, kept as events. Q1, Q10, Q13

The id names a unit, or the row of a number. Every event is the ledger's; the row tells who set it and since when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.database import Connection, Row
from api.rules.limits.tightening import Override, Setting, override_of, setting_in_force
from api.rules.numbers.parameter import Parameter
from api.rules.words.vocabulary import Kind
from api.schema.paths import path_of, tiers_of
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.errors import StepProblem
from api.workflow.engine.handler import PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.step import Step

_TABLE = {"Threshold": "threshold", "ParameterSetting": "parameter_setting"}
_UNIT = "select * from unit where id = $1 and valid_until is null"
_SETTINGS = """
select u.code as unit, s.parameter, s.value, s.dimension, s.since::text as since
from parameter_setting s join unit u on u.id = s.unit where s.since is not null and u.code = any($1::text[])
order by s.id"""


@dataclass(slots=True)
class NumberContext(StepContext):
    """Context of a step about a number of one unit.

    unit       the unit
    target     the row of the number; the unit where the step makes it
    overrides  numbers that the unit and those above it have set of their own
    """

    unit: Row = field(kw_only=True)
    target: Row = field(kw_only=True)
    overrides: tuple[Override, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The codes of the unit's path, from the nation down."""
        return path_of(self.unit)

    @property
    def version(self) -> int:
        """The version of the number; a unit has version 1 for good."""
        return 1 if self.target is self.unit else int(self.target["version"])

    def setting(self, parameter: Parameter) -> Setting:
        """The value of one of the Guide's numbers for this unit on the step's day. Q1"""
        return setting_in_force(parameter, self.path[::-1], self.on, self.overrides)


class NumberHandler(StepHandler[NumberContext]):
    """Takes steps about numbers that a unit sets."""

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[NumberContext],
        step_input: StepInput,
        *,
        locked: bool = True,
    ) -> NumberContext | None:
        """The unit the id names, or the row of a number with its unit; None when there is none."""
        target = None
        if step.target != "Unit":
            lock = " for update" if locked else ""
            sql = f"select * from {_TABLE[step.target]} where id = $1{lock}"  # noqa: S608 - closed set
            target = await connection.fetchrow(sql, step_input.number)
            if target is None:
                return None
        unit = await connection.fetchrow(_UNIT, step_input.number if target is None else target["unit"])
        if unit is None:
            return None
        ctx = NumberContext(connection, subject, services, step.id, step_input, unit=unit, target=target or unit)
        ctx.overrides = await overrides_of(connection, ctx.path)
        return ctx

    def read_permission(self, ctx: NumberContext, step: Step[NumberContext]) -> PermissionCheck:
        """Every signed-in official reads numbers and units."""
        return PermissionCheck("read", Kind.UNIT if step.target == "Unit" else Kind.THRESHOLD, ObjectFacts(ctx.path))

    def permissions(self, ctx: NumberContext, step: Step[NumberContext]) -> tuple[PermissionCheck, ...]:
        """The check whether the subject may take the step where the unit is."""
        return (PermissionCheck(step.id.action, Kind.THRESHOLD, ObjectFacts(ctx.path)),)

    def check_state(self, ctx: NumberContext, step: Step[NumberContext]) -> Iterable[StepProblem]:
        """WRONG_STATE unless the number is in a state the step needs."""
        if step.standing:
            yield from wrong_state(ctx.target["state"], step.standing, step.questions[0])

    async def record(self, ctx: NumberContext, step: Step[NumberContext], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger, at the unit's place."""
        table, number = next(iter(ctx.touched.items()))
        facts: dict[str, ledger.Fact] = {
            "on": ctx.on.isoformat(),
            "overridden": ",".join(overridden),
            **ctx.notifications,
        }
        entry = ledger.AuditEntry(ctx.action, table, number, facts, tiers_of(ctx.unit))
        ctx.defer_insert(
            "event",
            **ledger.event(
                entry, ctx.subject, ctx.now, policy_version=ctx.services.policy_version, trace=ctx.services.trace
            ),
        )


async def overrides_of(connection: Connection, path: Sequence[str]) -> tuple[Override, ...]:
    """The numbers that the units of a path have set of their own. Q1"""
    return tuple(override_of(dict(row.items())) for row in await connection.fetch(_SETTINGS, list(path)))

"""农户办理 Handler of steps about a household: permitted where it lies, kept as acts of its history. RULES §2, Q33"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from api.access.household_facts import facts_of_household
from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.database import Connection
from api.rules.words.vocabulary import Kind, ProceedingKind, Word
from api.schema.catalogue import catalogue
from api.schema.paths import tiers_of
from api.schema.rows.case import ProceedingRow
from api.workflow.cases import loading
from api.workflow.cases.context import HouseholdContext
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import PROCEEDING_OPEN, StepProblem, problem_of
from api.workflow.engine.handler import PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.idempotency import LockQuery
from api.workflow.engine.step import Step

_OPEN = "select exists (select from proceeding where household = $1 and kind = $2 and ended_on is null)"
_TABLES = ("proceeding", "monitoring_case", "clue", "plan", "measure")


class HouseholdHandler(StepHandler[HouseholdContext]):
    """Takes steps about a household, in a proceeding of one kind where `kind` says so."""

    def __init__(self, kind: ProceedingKind | None = None) -> None:
        self.kind = kind

    def lock_query(self, step: Step[HouseholdContext], step_input: StepInput) -> LockQuery:
        """The query that locks the household."""
        return LockQuery(loading.lock_household(step), step_input.number)

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[HouseholdContext],
        step_input: StepInput,
        *,
        locked: bool = True,
    ) -> HouseholdContext | None:
        """The context; None when there is no such row, or it is a proceeding of another kind."""
        ctx = await loading.load(connection, subject, services, step, step_input, locked=locked)
        if ctx is None or ctx.proceeding is None:
            return ctx
        return ctx if self.kind is not None and ctx.proceeding["kind"] == self.kind.name else None

    def read_permission(self, ctx: HouseholdContext, step: Step[HouseholdContext]) -> PermissionCheck:
        """The check whether the subject may read the target in its state."""
        type_ = catalogue()[step.target]
        state = ctx.target["monitoring_state" if type_.name == "Household" else "state"]
        return PermissionCheck("read", type_.kind, replace(facts_of(ctx), state=state))

    def permissions(self, ctx: HouseholdContext, step: Step[HouseholdContext]) -> tuple[PermissionCheck, ...]:
        """The check whether the subject may take the step where the household lies."""
        return (PermissionCheck(step.id.action, Kind.PROCEEDING, facts_of(ctx)),)

    async def load_references(self, ctx: HouseholdContext, step: Step[HouseholdContext]) -> list[StepProblem]:
        """Load the rows of the household that arguments name."""
        return await loading.load_references(ctx, step)

    def check_state(self, ctx: HouseholdContext, step: Step[HouseholdContext]) -> Iterable[StepProblem]:
        """WRONG_STATE unless the proceeding is in a state the step starts from, and the target in one it needs. Q33"""
        if ctx.proceeding is not None:
            yield from wrong_state(ctx.proceeding["state"], step.sources, step.questions[0])
        if step.standing:
            yield from wrong_state(ctx.target["state"], step.standing, step.questions[0])

    async def conflicts(self, ctx: HouseholdContext, step: Step[HouseholdContext]) -> list[StepProblem]:
        """PROCEEDING_OPEN when the step would open a second proceeding of its kind."""
        if ctx.proceeding is not None or self.kind is None or step.to is None:
            return []
        is_open = await ctx.connection.fetchval(_OPEN, ctx.household["id"], self.kind.name)
        return [problem_of(PROCEEDING_OPEN)] if is_open else []

    async def write(self, ctx: HouseholdContext, step: Step[HouseholdContext], overridden: list[str]) -> None:
        """Open a proceeding where there is none, run the effects, change the state, add the act."""
        if ctx.proceeding is None and self.kind is not None and step.to is not None:
            await self._open(ctx, self.kind, step.to)
        await super().write(ctx, step, overridden)
        if ctx.proceeding is not None and step.sources:
            changes: dict[str, Any] = {"state": step.to.name} if step.to and not ctx.stays else {}
            if step.day_column:
                changes[step.day_column] = ctx.on
            await ctx.update("proceeding", ctx.proceeding["id"], **changes, **ctx.changes)
        await _add_act(ctx, step, overridden)

    async def _open(self, ctx: HouseholdContext, kind: ProceedingKind, state: Word) -> None:
        ctx.proceeding = await ctx.insert_returning(
            ProceedingRow,
            "proceeding",
            household=ctx.household["id"],
            kind=kind.name,
            state=state.name,
            opened_on=ctx.on,
            clue=ctx.clue["id"] if ctx.clue else None,
            monitoring_case=ctx.open_case["id"] if ctx.open_case else None,
            version=1,
        )

    async def record(self, ctx: HouseholdContext, step: Step[HouseholdContext], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger, and the message to the household or to the official who acts next. Q24"""
        table = next((name for name in _TABLES if name in ctx.touched), "household")
        number = ctx.touched.get(table, ctx.household["id"])
        act, services = ctx.drawn["act"], ctx.services
        facts: dict[str, ledger.Fact] = {"act": act, "on": ctx.on.isoformat(), "overridden": ",".join(overridden)}
        entry = ledger.AuditEntry(ctx.action, table, number, facts, tiers_of(ctx.household))
        ctx.defer_insert(
            "event",
            **ledger.event(entry, ctx.subject, ctx.now, policy_version=services.policy_version, trace=services.trace),
        )
        ctx.defer_insert(
            "message",
            household=ctx.household["id"],
            topic=ctx.action,
            recipient="household" if ctx.notifications.get("household") else "next",
            content=orjson.dumps({**ctx.notifications, "act": act}, default=str).decode(),
            at=ctx.now,
            attempts=0,
        )

    def response(self, ctx: HouseholdContext) -> Mapping[str, int]:
        """The ids of the rows touched, and always the household's."""
        return {**ctx.touched, "household": int(ctx.household["id"])}


def facts_of(ctx: HouseholdContext) -> ObjectFacts:
    """The facts of the household that a decision about the step needs, with the state of the proceeding."""
    return facts_of_household(ctx.household, ctx.sectors, ctx.proceeding["state"] if ctx.proceeding else None)


async def _add_act(ctx: HouseholdContext, step: Step[HouseholdContext], overridden: list[str]) -> None:
    case = ctx.touched.get("monitoring_case") or _case_of(ctx, step)
    if case is not None:
        await ctx.flush()  # the act keeps a picture of the case, with all rows that belong to it
    ctx.defer_insert_with_id(
        "act",
        household=ctx.household["id"],
        proceeding=ctx.proceeding["id"] if ctx.proceeding else None,
        monitoring_case=case,
        step=step.id.action,
        taken_on=ctx.on,
        recorded_at=ctx.now,
        role=ctx.subject.role,
        reason=ctx.reason,
        overridden=overridden or None,
        account=ctx.subject.account,
        person=ctx.subject.person,
        post=ctx.subject.post,
        arguments=orjson.dumps(_plain(ctx.arguments), default=str).decode(),
    )


def _case_of(ctx: HouseholdContext, step: Step[HouseholdContext]) -> int | None:
    if step.target == "MonitoringCase":
        return int(ctx.target["id"])
    if ctx.proceeding is not None and ctx.proceeding["monitoring_case"] is not None:
        return int(ctx.proceeding["monitoring_case"])
    return int(ctx.open_case["id"]) if ctx.open_case is not None else None


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.name if isinstance(value, Word) else value for name, value in arguments.items() if value is not None
    }

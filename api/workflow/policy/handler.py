"""策略办理 Handlers of steps on a version of the policy: the layer is locked, then the version. Q1, RULES §2

An earlier check of a version, outside the transaction, is compared with the version as it is under the lock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.database import Connection, fetch_row
from api.errors import Code, Problem, code
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Kind, Tier
from api.schema.rows.policy import PolicyVersionRow
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.errors import StepProblem, StepRefused, problem_of
from api.workflow.engine.handler import PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.idempotency import LockQuery
from api.workflow.engine.step import Step

POLICY_LAYER = code(
    "POLICY_LAYER",
    400,
    zh="策略层级应为国家（0）或省级单位代码",
    en="expected the nation (0) or the code of a province as the layer",
    next_zh="写 0 或本省代码",
    next_en="write 0 or the code of one's province",
    question="Q1",
)
LOCK = "select lock_layer($1)"
_LOCK_LAYER = "select lock_layer($6)"
_LOCK_LAYER_OF = "select lock_layer(v.layer) from policy_version v where v.id = $6"
_LOCKED = "select * from policy_version where id = $1 for update"
_IN_FORCE = "select policy_version from policy_head where layer = $1"


@dataclass(slots=True)
class PolicyContext(StepContext):
    """Context of a step on a version of the policy.

    layer  code of the unit whose layer it is
    row    the version; after a step that makes one of it, the new version; None until a draft is inserted
    """

    layer: str = field(kw_only=True)
    row: PolicyVersionRow | None = None

    @property
    def required_row(self) -> PolicyVersionRow:
        """The version. LookupError before a draft is inserted."""
        return self.required(self.row, "a version")

    async def change(self, **values: Any) -> None:
        """Change columns of the version; its number for concurrent edits grows by itself."""
        row = self.required_row
        values["version"] = row["version"] + 1
        names = ", ".join(f"{name} = ${index}" for index, name in enumerate(values, start=2))
        sql = f"update policy_version set {names} where id = $1 returning *"  # noqa: S608 - names of columns
        self.row = await fetch_row(self.connection, PolicyVersionRow, sql, row["id"], *values.values())


@dataclass(slots=True)
class VersionContext(PolicyContext):
    """Context of a step on a version that exists."""

    @property
    def version(self) -> int:
        """The number of the version for concurrent edits."""
        return int(self.required_row["version"])


P = TypeVar("P", bound=PolicyContext)


class PolicyHandler(StepHandler[P]):
    """Permits and records steps on versions; `actions` are the policy's words where they are not the steps' own."""

    def __init__(self, actions: Mapping[str, str] | None = None) -> None:
        self._actions = actions or {}

    def permissions(self, ctx: P, step: Step[P]) -> tuple[PermissionCheck, ...]:
        """The check whether the subject may take the step on the layer's versions, in the version's state."""
        state = ctx.row["state"] if ctx.row is not None else None
        facts = ObjectFacts(place_of(ctx.layer), state=state)
        return (PermissionCheck(self._actions.get(step.name, step.id.action), Kind.POLICY, facts),)

    async def record(self, ctx: P, step: Step[P], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger: an official who reads the layer's ledger reads it."""
        row, services = ctx.required_row, ctx.services
        place = {} if ctx.layer == NATION else {"province": ctx.layer}
        facts = {"layer": ctx.layer, "number": row["number"], "digest": row["digest"], **ctx.notifications}
        entry = ledger.AuditEntry(ctx.action, "PolicyVersion", row["id"], facts, place)
        await ledger.append(
            ctx.connection,
            entry,
            ctx.subject,
            ctx.now,
            policy_version=services.policy_version,
            trace=services.trace,
        )

    def response(self, ctx: P) -> Mapping[str, int]:
        """The id of the version, or of the version made of it."""
        return {"policy_version": int(ctx.required_row["id"])}


class DraftHandler(PolicyHandler[PolicyContext]):
    """Takes the step that drafts a version of a layer."""

    def lock_query(self, step: Step[PolicyContext], step_input: StepInput) -> LockQuery:  # noqa: ARG002 - as every handler's
        """The query that locks the layer."""
        return LockQuery(_LOCK_LAYER, step_input.arguments["layer"])

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[PolicyContext],
        step_input: StepInput,
        *,
        locked: bool = True,  # noqa: ARG002 - no step check is offered
    ) -> PolicyContext:
        """The layer. POLICY_LAYER unless it is the nation's or a province's."""
        layer = step_input.arguments["layer"]
        _check_layer(layer)
        return PolicyContext(connection, subject, services, step.id, step_input, layer=layer)


class VersionHandler(PolicyHandler[VersionContext]):
    """Takes the steps on a version that exists."""

    def lock_query(self, step: Step[VersionContext], step_input: StepInput) -> LockQuery:  # noqa: ARG002 - as every handler's
        """The query that locks the layer of the version."""
        return LockQuery(_LOCK_LAYER_OF, step_input.number)

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[VersionContext],
        step_input: StepInput,
        *,
        locked: bool = True,  # noqa: ARG002 - no step check is offered
    ) -> VersionContext | None:
        """The version, locked; None when there is none."""
        row = await fetch_row(connection, PolicyVersionRow, _LOCKED, step_input.number)
        if row is None:
            return None
        return VersionContext(connection, subject, services, step.id, step_input, layer=row["layer"], row=row)

    def check_state(self, ctx: VersionContext, step: Step[VersionContext]) -> Iterable[StepProblem]:
        """WRONG_STATE unless the version is in a state the step needs."""
        yield from wrong_state(ctx.required_row["state"], step.standing, 1)


def place_of(layer: str) -> tuple[str, ...]:
    """The path of the unit whose layer it is."""
    return (NATION,) if layer == NATION else (NATION, layer)


async def version_in_force(connection: Connection, layer: str) -> int | None:
    """The id of the layer's version in force; None while there is none."""
    number: int | None = await connection.fetchval(_IN_FORCE, layer)
    return number


def _check_layer(layer: str) -> None:
    try:
        tier = tier_of(layer)
    except Problem:
        tier = None
    if tier not in (Tier.NATIONAL, Tier.PROVINCE):
        raise refused(POLICY_LAYER)


def refused(which: Code, **facts: Any) -> StepRefused:
    """A refusal with one problem, ready to be raised."""
    return StepRefused([problem_of(which, **facts)])

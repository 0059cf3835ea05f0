"""任免办理 What the handlers of proposals and answers share: the appointment, its audit entry, its refusal. RULES §2"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from api.audit import ledger
from api.database import Row
from api.schema.paths import tiers_of
from api.workflow.engine.contexts import StepContext
from api.workflow.engine.handler import StepHandler
from api.workflow.engine.step import Step
from api.workflow.posts.errors import NOT_ALLOWED

_COLUMNS = ("change", "unit", "department", "duty", "account", "post", "delegated")


@dataclass(slots=True)
class AppointmentContext(StepContext):
    """Context of a step about an appointment; None until a proposal has inserted it."""

    appointment: Row | None = None

    @property
    def required_appointment(self) -> Row:
        """The appointment. LookupError before it is inserted."""
        if self.appointment is None:
            raise LookupError(f"{self.action} has no appointment yet")
        return self.appointment


A = TypeVar("A", bound=AppointmentContext)


class AppointmentHandler(StepHandler[A]):
    """Records steps about appointments."""

    not_allowed = NOT_ALLOWED

    async def record(self, ctx: A, step: Step[A], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger, where the post is."""
        row = ctx.required_appointment
        days = {name: row[name] and row[name].isoformat() for name in ("since", "until")}
        facts = {**{name: row[name] for name in _COLUMNS}, **days}
        entry = ledger.Happening(ctx.action, "Appointment", row["id"], facts, tiers_of(row))
        services = ctx.services
        await ledger.append(
            ctx.connection,
            entry,
            ctx.subject,
            ctx.now,
            policy_version=services.policy_version,
            trace=services.trace,
        )

    def response(self, ctx: A) -> Mapping[str, int]:
        """The id of the appointment."""
        return {"appointment": int(ctx.required_appointment["id"])}

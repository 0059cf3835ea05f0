"""任免办理 Base of the handlers of proposals and answers: the appointment and its audit entry. RULES §2"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from api.audit import ledger
from api.schema.paths import tiers_of
from api.schema.rows.posts import AppointmentRow
from api.workflow.engine.contexts import StepContext
from api.workflow.engine.handler import StepHandler
from api.workflow.engine.step import Step
from api.workflow.posts.errors import NOT_ALLOWED


@dataclass(slots=True)
class AppointmentContext(StepContext):
    """Context of a step about an appointment; None until a proposal has inserted it."""

    appointment: AppointmentRow | None = None

    @property
    def required_appointment(self) -> AppointmentRow:
        """The appointment. LookupError before it is inserted."""
        return self.required(self.appointment, "an appointment")


A = TypeVar("A", bound=AppointmentContext)


class AppointmentHandler(StepHandler[A]):
    """Records steps about appointments."""

    not_allowed = NOT_ALLOWED

    async def record(self, ctx: A, step: Step[A], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add the entry of the ledger, where the post is."""
        row = ctx.required_appointment
        facts: dict[str, ledger.Fact] = {
            "change": row["change"],
            "unit": row["unit"],
            "department": row["department"],
            "duty": row["duty"],
            "account": row["account"],
            "post": row["post"],
            "delegated": row["delegated"],
            "since": row["since"].isoformat() if row["since"] else None,
            "until": row["until"].isoformat() if row["until"] else None,
        }
        entry = ledger.AuditEntry(ctx.action, "Appointment", row["id"], facts, tiers_of(row))
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

"""申请上下文 Context of a step about a national request, an item of one, or a case that is proposed. Q29, Q40

The request is locked first, then its items in order of their ids; an item of another request is not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from api.access.subject import Subject
from api.database import Connection, fetch_row, fetch_rows
from api.rules.words import steps
from api.rules.words.judging import NationalOperation
from api.rules.words.steps import StepId
from api.schema.paths import Columns
from api.schema.rows.household import HouseholdRow
from api.schema.rows.national import NationalRequestRow, RequestItemRow
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.handler import MissingArgument
from api.workflow.engine.step import Entries, Reference, Step

_ITEM = "select * from request_item where id = $1"
_REQUEST = "select * from national_request where id = $1"
_OWN = "select * from request_item where request = $1 order by id"
_NAMED = """
select i.* from request_item i join national_request r on r.id = $1
where i.id = any($2::bigint[]) and (i.request = r.id or ($3 and i.request is null and i.province = r.province))
order by i.id"""
_HOUSEHOLD = "select h.* from household h join monitoring_case c on c.household = h.id where c.id = $1"
_CASE = "select * from monitoring_case where id = $1"


@dataclass(slots=True)
class RequestContext(StepContext):
    """Context of a step about a national request.

    target     the row the step's id names: a request, an item, or the case that is proposed
    request    the request; None where the target is an item or a case
    household  the household of the proposed case; None where the target is no case
    items      items the step acts on, in order of their ids
    wanted     ids of the items the step names; None when it names none
    """

    target: Columns = field(kw_only=True)
    request: NationalRequestRow | None = None
    household: HouseholdRow | None = None
    items: list[RequestItemRow] = field(default_factory=list)
    wanted: list[int] | None = None

    @property
    def version(self) -> int:
        """The version of the target."""
        return int(self.target["version"])

    @property
    def required_request(self) -> NationalRequestRow:
        """The request. LookupError where the step table lets a step without one ask for it."""
        return self.required(self.request, "a request")

    @property
    def required_household(self) -> HouseholdRow:
        """The household of the proposed case. LookupError where the step is about no case."""
        return self.required(self.household, "a case")

    @property
    def numbers(self) -> list[int]:
        """The ids of the items acted on."""
        return [item["id"] for item in self.items]

    @property
    def operation(self) -> NationalOperation:
        """The operation that is proposed."""
        operation: NationalOperation = self.arguments["operation"]
        return operation


async def load(
    connection: Connection,
    subject: Subject,
    services: StepServices,
    step: Step[RequestContext],
    step_input: StepInput,
    *,
    locked: bool = True,
) -> RequestContext | None:
    """The context of a step on the row its id names; None when there is none. Rows it changes are `locked`."""
    number, for_update = step_input.number, " for update" if locked else ""
    household = None
    if step.target == "MonitoringCase":
        sql = f"{_HOUSEHOLD}{for_update} of h" if locked else _HOUSEHOLD
        household = await fetch_row(connection, HouseholdRow, sql, number)
        target = await connection.fetchrow(_CASE, number)
    else:
        target = await connection.fetchrow(f"{_ITEM if step.target == 'RequestItem' else _REQUEST}{for_update}", number)
    if target is None:
        return None
    ctx = RequestContext(connection, subject, services, step.id, step_input, target=target, household=household)
    if step.target == "RequestItem":
        ctx.items = [cast("RequestItemRow", target)]
    if step.target == "NationalRequest":
        ctx.request, ctx.wanted = cast("NationalRequestRow", target), _named(step, ctx.arguments)
        await _load_items(ctx, for_update)
    return ctx


async def _load_items(ctx: RequestContext, for_update: str) -> None:
    if ctx.wanted is None:
        ctx.items = await fetch_rows(ctx.connection, RequestItemRow, f"{_OWN}{for_update}", ctx.target["id"])
    else:
        sql, loose = f"{_NAMED}{for_update and ' for update of i'}", _takes_up(ctx.step_id)
        ctx.items = await fetch_rows(ctx.connection, RequestItemRow, sql, ctx.target["id"], ctx.wanted, loose)


def _takes_up(step_id: StepId) -> bool:
    """Whether the step may name items that belong to no request yet."""
    return step_id is steps.REQUEST_TAKE_UP


def _named(step: Step[RequestContext], arguments: Mapping[str, Any]) -> list[int] | None:
    for argument in step.arguments:
        try:
            if argument.python == Reference("RequestItem", many=True):
                return list(arguments[argument.name])
            if isinstance(argument.python, Entries):
                return [entry["item"] for entry in arguments[argument.name]]
        except MissingArgument:
            return None
    return None

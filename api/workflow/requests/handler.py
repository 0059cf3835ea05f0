"""申请办理 Handler of steps about national requests: permissions, states, audit entries. Q29, Q40, RULES §4

An item's entry lies at its county, not deeper: neither village nor township learns that it was proposed. (ours)
"""

from collections.abc import Iterable, Sequence

from api.access.request import ObjectFacts
from api.access.request_points import point_of
from api.access.subject import Subject
from api.audit import ledger
from api.database import Connection
from api.errors import Term
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.steps import OPERATIONS, REQUEST_EXECUTE
from api.rules.words.vocabulary import Kind
from api.schema.paths import path_of, tiers_of
from api.schema.rows.national import RequestItemRow
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import NOT_OF_REQUEST, StepProblem, problem_of
from api.workflow.engine.handler import MissingArgument, PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.step import Reference, Step
from api.workflow.requests import context
from api.workflow.requests.context import RequestContext

_BECOME = "update request_item set state = $2, version = version + 1 where id = any($1::bigint[])"
_ACT = "select * from act where id = $1 and monitoring_case = $2"
_EXECUTED = "select exists (select from national_execution where request = $1 and account = $2)"
SEEN_BY_COUNTY = ("province", "city", "county")


class RequestHandler(StepHandler[RequestContext]):
    """Takes steps about national requests."""

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[RequestContext],
        step_input: StepInput,
        *,
        locked: bool = True,
    ) -> RequestContext | None:
        """The request, item or case with the items the step acts on; None when there is none."""
        return await context.load(connection, subject, services, step, step_input, locked=locked)

    def read_permission(self, ctx: RequestContext, step: Step[RequestContext]) -> PermissionCheck:
        """The check whether the subject may read the case in its state, or the request or item."""
        kind = Kind.CASE if step.target == "MonitoringCase" else Kind.REQUEST
        state = ctx.target["state"] if kind is Kind.CASE else None
        return PermissionCheck("read", kind, ObjectFacts(path_of(ctx.household or ctx.target), state=state))

    def permissions(self, ctx: RequestContext, step: Step[RequestContext]) -> Sequence[PermissionCheck]:
        """The checks whether the subject may take the step, or each item's locked action at its place. RULES §4"""
        verb = step.id.verb
        if verb is None:
            return [PermissionCheck(step.id.action, Kind.REQUEST, ObjectFacts(path_of(ctx.target)))]
        if ctx.household is not None:
            place = path_of(ctx.household)
            return [_locked(operation, verb, place, "none") for operation in _proposed(ctx)]
        cells = {(item["operation"], path_of(item), _point(item, step)) for item in ctx.items}
        if not cells:
            place, nominal = path_of(ctx.target), point_of(step.items[0])
            return [_locked(operation, verb, place, nominal) for operation in NationalOperation]
        return [_locked(NationalOperation[name], verb, place, point) for name, place, point in sorted(cells)]

    async def load_references(self, ctx: RequestContext, step: Step[RequestContext]) -> list[StepProblem]:
        """Load the act a proposal names; NOT_OF_REQUEST for ids that are not of the request or the case."""
        problems = []
        missing = set(ctx.wanted or ()) - set(ctx.numbers)
        if missing:
            problems.append(problem_of(NOT_OF_REQUEST, field=Term("items", "事项", "items"), count=len(missing)))
        for argument in step.arguments:
            number = ctx.arguments.get(argument.name)
            if argument.python != Reference("Act") or number is None:
                continue
            case = ctx.target["id" if step.target == "MonitoringCase" else "monitoring_case"]
            row = await ctx.connection.fetchrow(_ACT, number, case)
            if row is None:
                problems.append(problem_of(NOT_OF_REQUEST, field=Term("targetAct", argument.zh, "targetAct"), count=1))
            else:
                ctx.references[argument.name] = row
        return problems

    def check_state(self, ctx: RequestContext, step: Step[RequestContext]) -> Iterable[StepProblem]:
        """WRONG_STATE unless the request, and each item the step names, is in a state the step needs. Q40"""
        if step.target != "MonitoringCase":
            yield from wrong_state(ctx.target["state"], step.standing)
        if ctx.request is not None and ctx.wanted is not None:
            for state in sorted({item["state"] for item in ctx.items}):
                yield from wrong_state(state, step.items)

    async def was_done(self, ctx: RequestContext, step: Step[RequestContext]) -> bool:
        """Whether this account executed the request from the version it names: keys are purged, executions are not."""
        if step.id is not REQUEST_EXECUTE or ctx.target["version"] != (ctx.step_input.version or 0) + 1:
            return False
        return bool(await ctx.connection.fetchval(_EXECUTED, ctx.target["id"], ctx.subject.account))

    async def write(self, ctx: RequestContext, step: Step[RequestContext], overridden: list[str]) -> None:
        """Run the effects; leave the items the step acts on, and its target, in the states it declares."""
        await super().write(ctx, step, overridden)
        if step.items_become is not None:
            await ctx.connection.execute(_BECOME, ctx.numbers, step.items_become.name)
        changes = {"state": step.becomes.name} if step.becomes else {}
        if ctx.request is not None:
            await ctx.update("national_request", ctx.request["id"], **changes)
        elif step.target == "RequestItem":
            await ctx.update("request_item", ctx.target["id"], **changes)

    async def record(self, ctx: RequestContext, step: Step[RequestContext], overridden: list[str]) -> None:  # noqa: ARG002 - as every handler's
        """Add an entry for the request and one for each item, in the transaction of the change."""
        common: dict[str, ledger.Fact] = {"on": ctx.on.isoformat(), "overridden": ",".join(overridden)}
        entries = []
        number = ctx.touched.get("national_request")
        if number is not None:
            place = {"province": (ctx.request or ctx.items[0])["province"]}
            facts = {**common, "items": len(ctx.items)}
            entries.append(ledger.AuditEntry(ctx.action, "NationalRequest", number, facts, place))
        for item in ctx.items:
            where = {tier: code if tier in SEEN_BY_COUNTY else None for tier, code in tiers_of(item).items()}
            facts = {**common, "request": number or item["request"]}
            entries.append(ledger.AuditEntry(ctx.action, "RequestItem", item["id"], facts, where))
        services = ctx.services
        await ledger.append_all(
            ctx.connection,
            entries,
            ctx.subject,
            ctx.now,
            policy_version=services.policy_version,
            trace=services.trace,
        )


def _proposed(ctx: RequestContext) -> Iterable[NationalOperation]:
    try:
        return [ctx.operation]
    except MissingArgument:
        return NationalOperation


def _point(item: RequestItemRow, step: Step[RequestContext]) -> str:
    """The item's progress; an item in a wrong state is refused for its state, and checked as if it were right."""
    state = ItemState[item["state"]]
    return point_of(state if state in step.items else step.items[0])


def _locked(operation: NationalOperation, verb: str, place: tuple[str, ...], point: str) -> PermissionCheck:
    return PermissionCheck(f"{OPERATIONS[operation]}.{verb}", Kind.REQUEST, ObjectFacts(place, grant=point))

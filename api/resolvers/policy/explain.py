"""权限说明 `explainAccess`: may this official do this to that object, under which policy, and why or why not. Q1

Asked of given facts it tells nothing about anybody. Asked of a stored object it needs that the caller may read it, and
of somebody else's post that the caller may read officials there; beyond that, both answer as if they were not there.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated, Any

import strawberry

from api.access.policy import Policy
from api.access.request import ObjectFacts, Request
from api.access.review.candidate import candidate
from api.access.role import Role, role_named
from api.access.versions.store import load_by_digest, read_in_force, stored
from api.access.words import KINDS
from api.clock import today
from api.database import Connection
from api.errors import Problem, code
from api.planner.facts import facts_of_row
from api.planner.identifiers import parse_id
from api.resolvers.execution import OperationContext, context_of
from api.resolvers.policy.queries import POLICY_VERSION_UNKNOWN, readable
from api.resolvers.policy.types import ShownExplanation, shown_explanation
from api.rules.words.vocabulary import Department, Duty, Kind, Tier
from api.schema.build import described, field_of
from api.schema.catalogue import catalogue
from api.schema.declare import TIER_COLUMNS
from api.schema.paths import path_of

EXPLAIN_WHOM = code(
    "EXPLAIN_WHOM",
    404,
    zh="没有这一岗位，或不能查看",
    en="there is no such post, or it may not be read",
    next_zh="给出账号名及其岗位，或角色和单位",
    next_en="give an account and its post, or a role and its unit",
    question="Q1",
)
EXPLAIN_WHAT = code(
    "EXPLAIN_WHAT",
    404,
    zh="没有这一对象，或不能查看",
    en="there is no such object, or it may not be read",
    next_zh="给出能查看的对象，或对象种类、地点等事实",
    next_en="give an object one may read, or facts: kind, place, …",
    question="Q1",
)
_POSTS = f"""
select p.tier, p.department, p.duty, p.account, {", ".join(f"p.{tier}" for tier in TIER_COLUMNS)}, u.code
from account a join post p on p.account = a.id join unit u on u.id = p.unit
where a.name = $1 and p.since <= $2 and (p.until is null or $2 <= p.until) and ($3::text is null or $3 =
  lower(concat_ws(':', p.tier, p.department, p.duty))) order by p.id limit 1"""  # noqa: S608 - declared names only


@dataclass(frozen=True, slots=True)
class _Who:
    role: Role
    home: str


async def _explain(self: Any, info: strawberry.Info, *, action: str, **arguments: Any) -> ShownExplanation:  # noqa: ARG001 - GraphQL's names
    ctx = context_of(info)
    arguments = {
        **dict.fromkeys(_ARGUMENTS),
        **{name: value for name, value in arguments.items() if value is not strawberry.UNSET},
    }
    async with ctx.worker.writing() as connection:
        who = await _who(connection, ctx, arguments)
        kind, facts = await _what(connection, ctx, arguments)
        policy = await _policy(connection, ctx, arguments)
    request = Request.of(who.role, who.home, action, kind, facts)
    return await asyncio.to_thread(lambda: shown_explanation(policy.answer(request), policy.version))


async def _who(connection: Connection, ctx: OperationContext, arguments: dict[str, Any]) -> _Who:
    if arguments["account"] is None and arguments["role"] is None:
        subject = ctx.subject
        return _Who(Role(subject.tier, subject.department, subject.duty), subject.home)
    if arguments["account"] is None:
        if arguments["home"] is None:
            raise Problem(EXPLAIN_WHOM)
        return _Who(role_named(arguments["role"]), arguments["home"])
    row = await connection.fetchrow(_POSTS, arguments["account"], today(ctx.worker.clock), arguments["role"])
    if row is None:
        raise Problem(EXPLAIN_WHOM)
    facts = ObjectFacts(path_of(row))
    if row["account"] != ctx.subject.account and not ctx.worker.double_check.decide(
        ctx.policy, ctx.subject, "read", Kind.OFFICIAL, facts
    ):
        raise Problem(EXPLAIN_WHOM)
    return _Who(Role(Tier[row["tier"]], Department[row["department"]], Duty[row["duty"]]), row["code"])


async def _what(connection: Connection, ctx: OperationContext, arguments: dict[str, Any]) -> tuple[Kind, ObjectFacts]:
    grant = arguments["grant"] or "none"
    if arguments["object"] is None:
        if arguments["kind"] not in KINDS or arguments["place"] is None:
            raise Problem(EXPLAIN_WHAT)
        return KINDS[arguments["kind"]], replace(_facts(arguments), grant=grant)
    type_name, number = parse_id(arguments["object"])
    type_ = catalogue()[type_name]
    facts = await facts_of_row(connection, type_, number)
    if facts is None or not ctx.worker.double_check.decide(ctx.policy, ctx.subject, "read", type_.kind, facts):
        raise Problem(EXPLAIN_WHAT)
    return type_.kind, replace(facts, grant=grant)


def _facts(arguments: dict[str, Any]) -> ObjectFacts:
    sectors = set((arguments["sectors"] or "").split("|"))
    return ObjectFacts(
        place=tuple(arguments["place"].split("/")),
        cooperating=tuple(arguments["cooperating"].split("/")) if arguments["cooperating"] else (),
        sectors=frozenset(department for department in Department if department.name.lower() in sectors),
        state=arguments["state"],
    )


async def _policy(connection: Connection, ctx: OperationContext, arguments: dict[str, Any]) -> Policy:
    if arguments["version"] is not None:
        row = await readable(connection, ctx, arguments["version"])
        in_force = await read_in_force(connection)
        version = (await stored(connection, [row["id"]]))[0]
        return (await asyncio.to_thread(candidate, in_force, version)).whole
    if arguments["policy"] is not None and not ctx.policy.version.startswith(arguments["policy"] or "-"):
        past = ObjectFacts(state="SUPERSEDED")
        if not ctx.worker.double_check.decide(ctx.policy, ctx.subject, "read", Kind.POLICY, past):
            raise Problem(POLICY_VERSION_UNKNOWN)
        return await load_by_digest(connection, arguments["policy"])
    return ctx.policy


def _text(zh: str, en: str) -> Any:
    return Annotated[str | None, strawberry.argument(description=described(zh, en))]


def _id(zh: str, en: str) -> Any:
    return Annotated[strawberry.ID | None, strawberry.argument(description=described(zh, en))]


_ARGUMENTS = {
    "action": Annotated[str, strawberry.argument(description=described("动作", "A word of docs/permissions.md."))],
    "account": _text("账号名", "Whose right; the caller's own post when neither it nor `role` is given."),
    "role": _text("角色", "tier:department:duty, instead of an account, or one of its posts."),
    "home": _text("本单位", "Code of the unit of that role."),
    "object": _id("对象", "A stored object the caller may read."),
    "kind": _text("对象种类", "Instead of an object: its kind, with the facts below."),
    "place": _text("所在", "Path of its unit, such as 0/50/500110."),
    "cooperating": _text("配合单位", "Path of its cooperating unit."),
    "sectors": _text("参与部门", "Departments involved with it, joined by |."),
    "state": _text("状态", "Its state."),
    "grant": _text("申请进度", "How far its national request has come: none, proposed, reviewed, decided."),
    "version": _id("策略版本", "As if this version were in force; a draft too."),
    "policy": _text("策略摘要", "As under the policy with this digest, or its beginning, as events carry it."),
}
EXPLAIN = field_of(
    "explainAccess",
    ShownExplanation,
    "权限说明 May somebody do this to that, and why or why not: the rows, their questions, the nearest row. Q1",
    _explain,
    _ARGUMENTS,
)

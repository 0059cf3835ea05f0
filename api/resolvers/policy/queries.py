"""策略查询 Queries of policy administration: check, difference, and why somebody may or may not. Q1

A version is shown to whom the policy lets read it; one beyond that answers as one that is not there. `explainAccess`
of a real object needs that the caller may read the object; of given facts it tells nothing about anybody.
"""

import asyncio
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from api.access.reading.finding import POLICY_REFUSED
from api.access.request import ObjectFacts
from api.access.review.difference import difference
from api.access.versions.store import composed, read_in_force, stored
from api.clock import today
from api.database import Connection, fetch_row
from api.errors import Problem, Term, code
from api.resolvers.execution import OperationContext, context_of
from api.resolvers.policy.types import (
    ShownChange,
    ShownCheck,
    ShownDifference,
    shown_change,
    shown_failure,
    shown_finding,
)
from api.resolvers.steps.inputs import number_of
from api.rules.units import NATION
from api.rules.words.vocabulary import Kind
from api.schema.build import described, field_of
from api.schema.rows.policy import PolicyVersionRow
from api.workflow.engine.errors import StepRefused
from api.workflow.policy.handler import place_of
from api.workflow.policy.judgement import Judged, judge, uncovered

POLICY_VERSION_UNKNOWN = code(
    "POLICY_VERSION_UNKNOWN",
    404,
    zh="没有这一策略版本，或不能查看",
    en="there is no such version of the policy, or it may not be read",
    next_zh="从策略版本列表中选取",
    next_en="take one of policyVersions",
    question="Q1",
)
MOST_FAILURES = 50


async def readable(connection: Connection, ctx: OperationContext, identifier: str) -> PolicyVersionRow:
    """The version's row, when the caller may read it. POLICY_VERSION_UNKNOWN."""
    number = number_of(identifier, "PolicyVersion")
    row = await fetch_row(connection, PolicyVersionRow, "select * from policy_version where id = $1", number)
    if row is not None:
        facts = ObjectFacts(place_of(row["layer"]), state=row["state"])
        if ctx.worker.double_check.decide(ctx.policy, ctx.subject, "read", Kind.POLICY, facts):
            return row
    raise Problem(POLICY_VERSION_UNKNOWN)


async def _judged(info: strawberry.Info, identifier: str, *, cases: bool) -> tuple[PolicyVersionRow, Judged]:
    ctx = context_of(info)
    async with ctx.worker.writing() as connection:
        row = await readable(connection, ctx, identifier)
        try:
            return row, await judge(connection, row["id"], today(ctx.worker.clock), cases=cases)
        except StepRefused:
            raise Problem(POLICY_VERSION_UNKNOWN) from None


async def _check(self: Any, info: strawberry.Info, *, id: str) -> ShownCheck:  # noqa: A002, ARG001 - GraphQL's names
    row, judged = await _judged(info, id, cases=True)
    idle = await asyncio.to_thread(uncovered, judged) if "uncovered" in _selected(info) else []
    errors = [finding for finding in judged.findings if finding["severity"] == "ERROR"]
    return ShownCheck(
        number=row["id"],
        digest=judged.version.content.digest,
        possible=not errors and not judged.failures,
        findings=[shown_finding(finding) for finding in judged.findings],
        failures=[shown_failure(failure) for failure in judged.failures[:MOST_FAILURES]],
        uncovered=idle,
    )


def _selected(info: strawberry.Info) -> set[str]:
    return {field.name for chosen in info.selected_fields for field in chosen.selections if hasattr(field, "name")}


async def _difference(self: Any, info: strawberry.Info, *, id: str) -> ShownDifference:  # noqa: A002, ARG001 - GraphQL's names
    row, judged = await _judged(info, id, cases=False)
    if judged.candidate is None:
        findings = list(judged.findings)
        raise Problem(
            POLICY_REFUSED,
            count=len(findings),
            first=Term(findings[0]["code"], findings[0]["zh"], findings[0]["en"]),
            findings=findings,
        )
    conflict = row["parent"] != (judged.head.id if judged.head else None)
    return ShownDifference(
        number=row["id"],
        digest=judged.version.content.digest,
        difference=judged.difference,
        conflict=conflict,
        changes=[shown_change(change, judged.holders) for change in judged.candidate.changes],
        meanwhile=await _meanwhile(context_of(info), row["parent"], judged) if conflict else [],
    )


async def _meanwhile(ctx: OperationContext, parent: int | None, judged: Judged) -> list[ShownChange]:
    """The changes between the version it was drafted from and the version in force."""
    head = judged.head
    async with ctx.worker.writing() as connection:
        in_force = await read_in_force(connection)
        drafted = await stored(connection, [parent]) if parent is not None else []
    layers = {layer: version for layer, version in in_force.layers.items() if layer == NATION or version == head}
    others = {layer: version for layer, version in layers.items() if version != head}
    before = replace(in_force, layers={**others, **{version.layer: version for version in drafted}})
    changes = await asyncio.to_thread(lambda: difference(composed(before), composed(replace(in_force, layers=layers))))
    return [shown_change(change, judged.holders) for change in changes]


_ID = Annotated[strawberry.ID, strawberry.argument(description=described("策略版本", "The version."))]
CHECK = field_of(
    "policyCheck",
    ShownCheck,
    "检查策略 What the editor of a version should know. Q1",
    _check,
    {"id": _ID},
)
DIFFERENCE = field_of(
    "policyDifference",
    ShownDifference,
    "策略差异 Which roles gain and lose what, on which objects: exhaustive. Q1",
    _difference,
    {"id": _ID},
)

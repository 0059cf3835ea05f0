"""申请留痕 What a step about a request changes and leaves on record: states, digests, what would change, events. Q40

An item's events lie at its county, not deeper: neither village nor township learns that it was proposed. (ours)
"""

from collections.abc import Mapping

from api.audit import ledger
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.handler import Asked, Desk, Matter
from api.workflow.engine.step import Step, Workflow
from api.workflow.requests import context
from api.workflow.requests.context import Dossier

_LOOK = """
update request_item i set digest = record_digest(r.record) from request_records($1::bigint[]) r where i.id = r.item"""
_FORGET = "delete from request_effect where item = any($1::bigint[])"
_WORK_OUT = """
insert into request_effect (household, item, object_type, object_id, field, before, after)
select i.household, i.id, o.object_type, o.object_id, o.field, o.before, o.after
from request_outcomes($1::bigint[]) o join request_item i on i.id = o.item order by i.id"""
_FRESH = "select item as id, record_digest(record) as digest from request_records($1::bigint[])"
_BECOME = "update request_item set state = $2, version = version + 1 where id = any($1::bigint[])"
SEEN_BY_COUNTY = ("province", "city", "county")


async def look_anew(work: Dossier) -> None:
    """Work out what the items would change as things stand, and the digest of the record that says so."""
    for sql in (_LOOK, _FORGET, _WORK_OUT):
        await work.connection.execute(sql, work.numbers)


async def read_digests(work: Dossier) -> None:
    """The digests of the items' records as they stand now."""
    rows = await work.connection.fetch(_FRESH, work.numbers)
    work.facts["digests"] = {row["id"]: row["digest"] for row in rows}


async def write(work: Dossier, workflow: Workflow, step: Step, asked: Asked, passed: list[str]) -> None:  # noqa: ARG001 - as every matter
    """Run the effects; the items the step acts on, and its target, are left in the states it says."""
    for effect in step.effects:
        await effect(work)
    if step.items_become is not None:
        await work.connection.execute(_BECOME, work.numbers, step.items_become.name)
    if work.request is not None:
        changes = {"state": step.becomes.name} if step.becomes else {}
        await work.update("national_request", work.request["id"], **changes)
    elif step.target == "RequestItem" and work.target is not None:
        changes = {"state": step.becomes.name} if step.becomes else {}
        await work.update("request_item", work.target["id"], **changes)


async def record(work: Dossier, desk: Desk, passed: list[str]) -> None:
    """One event of the request and one of each item, in the transaction of the change."""
    on: dict[str, ledger.Fact] = {"on": work.on.isoformat(), "passed": ",".join(passed)}
    happenings = []
    number = work.touched.get("national_request")
    if number is not None:
        place = {"province": (work.request or work.items[0])["province"]}
        facts = {**on, "items": len(work.items)}
        happenings.append(ledger.Happening(work.action, "NationalRequest", number, facts, place))
    for item in [*work.items, *work.told.get("items", ())]:
        where = {tier: item[tier] if tier in SEEN_BY_COUNTY else None for tier in TIER_COLUMNS}
        facts = {**on, "request": number or item["request"]}
        happenings.append(ledger.Happening(work.action, "RequestItem", item["id"], facts, where))
    await ledger.append_all(
        work.connection, happenings, work.subject, work.now, policy_version=desk.policy_version, trace=desk.trace
    )


def reply(work: Dossier) -> Mapping[str, int]:
    """What was touched."""
    return dict(work.touched)


REQUEST = Matter(context.load, context.reading, context.questions, context.name, context.kept, write, record, reply)

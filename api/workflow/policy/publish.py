"""发布 Putting a version in force, restoring an earlier one, and the baseline that comes with a release. Q1

One transaction: the layer's old version steps back, the new one comes into force, the head moves and is notified, and
the whole that all layers make is stored under its digest. Publications follow one another, so each sees the one before.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from api.access.policy import FOLDER, Policy
from api.access.reading.content import of_folder
from api.access.reading.finding import POLICY_REFUSED
from api.access.subject import Subject
from api.access.versions.store import check_digests, composed, in_force, serialize, stored
from api.access.versions.watcher import ALIVE
from api.database import Connection
from api.errors import Problem
from api.rules.units import NATION
from api.rules.words.policy_states import PolicyState
from api.rules.words.steps import StepId
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused, problem_of
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Step
from api.workflow.engine.workflow import Workflow
from api.workflow.policy.content import write
from api.workflow.policy.draft import NOTE, insert
from api.workflow.policy.handler import LOCK, VersionContext, VersionHandler, version_in_force
from api.workflow.policy.judgement import Judged
from api.workflow.policy.review import DIFFERENCE, ROWS, check_digest, check_editors, check_parent, judge_whole

HEAD_LOCK = "lock table policy_head in exclusive mode"
_MOVE = """
insert into policy_head (layer, policy_version, seq, at) values ($1, $2, 0, $3)
on conflict (layer) do update set policy_version = excluded.policy_version, at = excluded.at returning seq"""
_STEP_BACK = """
update policy_version set state = 'SUPERSEDED', in_force_until = $2, version = version + 1
where layer = $1 and state = 'PUBLISHED'"""
_STORE = "insert into policy_whole (digest, model, content, at) values ($1, $2, $3, $4) on conflict (digest) do nothing"
_OBEYING = """
select count(*) filter (where seq >= $1) as adopted, count(*) as alive from policy_ack
where seen_at > clock_timestamp() - $2::text::interval"""


@dataclass(frozen=True, slots=True)
class Adoption:
    """Numbers of workers alive and of those that apply a publication."""

    publication: int
    adopted: int
    alive: int


async def _lock_heads(ctx: VersionContext) -> None:
    """Publications follow one another, so that each reads the one before."""
    await ctx.connection.execute(HEAD_LOCK)


async def _check_approved(ctx: VersionContext) -> None:
    judged: Judged = ctx.facts["judged"]
    row = ctx.required_row
    check_digest(judged, ROWS, row["digest"], judged.version.content.digest)
    check_digest(judged, DIFFERENCE, row["difference"], judged.difference)
    problems = list(judged.problems(noted=True))
    if problems:
        raise StepRefused(problems)


async def _publish(ctx: VersionContext) -> None:
    await _into_force(ctx, publisher=ctx.subject.person)
    ctx.notifications["difference"] = ctx.required_row["difference"]


async def _revert(ctx: VersionContext) -> None:
    connection, old = ctx.connection, ctx.required_row
    parent = await version_in_force(connection, ctx.layer)
    note = ctx.arguments.get("note")
    ctx.row = row = await insert(connection, ctx.layer, parent, note, ctx.now, [], reverts=old["id"])
    content = (await stored(connection, [old["id"]]))[0].content
    await write(connection, row["id"], None, content)
    await ctx.change(digest=old["digest"], publisher=ctx.subject.person)
    await _into_force(ctx, publisher=ctx.subject.person)
    ctx.notifications["source"] = old["id"]


async def _into_force(ctx: VersionContext, *, publisher: int) -> None:
    await ctx.connection.execute(_STEP_BACK, ctx.layer, ctx.now)
    await ctx.change(state=PolicyState.PUBLISHED.name, publisher=publisher, in_force_from=ctx.now)
    await ctx.connection.fetchval(_MOVE, ctx.layer, ctx.required_row["id"], ctx.now)
    await _store_whole(ctx.connection, ctx.now)


async def _store_whole(connection: Connection, now: datetime) -> Policy:
    layers = await in_force(connection)
    check_digests(layers)
    try:
        whole = await asyncio.to_thread(composed, layers)
    except Problem as problem:
        if problem.code is not POLICY_REFUSED:
            raise
        raise StepRefused([problem_of(POLICY_REFUSED, **problem.facts)]) from None
    await connection.execute(_STORE, whole.version, whole.model.text, serialize(whole), now)
    return whole


_PUBLISH: Step[VersionContext] = Step(
    StepId("policy", "publish", "发布策略", "Put an approved version in force on every worker.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.APPROVED,),
    prepare=judge_whole,
    effects=(_lock_heads, check_parent, check_editors, _check_approved, _publish),
)
_REVERT: Step[VersionContext] = Step(
    StepId("policy", "revert", "恢复策略", "Put a new version in force that equals one in force before.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.SUPERSEDED,),
    arguments=(NOTE,),
    effects=(_lock_heads, check_editors, _revert),
)
PUBLICATION = Workflow("policy", "发布策略", "Versions put in force", (_PUBLISH, _REVERT), VersionHandler())


async def publish(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Put an approved version in force everywhere. StepRefused when anything is not as it was approved."""
    return (await perform(connection, PUBLICATION, _PUBLISH, subject, step_input, services)).touched["policy_version"]


async def revert(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Put a new version in force that equals one that was in force before; its id. StepRefused."""
    return (await perform(connection, PUBLICATION, _REVERT, subject, step_input, services)).touched["policy_version"]


async def await_adoption(connection: Connection, patience: float) -> Adoption:
    """Wait, at most so many seconds, until every worker alive obeys what is in force."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    newest = await connection.fetchval("select coalesce(max(seq), 0) from policy_head")
    while True:
        (row,) = await connection.fetch(_OBEYING, newest, ALIVE)
        if row["adopted"] == row["alive"] or loop.time() > until:
            return Adoption(newest, row["adopted"], row["alive"])
        await asyncio.sleep(0.05)


async def bring_baseline(owner: Connection, now: datetime) -> str | None:
    """Store the release's baseline: in force where there is none yet, else offered as a draft when it is new.

    The owner of the tables writes it, at start and by `migrate`. The name of the version made, None when none was.
    """
    content = await asyncio.to_thread(of_folder, FOLDER)
    async with owner.transaction():
        await owner.execute(LOCK, NATION)
        released = await owner.fetch(
            "select id, digest from policy_version where layer = '0' and released order by number desc"
        )
        if any(row["digest"] == content.digest for row in released):
            return None
        parent = released[0]["id"] if released else None
        row = await insert(owner, NATION, parent, _RELEASED, now, [], released=True)
        await write(owner, row["id"], None, content)
        await owner.execute("update policy_version set digest = $2 where id = $1", row["id"], content.digest)
        if not released:
            await owner.execute(HEAD_LOCK)
            await owner.execute(
                "update policy_version set state = 'PUBLISHED', in_force_from = $2 where id = $1", row["id"], now
            )
            await owner.fetchval(_MOVE, NATION, row["id"], now)
            await _store_whole(owner, now)
        return f"{NATION}/{row['number']}"


_RELEASED = "随版本发布的基线策略 The baseline of a release"

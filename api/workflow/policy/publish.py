"""发布 Putting a version in force, restoring an earlier one, and the baseline that comes with a release. Q1

One transaction: the layer's old version steps back, the new one comes into force, the head moves and is notified, and
the whole that all layers make is kept under its digest. Publications follow one another, so each sees the one before.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access.policy import FOLDER, Policy
from api.access.reading.content import of_folder
from api.access.reading.finding import POLICY_REFUSED
from api.access.subject import Subject
from api.access.versions.store import check_digests, composed, in_force, kept, stored
from api.access.versions.watcher import ALIVE
from api.clock import today
from api.errors import Problem
from api.rules.units import NATION
from api.rules.words.policy_states import PolicyState
from api.workflow.engine.errors import NotTaken, problem_of
from api.workflow.engine.perform import Desk
from api.workflow.policy.content import write
from api.workflow.policy.draft import head_of, insert
from api.workflow.policy.judgement import judge
from api.workflow.policy.review import holds, on_head, unedited
from api.workflow.policy.transaction import LOCK, Asked, Work, take

HEAD_LOCK = "select pg_advisory_xact_lock(hashtextextended('policy_head', 0))"
_MOVE = """
insert into policy_head (layer, policy_version, seq, at) values ($1, $2, 0, $3)
on conflict (layer) do update set policy_version = excluded.policy_version, at = excluded.at returning seq"""
_STEP_BACK = """
update policy_version set state = 'SUPERSEDED', in_force_until = $2, version = version + 1
where layer = $1 and state = 'PUBLISHED'"""
_KEEP = "insert into policy_whole (digest, model, content, at) values ($1, $2, $3, $4) on conflict (digest) do nothing"
_OBEYING = """
select count(*) filter (where seq >= $1) as obeying, count(*) as alive from policy_ack
where seen_at > clock_timestamp() - $2::text::interval"""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """How many of the workers that are alive obey a publication."""

    publication: int
    obeying: int
    alive: int


async def publish(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Put an approved version in force everywhere. NotTaken when anything is not as it was approved."""
    judged = await judge(connection, asked.number, today(desk.clock))

    async def act(work: Work) -> None:
        await work.connection.execute(HEAD_LOCK)
        await on_head(work)
        unedited(work)
        holds(judged, "rows", work.row["digest"], judged.version.content.digest)
        holds(judged, "difference", work.row["difference"], judged.difference)
        problems = list(judged.problems(noted=True))
        if problems:
            raise NotTaken(problems)
        await _into_force(work, publisher=subject.person)
        await work.record("policy.publish", difference=work.row["difference"])

    return await take(connection, "policy.publish", subject, asked, desk, [PolicyState.APPROVED], act)


async def revert(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Put a new version in force that equals one that was in force before; its id. NotTaken."""

    async def act(work: Work) -> None:
        await work.connection.execute(HEAD_LOCK)
        unedited(work)
        old = work.row
        head = await head_of(connection, work.layer)
        work.row = await insert(connection, work.layer, head, asked.given.get("note"), work.now, [], reverts=old["id"])
        content = (await stored(connection, [old["id"]]))[0].content
        await write(connection, work.row["id"], None, content)
        await work.change(digest=old["digest"], publisher=subject.person)
        await _into_force(work, publisher=subject.person)
        await work.record("policy.revert", source=old["id"])

    return await take(connection, "policy.revert", subject, asked, desk, [PolicyState.SUPERSEDED], act)


async def _into_force(work: Work, *, publisher: int | None) -> None:
    await work.connection.execute(_STEP_BACK, work.layer, work.now)
    await work.change(state=PolicyState.PUBLISHED.name, publisher=publisher, in_force_from=work.now)
    await work.connection.fetchval(_MOVE, work.layer, work.row["id"], work.now)
    await _keep_whole(work.connection, work.now)


async def _keep_whole(connection: Any, now: datetime) -> Policy:
    found = await in_force(connection)
    check_digests(found)
    try:
        whole = await asyncio.to_thread(composed, found)
    except Problem as problem:
        if problem.code is not POLICY_REFUSED:
            raise
        raise NotTaken([problem_of(POLICY_REFUSED, **problem.facts)]) from None
    await connection.execute(_KEEP, whole.version, whole.model.text, kept(whole), now)
    return whole


async def obeyed(connection: Any, patience: float) -> Obeyed:
    """Wait, at most so many seconds, until every worker alive obeys what is in force."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    newest = await connection.fetchval("select coalesce(max(seq), 0) from policy_head")
    while True:
        row = await connection.fetchrow(_OBEYING, newest, ALIVE)
        if row["obeying"] == row["alive"] or loop.time() > until:
            return Obeyed(newest, row["obeying"], row["alive"])
        await asyncio.sleep(0.05)


async def bring_baseline(owner: Any, now: datetime) -> str | None:
    """Store the release's baseline: in force where there is none yet, else offered as a draft when it is new.

    The owner of the tables writes it, at start and by `migrate`. The name of the version made, None when none was.
    """
    content = await asyncio.to_thread(of_folder, FOLDER)
    async with owner.transaction():
        await owner.execute(LOCK, NATION)
        known = await owner.fetch(
            "select id, digest from policy_version where layer = '0' and released order by number desc"
        )
        if any(row["digest"] == content.digest for row in known):
            return None
        parent = known[0]["id"] if known else None
        row = await insert(owner, NATION, parent, _RELEASED, now, [], released=True)
        await write(owner, row["id"], None, content)
        await owner.execute("update policy_version set digest = $2 where id = $1", row["id"], content.digest)
        if not known:
            await owner.execute(HEAD_LOCK)
            await owner.execute(
                "update policy_version set state = 'PUBLISHED', in_force_from = $2 where id = $1", row["id"], now
            )
            await owner.fetchval(_MOVE, NATION, row["id"], now)
            await _keep_whole(owner, now)
        return f"{NATION}/{row['number']}"


_RELEASED = "随版本发布的基线策略 The baseline of a release"

"""起草 Drafting a version of the policy: from what is in force or any earlier version, edited, moved, taken back. Q1"""

from collections.abc import Sequence
from typing import Any

from api.access.policy import FOLDER
from api.access.reading.content import CaseRow, Content, Row, moved, of_folder
from api.access.subject import Subject
from api.access.versions.store import stored
from api.errors import Problem, code
from api.rules.units import NATION, tier_of
from api.rules.words.policy_states import PolicyState
from api.rules.words.vocabulary import Tier
from api.workflow.engine import idempotency
from api.workflow.engine.errors import STEP_NOT_ALLOWED, database_refusals
from api.workflow.engine.perform import Desk
from api.workflow.policy.content import Edit, check_writable, edited, write
from api.workflow.policy.transaction import LOCK, POLICY_LAYER, Asked, Work, allowed, clean, refused, take

POLICY_RELEASED = code(
    "POLICY_RELEASED",
    409,
    zh="随版本发布的基线策略不能修改",
    en="the baseline of a release is not edited",
    next_zh="以它为来源另起草稿",
    next_en="draft another version from it",
)
LIVING = (PolicyState.DRAFT, PolicyState.SUBMITTED, PolicyState.APPROVED)
_INSERT = """
insert into policy_version
  (layer, province, number, parent, reverts, state, released, note, drafted_at, version, editors)
select $1, nullif($1, '0'), coalesce(max(number), 0) + 1, $2, $3, 'DRAFT', $4, $5, $6, 1, $7::bigint[]
from policy_version where layer = $1 returning *"""


async def draft(
    connection: Any, subject: Subject, layer: str, source: int | None, note: str | None, key: str, desk: Desk
) -> int:
    """A new draft of the layer with the rows of `source`, or of what is in force; its id. NotTaken."""
    with database_refusals():
        async with connection.transaction():
            now = desk.clock.now()
            asked = idempotency.digest("policy.draft", layer, {"source": source, "note": note})
            before = await idempotency.claim(connection, subject.account, key, asked, now, desk.publication)
            if before is not None:
                return int(before["policy_version"])
            check_layer(layer)
            allowed(desk, subject, "policy.draft", layer, None)
            clean(note)
            await connection.execute(LOCK, layer)
            head = await head_of(connection, layer)
            content = await _content(connection, layer, source if source is not None else head)
            row = await insert(connection, layer, head, note, now, [subject.person])
            await write(connection, row["id"], None, content)
            await Work(connection, subject, desk, row, now).record("policy.draft", source=source)
            await idempotency.keep(connection, subject.account, key, {"policy_version": row["id"]})
            return int(row["id"])


def check_layer(layer: str) -> None:
    """NotTaken with POLICY_LAYER unless it is the nation or a province."""
    try:
        tier = tier_of(layer)
    except Problem:
        tier = None
    if tier not in (Tier.NATIONAL, Tier.PROVINCE):
        raise refused(POLICY_LAYER, found=layer[:20])


async def head_of(connection: Any, layer: str) -> int | None:
    """The version of a layer that is in force."""
    found = await connection.fetchval("select policy_version from policy_head where layer = $1", layer)
    return None if found is None else int(found)


async def insert(
    connection: Any,
    layer: str,
    parent: int | None,
    note: str | None,
    now: Any,
    editors: Sequence[int],
    *,
    reverts: int | None = None,
    released: bool = False,
) -> Any:
    """A new empty draft, as its row; the layer's lock is held."""
    return await connection.fetchrow(_INSERT, layer, parent, reverts, released, note, now, list(editors))


async def _content(connection: Any, layer: str, source: int | None) -> Content:
    if source is None:
        return of_folder(FOLDER) if layer == NATION else Content()
    found = await stored(connection, [source])
    if not found or found[0].layer != layer:
        raise refused(STEP_NOT_ALLOWED)
    return found[0].content


async def edit(
    connection: Any,
    subject: Subject,
    asked: Asked,
    rows: Sequence[Edit[Row]],
    cases: Sequence[Edit[CaseRow]],
    desk: Desk,
) -> int:
    """Add, change and remove rows and cases of a draft; `given` may hold a new note. NotTaken."""

    async def act(work: Work) -> None:
        unreleased(work)
        before = (await stored(connection, [work.row["id"]]))[0].content
        await _rewrite(work, before, Content(edited(before.rows, rows), edited(before.cases, cases)), **asked.given)
        await work.record("policy.edit", rows=len(rows), cases=len(cases))

    return await take(connection, "policy.draft", subject, asked, desk, [PolicyState.DRAFT], act)


def unreleased(work: Work) -> None:
    """NotTaken with POLICY_RELEASED for the baseline of a release: its rows are the release's own."""
    if work.row["released"]:
        raise refused(POLICY_RELEASED)


async def replace_content(connection: Any, subject: Subject, asked: Asked, content: Content, desk: Desk) -> int:
    """Make the rows and cases of a draft these: an import of files. NotTaken."""

    async def act(work: Work) -> None:
        unreleased(work)
        before = (await stored(connection, [work.row["id"]]))[0].content
        await _rewrite(work, before, content)
        await work.record("policy.import", rows=len(content.rows), cases=len(content.cases))

    return await take(connection, "policy.draft", subject, asked, desk, [PolicyState.DRAFT], act)


async def _rewrite(work: Work, before: Content, after: Content, **noted: Any) -> None:
    check_writable(after)
    await write(work.connection, work.row["id"], before, after)
    await work.change(editors=sorted({*work.row["editors"], work.subject.person}), **noted)


async def rebase(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Another draft: what this one changed, done to what is in force now; this one is taken back. Its id. NotTaken."""

    async def act(work: Work) -> None:
        head, parent = await work.head(), work.row["parent"]
        ids = [number for number in (parent, work.row["id"], head) if number is not None]
        found = {one.id: one.content for one in await stored(connection, ids)}
        base, mine, onto = (found.get(number or 0, Content()) for number in (parent, work.row["id"], head))
        await work.change(state=PolicyState.WITHDRAWN.name, reason=None)
        old = work.row
        editors = sorted({*old["editors"], subject.person})
        work.row = await insert(connection, work.layer, head, old["note"], work.now, editors)
        await write(connection, work.row["id"], None, moved(base, mine, onto))
        await work.record("policy.rebase", source=old["id"])

    return await take(connection, "policy.draft", subject, asked, desk, LIVING, act)


async def withdraw(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Take a version back that is not in force yet; `given` holds the reason. NotTaken."""

    async def act(work: Work) -> None:
        await work.change(state=PolicyState.WITHDRAWN.name, reason=asked.given.get("reason"))
        await work.record("policy.withdraw")

    return await take(connection, "policy.draft", subject, asked, desk, LIVING, act)

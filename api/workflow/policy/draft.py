"""起草 Drafting a version of the policy: from the one in force or any earlier one, edited, moved, taken back. Q1"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from api.access.policy import FOLDER
from api.access.reading.content import CaseRow, Content, Row, moved, of_folder
from api.access.subject import Subject
from api.access.versions.store import stored
from api.database import Connection, fetch_rows
from api.errors import code
from api.rules.units import NATION
from api.rules.words.policy_states import PolicyState
from api.rules.words.steps import StepId
from api.schema.bounds import REASON
from api.schema.rows.policy import PolicyVersionRow
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import STEP_NOT_ALLOWED
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow
from api.workflow.policy.content import Edit, check_writable, edited, write
from api.workflow.policy.handler import (
    DraftHandler,
    PolicyContext,
    VersionContext,
    VersionHandler,
    refused,
    version_in_force,
)

POLICY_RELEASED = code(
    "POLICY_RELEASED",
    409,
    zh="随版本发布的基线策略不能修改",
    en="the baseline of a release is not edited",
    next_zh="以它为来源另起草稿",
    next_en="draft another version from it",
)
LIVING = (PolicyState.DRAFT, PolicyState.SUBMITTED, PolicyState.APPROVED)
NOTE = Argument("note", str, "说明", "What the version is for.")
_INSERT = """
insert into policy_version
  (layer, province, number, parent, reverts, state, released, note, drafted_at, version, editors)
select $1, nullif($1, '0'), coalesce(max(number), 0) + 1, $2, $3, 'DRAFT', $4, $5, $6, 1, $7::bigint[]
from policy_version where layer = $1 returning *"""


async def insert(
    connection: Connection,
    layer: str,
    parent: int | None,
    note: str | None,
    now: datetime,
    editors: Sequence[int],
    *,
    reverts: int | None = None,
    released: bool = False,
) -> PolicyVersionRow:
    """Insert an empty draft, under the layer's lock; its row."""
    (row,) = await fetch_rows(
        connection, PolicyVersionRow, _INSERT, layer, parent, reverts, released, note, now, list(editors)
    )
    return row


async def _insert_draft(ctx: PolicyContext) -> None:
    connection, source = ctx.connection, ctx.arguments["source"]
    parent = await version_in_force(connection, ctx.layer)
    content = await _content(connection, ctx.layer, source if source is not None else parent)
    note, editors = ctx.arguments["note"], [ctx.subject.person]
    ctx.row = row = await insert(connection, ctx.layer, parent, note, ctx.now, editors)
    await write(connection, row["id"], None, content)
    ctx.notifications["source"] = source


async def _content(connection: Connection, layer: str, source: int | None) -> Content:
    if source is None:
        return of_folder(FOLDER) if layer == NATION else Content()
    versions = await stored(connection, [source])
    if not versions or versions[0].layer != layer:
        raise refused(STEP_NOT_ALLOWED)
    return versions[0].content


async def check_unreleased(ctx: VersionContext) -> None:
    """Refuse the baseline of a release: its rows are the release's own. POLICY_RELEASED."""
    if ctx.required_row["released"]:
        raise refused(POLICY_RELEASED)


async def _edit(ctx: VersionContext) -> None:
    rows, cases = ctx.arguments["rows"], ctx.arguments["cases"]
    before = await _stored_content(ctx)
    after = Content(edited(before.rows, rows), edited(before.cases, cases))
    note = {"note": ctx.arguments["note"]} if "note" in ctx.arguments else {}
    await _rewrite(ctx, before, after, **note)
    ctx.notifications.update(rows=len(rows), cases=len(cases))


async def _import(ctx: VersionContext) -> None:
    content: Content = ctx.arguments["content"]
    await _rewrite(ctx, await _stored_content(ctx), content)
    ctx.notifications.update(rows=len(content.rows), cases=len(content.cases))


async def _stored_content(ctx: VersionContext) -> Content:
    return (await stored(ctx.connection, [ctx.required_row["id"]]))[0].content


async def _rewrite(ctx: VersionContext, before: Content, after: Content, **columns: str) -> None:
    check_writable(after)
    row = ctx.required_row
    # the database lets an editor of the version alone change its rows
    await ctx.change(editors=sorted({*row["editors"], ctx.subject.person}), **columns)
    await write(ctx.connection, row["id"], before, after)


async def _rebase(ctx: VersionContext) -> None:
    connection, old = ctx.connection, ctx.required_row
    onto = await version_in_force(connection, ctx.layer)
    ids = [number for number in (old["parent"], old["id"], onto) if number is not None]
    contents = {version.id: version.content for version in await stored(connection, ids)}
    base, mine, current = (contents.get(number or 0, Content()) for number in (old["parent"], old["id"], onto))
    await ctx.change(state=PolicyState.WITHDRAWN.name, reason=None)
    editors = sorted({*old["editors"], ctx.subject.person})
    ctx.row = row = await insert(connection, ctx.layer, onto, old["note"], ctx.now, editors)
    await write(connection, row["id"], None, moved(base, mine, current))
    ctx.notifications["source"] = old["id"]


async def _withdraw(ctx: VersionContext) -> None:
    await ctx.change(state=PolicyState.WITHDRAWN.name, reason=ctx.arguments.get("reason"))


_DRAFT: Step[PolicyContext] = Step(
    StepId("policy", "draft", "起草策略", "Draft a version of one's own layer.", (1,)),
    target="Unit",
    arguments=(NOTE,),
    effects=(_insert_draft,),
)
_EDIT: Step[VersionContext] = Step(
    StepId("policy", "edit", "编辑策略", "Add, change and remove rows and cases of a draft.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.DRAFT,),
    arguments=(NOTE,),
    effects=(check_unreleased, _edit),
)
_IMPORT: Step[VersionContext] = Step(
    StepId("policy", "import", "导入策略", "Replace the rows and cases of a draft by those of files.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.DRAFT,),
    effects=(check_unreleased, _import),
)
_REBASE: Step[VersionContext] = Step(
    StepId("policy", "rebase", "移至在用版本", "Move a draft onto the version in force: another draft.", (1,)),
    target="PolicyVersion",
    standing=LIVING,
    effects=(_rebase,),
)
_WITHDRAW: Step[VersionContext] = Step(
    StepId("policy", "withdraw", "撤回策略", "Take a version back.", (1,)),
    target="PolicyVersion",
    standing=LIVING,
    arguments=(Argument("reason", str, "理由", "Why it is taken back.", bound=REASON),),
    effects=(_withdraw,),
)
DRAFTING = Workflow("policy", "起草策略", "Drafts of the policy", (_DRAFT,), DraftHandler())
EDITING = Workflow(
    "policy",
    "编辑策略",
    "Edits of drafts",
    (_EDIT, _IMPORT, _REBASE, _WITHDRAW),
    VersionHandler(dict.fromkeys(("edit", "import", "rebase", "withdraw"), "policy.draft")),
)


async def draft(
    connection: Connection,
    subject: Subject,
    layer: str,
    source: int | None,
    note: str | None,
    key: str,
    services: StepServices,
) -> int:
    """A new draft of the layer with the rows of `source`, or of the version in force; its id. StepRefused."""
    step_input = StepInput(0, None, key, arguments={"layer": layer, "source": source, "note": note})
    return (await perform(connection, DRAFTING, _DRAFT, subject, step_input, services)).touched["policy_version"]


async def edit(
    connection: Connection,
    subject: Subject,
    step_input: StepInput,
    rows: Sequence[Edit[Row]],
    cases: Sequence[Edit[CaseRow]],
    services: StepServices,
) -> int:
    """Add, change and remove rows and cases of a draft; an argument may be a new note. StepRefused."""
    arguments = {**step_input.arguments, "rows": rows, "cases": cases}
    return await _take(connection, _EDIT, subject, replace(step_input, arguments=arguments), services)


async def replace_content(
    connection: Connection, subject: Subject, step_input: StepInput, content: Content, services: StepServices
) -> int:
    """Make the rows and cases of a draft these: an import of files. StepRefused."""
    return await _take(connection, _IMPORT, subject, replace(step_input, arguments={"content": content}), services)


async def rebase(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Draft this version's changes anew on the version in force; this one is taken back. StepRefused."""
    return await _take(connection, _REBASE, subject, step_input, services)


async def withdraw(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Take a version back that is not in force yet; an argument is the reason. StepRefused."""
    return await _take(connection, _WITHDRAW, subject, step_input, services)


async def _take(
    connection: Connection,
    step: Step[VersionContext],
    subject: Subject,
    step_input: StepInput,
    services: StepServices,
) -> int:
    return (await perform(connection, EDITING, step, subject, step_input, services)).touched["policy_version"]

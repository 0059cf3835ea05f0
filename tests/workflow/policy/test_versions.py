"""策略版本 A version's life on a real database: who may, what never changes, conflicts, restoring, files. Q1"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.access.policy import FOLDER, Policy
from api.access.reading.content import Content, of_folder, to_folder
from api.access.versions.store import composed, in_force, load_by_digest, read_in_force, stored
from api.errors import Problem
from api.rules.words.vocabulary import Duty
from api.workflow.engine.errors import StepRefused
from api.workflow.policy.content import Edit
from api.workflow.policy.draft import rebase
from api.workflow.policy.publish import bring_baseline
from tests.support.workflow.policy_people import (
    APPROVER,
    CLOCK,
    COLLEAGUE,
    EDITOR,
    OF_50,
    POLICY,
    PUBLISHER,
    Office,
    codes,
    row,
    services,
    subject,
)

READS = "p, county:civil_affairs, view.income, household, sector, *, 66, deny, Q1"


@pytest_asyncio.fixture
async def office(database: Any) -> AsyncIterator[Office]:
    """The first version in force, and a transaction that is undone."""
    owner = await database.owner.connect()
    await bring_baseline(owner, CLOCK.now())
    await owner.close()
    connection = await database.app.connect()
    undo = connection.transaction(isolation="repeatable_read")
    await undo.start()
    yield Office(connection)
    await undo.rollback()
    await connection.close()


async def refused(call: Any) -> set[str]:
    with pytest.raises(StepRefused) as caught:
        await call
    return codes(caught.value)


async def test_the_baseline_is_the_first_version_and_the_same_policy_as_the_files(office: Office) -> None:
    policy = composed(await in_force(office.connection))
    assert (policy.version, policy.publication) == (POLICY.version, 1)
    baseline = (await stored(office.connection, [1]))[0]
    assert (baseline.name, baseline.content) == ("0/1", of_folder(FOLDER))
    loaded = await load_by_digest(office.connection, POLICY.version[:16])
    assert loaded.version == POLICY.version


async def test_bringing_the_baseline_twice_changes_nothing(database: Any, office: Office) -> None:
    owner = await database.owner.connect()
    assert await bring_baseline(owner, CLOCK.now()) is None
    assert await owner.fetchval("select count(*) from policy_version") == 1
    await owner.close()


async def test_a_version_goes_from_draft_into_force(office: Office) -> None:
    number = await office.published(READS)
    row = await office.row(number)
    assert (row["state"], row["number"], row["editors"]) == ("PUBLISHED", 2, [EDITOR.person])
    assert (row["approver"], row["publisher"]) == (APPROVER.person, PUBLISHER.person)
    first = await office.row(1)
    assert (first["state"], first["in_force_until"]) == ("SUPERSEDED", CLOCK.now())
    policy = composed(await in_force(office.connection))
    assert policy.publication == 2
    assert [rule.source.file for rule in policy.rules if not rule.locked][-1] == "0/2"
    assert (await load_by_digest(office.connection, policy.version)).version == policy.version
    events = await office.connection.fetch("select action, policy_version from event order by id")
    assert [event["action"] for event in events] == [
        "policy.draft", "policy.edit", "policy.submit", "policy.approve", "policy.publish",
    ]  # fmt: skip


async def test_nobody_approves_or_publishes_what_they_edited(office: Office) -> None:
    both = subject(EDITOR.person, Duty.POLICY_APPROVER)
    helper = subject(COLLEAGUE.person, Duty.POLICY_APPROVER)
    number = await office.draft()
    await office.add(number, READS)
    await office.edit(number, who=COLLEAGUE)
    await office.submit(number)
    for who in (both, helper):
        assert await refused(office.approve(number, who)) == {"POLICY_OWN_EDIT"}
    await office.approve(number)
    for who in (both, helper):
        assert await refused(office.publish(number, who)) == {"POLICY_OWN_EDIT"}
    assert (await office.row(number))["state"] == "APPROVED"


async def test_duties_and_layers_are_kept_apart(office: Office) -> None:
    number = await office.draft()
    assert await refused(office.draft(APPROVER)) == {"STEP_NOT_ALLOWED"}
    assert await refused(office.draft(OF_50[0], "0")) == {"STEP_NOT_ALLOWED"}
    assert await refused(office.draft(EDITOR, "50")) == {"STEP_NOT_ALLOWED"}
    assert await refused(office.add(number, READS, OF_50[0])) == {"STEP_NOT_ALLOWED"}
    assert await refused(office.draft(EDITOR, "500110")) == {"POLICY_LAYER"}
    await office.submit(number)
    assert await refused(office.approve(number, EDITOR)) == {"STEP_NOT_ALLOWED"}


async def test_what_was_seen_is_what_is_approved(office: Office) -> None:
    number = await office.draft()
    await office.add(number, READS)
    await office.submit(number)
    assert await refused(office.approve(number, digest="0" * 64)) == {"POLICY_DIGEST_CHANGED"}
    assert await refused(office.approve(number, difference="0" * 64)) == {"POLICY_DIGEST_CHANGED"}
    assert (await office.row(number))["state"] == "SUBMITTED"


async def test_two_drafts_at_once_the_second_sees_the_conflict_and_is_moved(office: Office) -> None:
    first, second, third = await office.draft(), await office.draft(COLLEAGUE), await office.draft()
    await office.add(first, READS)
    other = "p, county:water, view.basic, measure, sector, COMPLETED, 50, deny, ours"
    await office.add(second, other, COLLEAGUE)
    await office.submit(second, COLLEAGUE)
    await office.approve(second)
    for step in (office.submit, office.approve, office.publish):
        await step(first)
    assert await refused(office.publish(second)) == {"POLICY_CONFLICT"}
    assert await refused(office.submit(third)) == {"POLICY_CONFLICT"}
    moved = await rebase(office.connection, COLLEAGUE, await office.step_input(second), services())
    assert (await office.row(second))["state"] == "WITHDRAWN"
    versions = {version.id: version.content for version in await stored(office.connection, [first, moved])}
    assert versions[moved].rows == (*versions[first].rows, row(other))
    assert (await office.row(moved))["parent"] == first
    await office.submit(moved, COLLEAGUE)


async def test_reverting_is_one_step_and_equals_the_old_version(office: Office) -> None:
    await office.published(READS)
    number = await office.revert(1)
    row = await office.row(number)
    assert (row["state"], row["reverts"], row["number"]) == ("PUBLISHED", 1, 3)
    policy = composed(await in_force(office.connection))
    assert (policy.version, policy.publication) == (POLICY.version, 3)
    assert await refused(office.revert(number)) == {"WRONG_STATE"}


async def test_who_edited_a_version_does_not_restore_it(office: Office) -> None:
    number = await office.published(READS)
    await office.revert(1)
    both = subject(EDITOR.person, Duty.POLICY_APPROVER)
    assert await refused(office.revert(number, both)) == {"POLICY_OWN_EDIT"}
    assert (await office.row(await office.revert(number)))["digest"] == (await office.row(number))["digest"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("p, county:education, withdraw.execute, request, all, *, *, allow, Q40", "POLICY_LOCKED_ACTION"),
        ("p, county:education, view.incme, household, sector, *, *, allow, Q1", "POLICY_WORD"),
        ("p, county:education, view.income, household, sector, *, *, Deny, Q1", "POLICY_WORD"),
        ("p, village, view.basic, official, all, *, *, allow, ours", "POLICY_CASES_FAIL"),
    ],
)
async def test_what_is_wrong_is_not_submitted(office: Office, line: str, code: str) -> None:
    number = await office.draft()
    await office.add(number, line)
    assert await refused(office.submit(number)) == {code}
    assert (await office.row(number))["state"] == "DRAFT"


@pytest.mark.parametrize("cell", ["a, b", "a\nb", "（", "county;", "", "True) or (True"])
async def test_a_cell_is_a_cell(office: Office, cell: str) -> None:
    number = await office.draft()
    before = (await stored(office.connection, [number]))[0].content
    broken = row(READS)
    broken = type(broken)("p", (cell, *broken.cells[1:]))
    codes = await refused(office.edit(number, Edit(None, None, broken)))
    assert codes <= {"POLICY_CHARACTER", "POLICY_COLUMN_COUNT"}
    assert (await stored(office.connection, [number]))[0].content == before


async def test_a_note_holds_no_number_of_a_person(office: Office) -> None:
    number = await office.draft()
    noted = type(row(READS))("p", row(READS).cells, "联系电话 13800138000")
    assert await refused(office.edit(number, Edit(None, None, noted))) == {"PERSONAL_DATA"}


async def test_a_key_is_used_once(office: Office) -> None:
    from api.workflow.policy.draft import draft

    first = await draft(office.connection, EDITOR, "0", None, None, "same", services())
    assert await draft(office.connection, EDITOR, "0", None, None, "same", services()) == first
    assert await refused(draft(office.connection, EDITOR, "0", 1, None, "same", services())) == {"KEY_REUSED"}


async def test_edits_add_change_and_remove_by_position(office: Office) -> None:
    number = await office.draft()
    before = (await stored(office.connection, [number]))[0].content
    await office.edit(number, Edit(1, None, None), Edit(2, None, row(READS)), Edit(None, 0, before.rows[4]))
    after = (await stored(office.connection, [number]))[0].content
    assert after.rows == (before.rows[4], row(READS), *before.rows[2:])
    assert await refused(office.edit(number, Edit(len(before.rows) + 5, None, None))) == {"POLICY_NO_ROW"}


SUBMITTED = "select id from policy_version where number = 2"
PLAIN_SQL = [
    "update policy_row set action = '*' where policy_version = {n}",
    "insert into policy_row (policy_version, position, type, role, \"group\") values ({n}, 999, 'G', 'a', 'b')",
    "delete from policy_row where policy_version = {n}",
    "delete from policy_case where policy_version = {n}",
    "update policy_version set state = 'PUBLISHED', publisher = 9 where id = {n}",
    "update policy_version set state = 'APPROVED', approver = 9 where id = {n}",
    "update policy_version set state = 'DRAFT' where id = {n}",
    "update policy_version set digest = 'x' where id = {n}",
    "update policy_version set editors = '{{}}' where id = {n}",
    "update policy_version set layer = '50', province = '50' where id = {n}",
    "update policy_version set state = 'APPROVED', difference = 'x', approver = 1 where id = {n}",
    "delete from policy_version where id = {n}",
    "delete from policy_head",
    "update policy_head set policy_version = {n}",
    "update policy_whole set content = '[]'",
    "delete from policy_whole",
    """insert into policy_version (layer, number, state, released, drafted_at, version, editors)
    values ('0', 99, 'PUBLISHED', false, now(), 1, '{{}}')""",
    "truncate policy_row",
]


@pytest.mark.parametrize("sql", PLAIN_SQL)
async def test_plain_sql_changes_nothing_that_was_submitted(office: Office, sql: str) -> None:
    number = await office.draft()
    await office.add(number, READS)
    await office.submit(number)
    before = await office.row(number), await stored(office.connection, [number]), await seen_heads(office)
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
        async with office.connection.transaction():
            await office.connection.execute(sql.format(n=number))
    assert before == (await office.row(number), await stored(office.connection, [number]), await seen_heads(office))


async def seen_heads(office: Office) -> Any:
    return await office.connection.fetch("select * from policy_head order by id")


async def test_a_draft_that_repeats_nothing_is_not_put_in_force_by_sql(office: Office) -> None:
    await office.published(READS)
    number = await office.draft()
    await office.connection.execute("update policy_version set digest = $2 where id = $1", number, "x")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with office.connection.transaction():
            await office.connection.execute(
                "update policy_version set state = 'PUBLISHED', publisher = 9 where id = $1", number
            )


async def test_rows_changed_behind_the_product_are_found(database: Any, office: Office) -> None:
    from api.access.versions.store import check_digests

    policy = await in_force(office.connection)
    nation = policy.layers["0"]
    changed = type(nation)(nation.id, "0", 1, nation.digest, Content(nation.content.rows[1:], nation.content.cases))
    with pytest.raises(Problem, match="POLICY_DIGEST"):
        check_digests(type(policy)(1, {"0": changed}, {}))


async def test_a_province_narrows_its_own_and_nothing_else(office: Office) -> None:
    editor, _ = OF_50
    number = await office.draft(editor, "50")
    await office.add(number, "p, county, view.income, household, subtree, *, 50, allow, ours", editor)
    assert await refused(office.submit(number, editor)) == {"POLICY_REFINEMENT_ALLOWS", "POLICY_REFINEMENT_UNIT"}
    await office.edit(
        number, Edit(1, None, row("p, county, withdraw.execute, request, subtree, *, 50, deny, ours")), who=editor
    )
    assert "POLICY_LOCKED_ACTION" in await refused(office.submit(number, editor))


async def test_export_then_import_is_the_identity(office: Office, tmp_path: Path) -> None:
    number = await office.draft()
    noted = type(row(READS))("p", row(READS).cells, "教育部门不看收入\n第二行 second line")
    await office.edit(number, Edit(None, 3, noted))
    content = (await stored(office.connection, [number]))[0].content
    to_folder(content, tmp_path)
    assert of_folder(tmp_path) == content
    for name in ("model.conf", "locks.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    assert Policy.load(tmp_path).version != POLICY.version
    to_folder(of_folder(FOLDER), tmp_path)
    assert Policy.load(tmp_path).version == POLICY.version
    assert of_folder(tmp_path) == of_folder(FOLDER)


async def test_seeing_is_one_state(office: Office, database: Any) -> None:
    connection = await database.app.connect()
    versions = await read_in_force(connection)
    await connection.close()
    assert versions.publication == 1


async def test_another_release_brings_its_baseline_as_a_draft_and_local_edits_stay(
    office: Office, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await database.owner.connect()  # who alone brings a release's baseline
    undo = owner.transaction(isolation="repeatable_read")
    await undo.start()
    office = Office(owner)
    local = "p, county:water, view.basic, measure, sector, COMPLETED, 50, deny, ours"
    await office.published(local)
    to_folder(of_folder(FOLDER), tmp_path)
    with (tmp_path / "baseline.csv").open("a", encoding="utf-8") as file:
        file.write(READS + "\n")
    monkeypatch.setattr("api.workflow.policy.publish.FOLDER", tmp_path)
    offered = await bring_baseline(owner, CLOCK.now())
    number = await office.connection.fetchval("select max(id) from policy_version")
    draft = await office.row(number)
    assert (offered, draft["state"], draft["released"], draft["parent"]) == ("0/3", "DRAFT", True, 1)
    assert await bring_baseline(owner, CLOCK.now()) is None
    assert composed(await in_force(office.connection)).publication == 2
    assert await refused(office.add(number, READS)) == {"POLICY_RELEASED"}
    assert await refused(office.submit(number)) == {"POLICY_CONFLICT"}
    moved = await rebase(office.connection, EDITOR, await office.step_input(number), services())
    rows = (await stored(office.connection, [moved]))[0].content.rows
    assert row(local) in rows
    assert row(READS) in rows
    await undo.rollback()
    await owner.close()


async def test_the_first_version_is_the_owners_alone(office: Office, database: Any) -> None:
    number = await office.draft()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with office.connection.transaction():
            await office.connection.execute(
                "update policy_version set state = 'PUBLISHED', released = true where id = $1", number
            )


async def test_an_act_under_a_policy_that_has_moved_is_refused(office: Office, database: Any) -> None:
    from dataclasses import replace

    from api.workflow.engine.idempotency import check_publication
    from api.workflow.policy.draft import draft

    before = await office.connection.fetchval("select count(*) from policy_version")
    late = replace(services(), publication=0)
    assert await refused(draft(office.connection, EDITOR, "0", None, None, "late", late)) == {"POLICY_CHANGED"}
    assert await office.connection.fetchval("select count(*) from policy_version") == before
    assert await office.connection.fetchval("select count(*) from idempotency where key = 'late'") == 0
    await draft(office.connection, EDITOR, "0", None, None, "late", replace(late, publication=1))
    nation = await database.nation.connect()
    assert await refused(check_publication(nation, 0)) == {"POLICY_CHANGED"}
    await check_publication(nation, 1)
    await nation.close()

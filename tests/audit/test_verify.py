"""核验 `shouwang audit verify`: every way of tampering is found and the first bad record named. J11"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.audit.chain import seal_waiting
from api.audit.findings import Fault, verify
from api.audit.heads import BAD_HEADS, compare, heads, read_heads
from api.audit.ledger import AuditEntry, append
from api.database import Dsn
from api.errors import Problem
from api.roles import Logins
from tests.support.command_line import shouwang

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
PROVINCES = ("50", "51", "50", None, "51", "50", None, "50", "51", "50")
EVENTS = 30


@pytest_asyncio.fixture(scope="module")
async def ids(database: Logins) -> list[int]:
    """Thirty sealed events of three chains, by number."""
    app = await database.app.connect()
    written = []
    for note in range(EVENTS):
        province = PROVINCES[note % len(PROVINCES)]
        place = {"province": province} if province else {}
        happening = AuditEntry("a.b", "C", note, {"n": note}, place)
        written.append(await append(app, happening, None, AT, policy_version="p1"))
    assert await seal_waiting(app) == EVENTS
    await app.close()
    return written


@pytest_asyncio.fixture
async def owner(admin: Dsn, database: Logins, ids: list[int]) -> AsyncIterator[Any]:
    """Whoever has the database itself in hand, in a transaction that is rolled back."""
    connection = await admin.to_database(database.owner.database).connect()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("alter table event disable trigger all; alter table seal disable trigger all")
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_what_nobody_touched_is_sound(owner: Any, ids: list[int]) -> None:
    report = await verify(owner)
    assert report.sound
    assert (report.seals, report.waiting, report.oldest) == (EVENTS, 0, None)
    counts = [(await verify(owner, chain)).seals for chain in ("0", "50", "51", "52")]
    assert counts == [6, 15, 9, 0]


COLUMNS = {
    "action": "'x.y'",
    "object_type": "'D'",
    "object_id": "object_id + 1",
    "account": "7",
    "person": "7",
    "post": "7",
    "role": "'x'",
    "policy_version": "'p2'",
    "facts": """'{"n": 0.5}'""",
    "at": "at + interval '1 microsecond'",
    "trace": "'t'",
    "province": "'52'",
    "city": "'5001'",
    "county": "'500110'",
    "township": "'500110001'",
    "village": "'500110001201'",
}


@pytest.mark.parametrize("column", COLUMNS)
async def test_an_edited_event_is_named(owner: Any, ids: list[int], column: str) -> None:
    await owner.execute(f"update event set {column} = {COLUMNS[column]} where id = $1", ids[16])
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.event, breach.number) == (Fault.EDITED, ids[16], 17)
    assert str(ids[16]) in breach.text("zh")
    assert str(ids[16]) in breach.text("en")


async def test_every_column_of_an_event_is_tried(owner: Any) -> None:
    columns = await owner.fetch(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = 'event'"
    )
    assert {row["column_name"] for row in columns} == {*COLUMNS, "id", "digest"}


async def test_an_event_edited_with_its_digest_is_named(owner: Any, ids: list[int]) -> None:
    other = await append(
        owner, AuditEntry("a.b", "C", 999, {"n": 999}, {"province": "51"}), None, AT, policy_version="p1"
    )
    await owner.execute(
        "update event set (object_id, facts, digest) = (select object_id, facts, digest from event where id = $1)"
        " where id = $2", other, ids[14],
    )  # fmt: skip
    await owner.execute("delete from event where id = $1", other)
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.event, breach.chain) == (Fault.REWRITTEN, ids[14], "51")


async def test_a_deleted_event_is_named(owner: Any, ids: list[int]) -> None:
    await owner.execute("delete from event where id = $1", ids[20])
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.event, breach.number) == (Fault.DELETED, ids[20], 21)


async def test_an_event_deleted_with_its_seal_is_named(owner: Any, ids: list[int]) -> None:
    await owner.execute("delete from event where id = $1", ids[20])
    await owner.execute("delete from seal where id = $1", ids[20])
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.number) == (Fault.SEAL_MISSING, 21)
    assert "21" in breach.text("en")
    alone = (await verify(owner, "50")).first
    assert alone
    assert (alone.fault, alone.chain) == (Fault.LINK_BROKEN, "50")


async def test_a_gap_that_is_closed_again_breaks_the_chain(owner: Any, ids: list[int]) -> None:
    await owner.execute("delete from event where id = $1", ids[20])
    await owner.execute("delete from seal where id = $1", ids[20])
    await owner.execute("alter table seal drop constraint seal_pkey; drop index seal_number; drop index seal_position")
    await owner.execute("update seal set number = number - 1 where number > 21")
    await owner.execute("update seal set position = position - 1 where province = '50' and number > 20")
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.chain) == (Fault.REWRITTEN, PROVINCES[1])
    assert breach.number == 21


async def test_two_events_that_changed_places_are_named(owner: Any, ids: list[int]) -> None:
    first, second = ids[5], ids[7]  # both of chain 50
    await owner.execute("update event set id = -1 where id = $1", first)
    await owner.execute("update event set id = $1 where id = $2", first, second)
    await owner.execute("update event set id = $1 where id = -1", second)
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.event) == (Fault.REWRITTEN, first)


async def test_two_seals_that_changed_places_are_named(owner: Any, ids: list[int]) -> None:
    await owner.execute("drop index seal_number; drop index seal_position")
    swap = "update seal set position = case position when 3 then 4 else 3 end, number = case number when $1 then $2"
    await owner.execute(f"{swap} else $1 end where province = '50' and position in (3, 4)", 6, 8)
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.number, breach.event) == (Fault.LINK_BROKEN, 6, ids[7])


@pytest.mark.parametrize("column", ["previous", "hash"])
async def test_a_rewritten_seal_is_named(owner: Any, ids: list[int], column: str) -> None:
    await owner.execute(f"update seal set {column} = sha256('x') where number = 12")
    breach = (await verify(owner)).first
    assert breach
    assert breach.number == 12


async def test_a_moved_moment_is_named(owner: Any, ids: list[int]) -> None:
    await owner.execute("update seal set sealed_at = sealed_at - interval '1 day' where number = 12")
    breach = (await verify(owner)).first
    assert breach
    assert (breach.fault, breach.number) == (Fault.REWRITTEN, 12)


async def test_an_event_slipped_in_among_sealed_ones_is_named(owner: Any, ids: list[int]) -> None:
    await owner.execute("update event set id = $1 where id = $2", ids[-1] + 500, ids[-1])
    await owner.execute("update seal set id = $1 where id = $2", ids[-1] + 500, ids[-1])
    await owner.execute("update sealing set high = $1", ids[-1] + 500)
    within = ids[-1] + 7
    await owner.execute(
        "insert into event (id, action, object_type, role, policy_version, facts, at, digest)"
        " values ($1, 'a.b', 'C', 'nobody', 'p', '{}', now(), '\\x00')", within,
    )  # fmt: skip
    report = await verify(owner)
    assert report.slipped_in
    assert (report.slipped_in.fault, report.slipped_in.event) == (Fault.UNSEALED_BEHIND, within)
    assert not report.sound
    assert report.waiting == 0


async def test_the_unsealed_tail_is_counted_and_is_no_fault(owner: Any, ids: list[int]) -> None:
    for note in (1, 2):
        await append(owner, AuditEntry("a.b", "C", note), None, AT, policy_version="p1")
    report = await verify(owner)
    assert report.sound
    assert (report.seals, report.waiting, report.oldest) == (EVENTS, 2, AT)
    assert (await verify(owner, "50")).waiting == 0


async def test_an_older_backup_does_not_reach_the_heads_that_were_kept(owner: Any, ids: list[int]) -> None:
    saved = await heads(owner)
    assert [(head.chain, head.position) for head in saved] == [("0", 6), ("50", 15), ("51", 9)]
    assert read_heads("# as printed\n" + "\n".join(head.line() for head in saved)) == saved
    assert [breach async for breach in compare(owner, saved)] == []
    for ended in (29, 27):
        await owner.execute("delete from seal where number > $1", ended)
        await owner.execute("delete from event where not exists (select from seal s where s.id = event.id)")
        assert (await verify(owner)).sound, "by itself it fits"
        breaches = [breach async for breach in compare(owner, saved)]
        assert {breach.fault for breach in breaches} == {Fault.HEAD_BEHIND}
    assert [(breach.chain, breach.position) for breach in breaches] == [("50", 13), ("51", 8)]


async def test_a_history_rewritten_whole_is_not_the_one_that_was_kept(owner: Any, ids: list[int]) -> None:
    saved = await heads(owner)
    await owner.execute("delete from event where id = $1", ids[0])
    await owner.execute("delete from seal; update sealing set high = 0")
    await seal_waiting(owner)
    assert (await verify(owner)).sound, "by itself it fits"
    faults = {breach.chain: breach.fault async for breach in compare(owner, saved)}
    assert faults == {"0": Fault.HEAD_OTHER, "50": Fault.HEAD_BEHIND, "51": Fault.HEAD_OTHER}


@pytest.mark.parametrize("text", ["50 1", "50 0 " + "00" * 32, "50 1 00", "50 x " + "00" * 32, "50 1 " + "zz" * 32])
def test_what_was_not_printed_by_it_is_no_file_of_heads(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read_heads(f"# heads\n{text}\n")
    assert caught.value.code is BAD_HEADS
    assert caught.value.facts == {"line": 2}


async def test_the_command_line_says_so(database: Logins, ids: list[int], tmp_path: Path) -> None:
    printed = await shouwang(database, tmp_path, "audit", "head")
    assert printed.exit_code == 0, printed.output
    lines = printed.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["0", "6"], ["50", "15"], ["51", "9"]]
    saved = tmp_path / "heads"
    saved.write_text(printed.stdout, encoding="utf-8")
    good = await shouwang(database, tmp_path, "audit", "verify", "--heads", str(saved))
    assert good.exit_code == 0, good.output
    assert "30 events fit" in good.stdout
    result = await shouwang(database, tmp_path, "audit", "verify", "--province", "51")
    assert "9 events fit" in result.stdout
    saved.write_text(f"51 10 {'00' * 32}\n50 1 {'00' * 32}\n", encoding="utf-8")
    bad = await shouwang(database, tmp_path, "audit", "verify", "--heads", str(saved))
    assert bad.exit_code == 1
    assert "HEAD_BEHIND: 链 chain 51, 链内序号 position 9" in bad.stdout
    assert "HEAD_OTHER: 链 chain 50" in bad.stdout
    saved.write_text("nonsense\n", encoding="utf-8")
    none = await shouwang(database, tmp_path, "audit", "verify", "--heads", str(saved))
    assert none.exit_code == 2
    assert "BAD_HEADS" in none.stderr


async def test_the_command_names_a_row_changed_behind_the_products_back(
    admin: Dsn, database: Logins, ids: list[int], tmp_path: Path
) -> None:
    superuser = await admin.to_database(database.owner.database).connect()
    await superuser.execute("set session_replication_role = replica")
    await superuser.execute("update event set role = 'x' where id = $1", ids[3])
    try:
        result = await shouwang(database, tmp_path, "audit", "verify")
    finally:
        await superuser.execute("update event set role = 'nobody' where id = $1", ids[3])
        await superuser.close()
    assert result.exit_code == 1
    assert result.stdout.startswith("EDITED: 链 chain 0, 总序号 number 4, 链内序号 position 1\n")
    assert f"event {ids[3]} was edited" in result.stdout
    assert "3 events fit" in result.stdout

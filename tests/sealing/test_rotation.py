"""轮换 Keys are rotated while others read and write; the old key goes, and nobody ever failed to open a value."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.errors import Problem
from api.roles import Logins
from api.sealing import KeyringFile, Place, Sealer, check_keys, row_ids
from api.sealing import keyring as keyring_module
from api.sealing.keyring import new_keyring
from api.sealing.rotation import key_counts, lock_writers, reseal
from tests.support.databases import delete_all
from tests.support.sealing.sealed_village import add_household, add_member

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PLACES = (Place("member", "id_number"), Place("member", "phone"), Place("household", "bank_account"))


def phone_of(row: int) -> str:
    return f"138{row:08d}"


async def test_ids_are_taken_before_the_rows_exist(app: Any) -> None:
    first, second = await row_ids(app, "member", 3), await row_ids(app, "member", 2)
    assert len({*first, *second}) == 5
    assert await row_ids(app, "member", 0) == []


async def test_rotation_beside_readers_and_writers(
    app: Any, database: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_module, "LOOK_AGAIN", 0.01)
    worker, household = Sealer.of(tmp_path), await add_household(app, "500110001001")
    for _ in range(60):
        (row,) = await row_ids(app, "member", 1)
        await _insert(app, worker, row, household)
    stop, opened, written = asyncio.Event(), 0, 0

    async def read() -> None:
        nonlocal opened
        connection = await database.app.connect()
        while not stop.is_set():
            for row in await connection.fetch("SELECT id, phone_sealed FROM member WHERE phone_sealed IS NOT NULL"):
                assert worker.open("member", "phone", row["id"], row["phone_sealed"]) == phone_of(row["id"])
                opened += 1
        await connection.close()

    async def write() -> None:
        nonlocal written
        connection = await database.app.connect()
        while not stop.is_set():
            (row,) = await row_ids(connection, "member", 1)
            await _insert(connection, worker, row, household)
            written += 1
            await asyncio.sleep(0.005)
        await connection.close()

    beside = [asyncio.create_task(read()), asyncio.create_task(write())]
    file = KeyringFile(tmp_path)
    await asyncio.sleep(0.05)
    file.save(file.read().rotated(NOW))
    operator = Sealer(file.read(), file)
    done = [batch async for batch in reseal(app, operator, Place("member", "phone"), batch=7)]
    await asyncio.sleep(0.05)
    done += [batch async for batch in reseal(app, operator, Place("member", "phone"), batch=7)]
    async with app.transaction():
        await lock_writers(app, PLACES)
        counts = await key_counts(app, PLACES)
        file.save(file.read().without({1}))
    before = opened
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*beside)
    assert sum(done) >= 60
    assert max(done) <= 7
    assert set(counts) == {2}
    assert opened > before
    assert written > 0
    assert set(KeyringFile(tmp_path).read().data) == {2}


async def _insert(connection: Any, sealer: Sealer, row: int, household: int) -> None:
    sealed = sealer.seal("member", "phone", row, phone_of(row))
    await connection.execute(
        """INSERT INTO member (id, household, name, relation, sex, phone_sealed, phone_index, phone_masked)
           VALUES ($1, $2, '测试成员', '01', 'MALE', $3, $4, $5)""",
        row,
        household,
        sealed.sealed,
        sealed.index,
        sealed.masked,
    )


async def test_resealing_can_be_interrupted_anywhere(app: Any, database: Logins) -> None:
    old = new_keyring()
    household = await add_household(app, "500110001001")
    await delete_all(database.owner, "member")
    rows = [await add_member(app, Sealer(old), household, None, "13800138000") for _ in range(5)]
    sealer = Sealer(old.rotated(NOW))
    async for batch in reseal(app, sealer, PLACES[1], batch=2):
        assert batch == 2
        break
    assert await key_counts(app, PLACES) == {1: 3, 2: 2}
    assert [batch async for batch in reseal(app, sealer, PLACES[1], batch=2)] == [2, 1]
    assert [batch async for batch in reseal(app, sealer, PLACES[1], batch=2)] == []
    for row in rows:
        sealed = await app.fetchval("SELECT phone_sealed FROM member WHERE id = $1", row)
        assert sealer.open("member", "phone", row, sealed) == "13800138000"


async def test_keys_of_another_database_are_noticed(app: Any, database: Logins) -> None:
    right, wrong = new_keyring(), new_keyring()
    await delete_all(database.owner, "member")
    await check_keys(app, Sealer(wrong), PLACES)
    household = await add_household(app, "500110001001")
    await add_member(app, Sealer(right), household, None, "13800138000")
    await check_keys(app, Sealer(right), PLACES)
    mixed = keyring_module.Keyring(1, right.data, wrong.index)
    for other in (wrong, mixed):
        with pytest.raises(Problem) as caught:
            await check_keys(app, Sealer(other), PLACES)
        assert caught.value.code.name == "KEYS_DO_NOT_FIT"


async def test_a_newest_key_of_a_lower_number_is_newest_all_the_same(app: Any, database: Logins) -> None:
    keys = new_keyring().rotated(NOW)
    wrapped = keyring_module.Keyring(1, keys.data, keys.index)
    await delete_all(database.owner, "member")
    await add_member(app, Sealer(keys), await add_household(app, "500110001001"), None, "13800138000")
    assert await key_counts(app, PLACES) == {2: 1}
    assert [batch async for batch in reseal(app, Sealer(wrapped), PLACES[1])] == [1]
    assert await key_counts(app, PLACES) == {1: 1}

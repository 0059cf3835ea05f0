"""密钥命令 status, rotate, reseal and retire as an operator runs them."""

from pathlib import Path
from typing import Any

from api.commands.keys import PLACES
from api.roles import Logins
from api.sealing import KeyringFile, Place, Sealer
from tests.support.command_line import shouwang
from tests.support.databases import delete_all
from tests.support.sealing.sealed_village import add_household, add_member


def test_every_sealed_identifier_is_known() -> None:
    assert set(PLACES) == {
        Place("member", "id_number"),
        Place("member", "phone"),
        Place("household", "phone"),
        Place("household", "bank_account"),
    }


async def test_the_life_of_a_key(app: Any, database: Logins, tmp_path: Path) -> None:
    sealer, household = Sealer.of(tmp_path), await add_household(app, "500110001001")
    numbers = ("110105198001010014", "110105199001010011", "11010519491231002X")
    rows = [await add_member(app, sealer, household, number, "13800138000") for number in numbers]

    async def run(*arguments: str, exit_code: int = 0) -> str:
        ran = await shouwang(database, tmp_path, "keys", *arguments)
        assert ran.exit_code == exit_code, ran.output
        assert "11010519491231002X" not in ran.output
        assert "13800138000" not in ran.output
        return ran.output

    assert "1\t最新 newest\t6" in await run("status")
    assert "NOTHING_TO_RETIRE" in await run("retire", "--hours", "0", exit_code=2)
    assert "6 values sealed again, with key 2" in await run("rotate")
    status = await run("status")
    assert "1\t旧 old" in status
    assert "2\t最新 newest\t6" in status
    assert "0 values sealed again" in await run("reseal")
    assert "NOTHING_TO_RETIRE" in await run("retire", exit_code=2)  # replaced less than a day ago
    assert "Removed: 1" in await run("retire", "--hours", "0")
    assert set(KeyringFile(tmp_path).read().data) == {2}
    for row, number in zip(rows, numbers, strict=True):
        sealed = await app.fetchval("SELECT id_number_sealed FROM member WHERE id = $1", row)
        assert Sealer.of(tmp_path).open("member", "id_number", row, sealed) == number
    assert sealer.open("member", "id_number", rows[-1], sealed) == "11010519491231002X"


async def test_a_key_still_needed_is_not_retired(app: Any, database: Logins, tmp_path: Path) -> None:
    await delete_all(database.owner, "member")
    sealer, household = Sealer.of(tmp_path), await add_household(app, "500110001001")
    late = Sealer(KeyringFile(tmp_path).read())  # a worker that slept through the rotation
    await add_member(app, sealer, household, None, "13800138000")
    assert (await shouwang(database, tmp_path, "keys", "rotate")).exit_code == 0
    row = await add_member(app, late, household, None, "13800138001")
    ran = await shouwang(database, tmp_path, "keys", "retire", "--hours", "0")
    assert (ran.exit_code, "NOTHING_TO_RETIRE" in ran.stderr) == (2, True)
    assert (await shouwang(database, tmp_path, "keys", "reseal")).exit_code == 0
    assert (await shouwang(database, tmp_path, "keys", "retire", "--hours", "0")).exit_code == 0
    sealed = await app.fetchval("SELECT phone_sealed FROM member WHERE id = $1", row)
    assert sealer.open("member", "phone", row, sealed) == "13800138001"


async def test_keys_of_another_installation_rotate_nothing(app: Any, database: Logins, tmp_path: Path) -> None:
    await delete_all(database.owner, "member")
    household = await add_household(app, "500110001001")
    await add_member(app, Sealer.of(tmp_path / "mine"), household, None, "13800138000")
    before = KeyringFile(tmp_path / "other").read()
    for act in ("status", "rotate"):
        ran = await shouwang(database, tmp_path / "other", "keys", act)
        assert (ran.exit_code, "KEYS_DO_NOT_FIT" in ran.stderr) == (2, True)
    assert KeyringFile(tmp_path / "other").read() == before
    lost = str(tmp_path / "lost.json")
    ran = await shouwang(database, tmp_path / "mine", "keys", "status", SHOUWANG_KEYS_FILE=lost)
    assert (ran.exit_code, "KEYS_UNUSABLE" in ran.stderr) == (2, True)

"""`shouwang demo` and `shouwang codes load`: the commands people type, against a database that holds a demo already."""

from pathlib import Path

from api.roles import Logins
from tests.support.command_line import shouwang
from tests.support.demo.invented import HOUSEHOLDS


async def test_over_households_it_refuses_and_says_what_to_do(own: Logins, tmp_path: Path) -> None:
    done = await shouwang(own, tmp_path, "demo", "--households", "20")
    assert done.exit_code == 2
    assert "HOUSEHOLDS_EXIST" in done.stderr
    assert "--more" in done.stderr


async def test_more_adds_households_and_tells_how_many_rows(own: Logins, tmp_path: Path) -> None:
    done = await shouwang(own, tmp_path, "demo", "--households", "20", "--seed", "5", "--more")
    assert done.exit_code == 0, done.output
    assert "household\t20" in done.stdout
    assert "演示数据 demo" in done.stderr
    connection = await own.reader.connect()
    assert await connection.fetchval("SELECT count(*) FROM household") == HOUSEHOLDS + 20
    await connection.close()


async def test_an_unknown_province_is_refused(own: Logins, tmp_path: Path) -> None:
    done = await shouwang(own, tmp_path, "demo", "--province", "99", "--more")
    assert done.exit_code == 2
    assert "UNKNOWN_PROVINCE" in done.stderr


async def test_code_lists_are_loaded_once(own: Logins, tmp_path: Path) -> None:
    done = await shouwang(own, tmp_path, "codes", "load")
    assert done.exit_code == 0, done.output
    assert "0 codes added, 0 changed, 0 out of use" in done.stdout

"""`shouwang households`: the command people type."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from api.cli import main
from api.database import Dsn
from api.demo.people.officials import account_name, demo_officials, plant
from api.roles import Logins
from api.rules.words.vocabulary import Department, Duty
from tests.support.databases import delete_all
from tests.support.intake.imports import VINTAGE
from tests.support.intake.invented import cell_of, form, household, households, id_number, save


def shouwang(*words: str) -> Result:
    return CliRunner().invoke(main, ["households", *words])


def url(login: Dsn) -> str:
    return f"postgresql://{login.user}:{quote(login.password)}@/{login.database}?host={quote(login.host)}&port={login.port}"


@pytest.fixture
def here(country: Logins, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Logins:
    monkeypatch.setenv("SHOUWANG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", url(country.owner))
    for role in ("app", "reader", "nation"):
        monkeypatch.setenv(f"DATABASE_URL_{role.upper()}", url(getattr(country, role)))
    return country


async def emptied(owner: Dsn) -> int:
    connection = await owner.connect()
    count = int(await connection.fetchval("SELECT count(*) FROM household"))
    await connection.close()
    await delete_all(owner, "survey", "member", "household")
    return count


def test_the_template_is_written(tmp_path: Path) -> None:
    done = shouwang("template", str(tmp_path / "out.xlsx"))
    assert done.exit_code == 0, done.output
    assert "家庭成员" in load_workbook(tmp_path / "out.xlsx").sheetnames


async def test_dry_run_import_and_the_same_file_again(here: Logins, tmp_path: Path) -> None:
    path = str(save(tmp_path / "form.xlsx", form(households(2))))
    dry = await asyncio.to_thread(shouwang, "import", path, "--dry-run", "--unit", "520101")
    assert dry.exit_code == 0, dry.output
    assert "nothing was written" in dry.stdout
    done = await asyncio.to_thread(shouwang, "import", path, "--unit", "520101")
    assert "members: 新增 6 new, 更新 0 changed" in done.stdout
    again = await asyncio.to_thread(shouwang, "import", path, "--unit", "520101")
    assert (again.exit_code, "nothing was changed" in again.stdout) == (0, True)
    assert await emptied(here.owner) == 2


async def test_errors_are_a_table_and_a_returned_file(here: Logins, tmp_path: Path) -> None:
    filled = household(1)
    filled["家庭成员"][0]["证件号码"] = id_number(1)[:-1] + ("1" if id_number(1)[-1] != "1" else "2")
    path = save(tmp_path / "form.xlsx", filled)
    done = await asyncio.to_thread(shouwang, "import", str(path))
    assert done.exit_code == 2
    assert f"{cell_of('家庭成员', '证件号码', 2)}\t错误 error\tID_NUMBER_CHECK\t" in done.stdout
    assert "INTAKE_REFUSED" in done.stderr
    assert id_number(1)[:-1] not in done.output
    assert load_workbook(tmp_path / "form.错误.xlsx").sheetnames == ["户", "家庭成员", "收入支出"]
    assert await emptied(here.owner) == 0


async def test_an_account_imports_below_its_own_unit_and_is_on_record(here: Logins, tmp_path: Path) -> None:
    owner = await here.owner.connect()
    await plant(owner, demo_officials(["520101"]), VINTAGE)
    account = account_name(Department.RURAL_REVITALIZATION, Duty.HANDLER, "520101")
    path = str(save(tmp_path / "form.xlsx", household(1)))
    beyond = await asyncio.to_thread(shouwang, "import", path, "--account", account, "--unit", "530102")
    assert (beyond.exit_code, "INTAKE_IMPORTER_UNKNOWN" in beyond.stderr) == (2, True)
    done = await asyncio.to_thread(shouwang, "import", path, "--account", account)
    assert done.exit_code == 0, done.output
    event = await owner.fetchrow("SELECT * FROM event WHERE action = 'household.import' ORDER BY id DESC LIMIT 1")
    assert (event["role"], event["county"]) == ("county:rural_revitalization:handler", "520101")
    await owner.close()
    assert await emptied(here.owner) == 1

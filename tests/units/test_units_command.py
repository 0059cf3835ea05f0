"""`shouwang units`: the command people type, on the whole country."""

from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.database import Dsn
from api.roles import Logins
from api.units import divisions

SHEETS = {
    "provinces.csv": 'code,name\n52,"甲省"\n',
    "cities.csv": 'code,name,provinceCode\n5201,"甲市",52\n',
    "areas.csv": 'code,name,cityCode,provinceCode\n520101,"甲县",5201,52\n',
    "streets.csv": 'code,name,areaCode,provinceCode,cityCode\n520101001,"甲乡",520101,52,5201\n',
    "villages.csv": 'code,name,streetCode,cityCode\n520101001001,"甲村",520101001,5201\n',
}


def shouwang(*words: str) -> Result:
    return CliRunner().invoke(main, ["units", *words])


def url(login: Dsn) -> str:
    return f"postgresql://{login.user}:{quote(login.password)}@/{login.database}?host={quote(login.host)}&port={login.port}"


@pytest.fixture
def here(database: Logins, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Logins:
    monkeypatch.setenv("SHOUWANG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", url(database.owner))
    for role in ("app", "reader", "nation"):
        monkeypatch.setenv(f"DATABASE_URL_{role.upper()}", url(getattr(database, role)))
    return database


def test_build_makes_a_file_that_can_be_read(tmp_path: Path) -> None:
    for name, text in SHEETS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = shouwang("build", str(tmp_path), str(tmp_path / "out.xz"), "--vintage", "2024-01-31")
    assert done.exit_code == 0, done.output
    assert "5 divisions" in done.stdout
    assert len(divisions.read(tmp_path / "out.xz").rows) == 5
    assert str(divisions.read(tmp_path / "out.xz").vintage) == "2024-01-31"


def test_build_says_what_is_wrong_with_the_csvs(tmp_path: Path) -> None:
    done = shouwang("build", str(tmp_path), str(tmp_path / "out.xz"))
    assert done.exit_code == 2
    assert "BAD_DIVISIONS" in done.stderr
    assert "provinces.csv" in done.stderr


async def counted(login: Dsn) -> dict[str, int]:
    connection = await login.connect()
    rows = await connection.fetch("SELECT tier, count(*) FROM unit WHERE valid_until IS NULL GROUP BY tier")
    astray = await connection.fetchval(
        """SELECT count(*) FROM unit u LEFT JOIN unit p ON p.id = u.parent
           WHERE u.code <> '0' AND (p.id IS NULL OR p.valid_until IS NOT NULL)"""
    )
    await connection.close()
    return {row[0]: row[1] for row in rows} | {"astray": astray}


class TestLoad:
    """In order: one province first, the rest later, then nothing left to do."""

    def test_one_province(self, here: Logins) -> None:
        done = shouwang("load", "--province", "50")
        assert done.exit_code == 0, done.output
        assert "12342 opened, 0 moved" in done.stdout
        assert "units" in done.stderr

    def test_the_country(self, here: Logins) -> None:
        done = shouwang("load")
        assert done.exit_code == 0, done.output
        assert f"{665_267 - 12_342} opened" in done.stdout
        assert "12342 unchanged" in done.stdout

    async def test_the_country_is_in_the_database(self, database: Logins) -> None:
        assert await counted(database.reader) == {
            "NATIONAL": 1,
            "PROVINCE": 32,
            "CITY": 329,
            "COUNTY": 2980,
            "TOWNSHIP": 41352,
            "VILLAGE": 620573,
            "astray": 0,
        }

    def test_again(self, here: Logins) -> None:
        done = shouwang("load")
        assert done.exit_code == 0, done.output
        assert "up to date" in done.stdout

    def test_a_day_to_come_is_refused(self, here: Logins) -> None:
        done = shouwang("load", "--on", "2999-01-01")
        assert done.exit_code == 2
        assert "INVALID_INPUT" in done.stderr

    def test_a_province_that_is_none_is_refused(self, here: Logins) -> None:
        done = shouwang("load", "--province", "99")
        assert done.exit_code == 2
        assert "UNKNOWN_PROVINCE" in done.stderr

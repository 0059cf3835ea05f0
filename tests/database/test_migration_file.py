"""新迁移 `piccolo migrations new` in a copy of the checkout, as docs/tour.md tells it. DESIGN §7"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from api.database import Dsn
from api.migration_file import next_number
from api.roles import Logins
from tests.support.databases import fresh_database

ROOT = Path(__file__).parents[2]
PICCOLO = "from piccolo.main import main; main()"
MIGRATE = """
import asyncio, json, os
from api.database import Dsn
from api.migrate import migrate
print(json.dumps(asyncio.run(migrate(Dsn(**json.loads(os.environ["DSN"]))))))
"""
NICKNAME = '    nickname = text("别名", "What neighbours call it.", Group.STRUCTURE)\n'
TABLE = '''"""测试 A table of a test."""

from piccolo.columns import BigInt

from api.rules.words.vocabulary import Group
from api.schema.declare import Entity, hidden, to_one, text
from {unit} import Unit


class Orchard(Entity, tablename="orchard"):
    """An orchard."""

    zh = "果园"
    unit = to_one(Unit, "所在地", "Where it lies.", required=True)
    trees = hidden(BigInt(default=None, null=True), "棵数", "How many trees.")
    name = text("名称", "Its name.", Group.STRUCTURE, required=True)
'''


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clean copy of the checkout."""
    for folder in ("api", "migrations", "policies"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.xz", "assets")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(checkout: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: text for name, text in os.environ.items() if not name.startswith(("DATABASE_", "SHOUWANG_", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=checkout,
        env=clean | {"PICCOLO_CONF": "api.piccolo_conf", "NO_COLOR": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def entity(checkout: Path, name: str) -> Path:
    declares = f"class {name}("
    (path,) = (path for path in (checkout / "api" / "schema").rglob("*.py") if declares in path.read_text("utf-8"))
    return path


def test_a_new_field_and_a_new_table_give_a_numbered_formatted_migration(checkout: Path) -> None:
    household, unit = entity(checkout, "Household"), entity(checkout, "Unit")
    text = household.read_text(encoding="utf-8")
    place = text.index("    head_name = ")
    household.write_text(text[:place] + NICKNAME + text[place:], encoding="utf-8")
    module = ".".join(unit.relative_to(checkout).with_suffix("").parts)
    (unit.parent / "orchard.py").write_text(TABLE.format(unit=module), encoding="utf-8")

    done = run(checkout, "-c", PICCOLO, "migrations", "new", "api", "--auto", "--desc=Nicknames and orchards")
    assert done.returncode == 0, done.stdout + done.stderr
    path = checkout / "migrations" / f"{next_number(ROOT / 'migrations'):04}_nicknames_and_orchards.py"
    body = path.read_text(encoding="utf-8").partition("async def forwards")[2]
    for line in (
        'orchard = changes.new_table("Orchard", "orchard")',
        'unit = changes.table("Unit", "unit")',
        'household.add("nickname", Text, null=True)',
        'orchard.add("unit", ForeignKey, references=unit)',
        'orchard.add("trees", BigInt, null=True)',
        'orchard.add("name", Text)',
    ):
        assert f"\n    {line}\n" in body
    for check in (("check", "-q"), ("format", "-q", "--check")):
        linted = run(checkout, "-m", "ruff", *check, str(path))
        assert (linted.returncode, linted.stdout) == (0, "")
    again = run(checkout, "-c", PICCOLO, "migrations", "new", "api", "--auto")
    assert "No changes detected" in again.stdout


async def test_the_new_migration_is_run_by_migrate(checkout: Path, admin: Dsn, template: Logins) -> None:
    household = entity(checkout, "Household")
    text = household.read_text(encoding="utf-8")
    place = text.index("    head_name = ")
    household.write_text(text[:place] + NICKNAME + text[place:], encoding="utf-8")
    done = await asyncio.to_thread(run, checkout, "-c", PICCOLO, "migrations", "new", "api", "--auto")
    assert done.returncode == 0, done.stdout + done.stderr
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        owner = template.owner.to_database(name)
        arguments = {part: getattr(owner, part) for part in ("host", "port", "user", "password", "database")}
        migrated = await asyncio.to_thread(run, checkout, "-c", MIGRATE, DSN=json.dumps(arguments))
        expected = f"{next_number(ROOT / 'migrations'):04}_changes_of_household"
        assert (json.loads(migrated.stdout or "null"), migrated.stderr) == ([expected], "")
        connection = await owner.connect()
        await connection.execute("select nickname from household")
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.execute("select nickname from member")
        await connection.close()


def test_without_auto_it_is_a_frame_for_plain_sql(checkout: Path) -> None:
    done = run(checkout, "-c", PICCOLO, "migrations", "new", "api", "--desc=增加索引")
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (checkout / "migrations").glob(f"{next_number(ROOT / 'migrations'):04}_*.py")
    assert '"""增加索引."""' in path.read_text(encoding="utf-8")
    assert 'changes.sql("select 1")' in path.read_text(encoding="utf-8")
    assert run(checkout, "-m", "ruff", "check", "-q", str(path)).returncode == 0
    assert run(checkout, "-m", "ruff", "format", "-q", "--check", str(path)).returncode == 0


def test_check_lists_what_ran_in_the_database_that_database_url_names(checkout: Path, template: Logins) -> None:
    done = run(checkout, "-c", PICCOLO, "migrations", "check", DATABASE_URL=_url(template.owner))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0001_first_release" in done.stdout
    assert done.stdout.splitlines()[2].split("|")[-1].strip() == "True"


def _url(owner: Dsn) -> str:
    return owner.url.replace("@", f":{owner.password}@", 1)

"""命令 `shouwang policy export`, `import`, `publish`, `diff` of versions: exit codes, and home again unchanged. Q1"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from api.access.policy import FOLDER
from api.access.reading.content import of_folder
from api.workflow.policy.judgement import judge
from api.workflow.policy.publish import bring_baseline
from tests.support.command_line import shouwang
from tests.support.planner.world import World
from tests.support.product import official
from tests.support.workflow.policy_people import CLOCK

ROW = "p, county:civil_affairs, view.income, household, sector, *, 66, deny, Q1"


@pytest_asyncio.fixture(scope="module")
async def owner(database: Any) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    world = World(households=1)
    await world.insert(connection)
    for name, duty in (("editor", "POLICY_EDITOR"), ("chief", "POLICY_APPROVER")):
        await official(world, connection, name, "0", "RURAL_REVITALIZATION", duty)
    await bring_baseline(connection, CLOCK.now())
    yield connection
    await connection.close()


async def policy(database: Any, home: Path, *arguments: str | Path) -> Any:
    return await shouwang(database, home, "policy", *map(str, arguments))


async def test_files_go_in_and_out_and_into_force(owner: Any, database: Any, tmp_path: Path) -> None:
    folder, home = tmp_path / "policies", tmp_path / "home"
    out = await policy(database, home, "export", "head", folder)
    assert out.exit_code == 0, out.output
    assert of_folder(folder) == of_folder(FOLDER)
    assert (await policy(database, home, "check", folder)).exit_code == 0
    assert (await policy(database, home, "diff", "--exit-code", "1", folder)).exit_code == 0

    with (folder / "baseline.csv").open("a", encoding="utf-8") as file:
        file.write(f"\n# 试行 a trial\n{ROW}\n")
    refused = await policy(database, home, "import", folder, "--as", "chief")
    assert (refused.exit_code, "STEP_NOT_ALLOWED" in refused.output) == (2, True)
    brought = await policy(database, home, "import", folder, "--as", "editor", "--note", "试行", "--submit")
    assert (brought.exit_code, brought.output.strip()) == (0, "0/2")
    again = tmp_path / "again"
    await policy(database, home, "export", "2", again)
    assert of_folder(again) == of_folder(folder)
    assert (await policy(database, home, "diff", "--exit-code", "head", "0/2")).exit_code == 1

    number = await owner.fetchval("select id from policy_version where number = 2")
    judged = await judge(owner, number, CLOCK.now().date(), cases=False)
    digests = (judged.version.content.digest, judged.difference)
    own = await policy(database, home, "publish", "2", "--as", "editor", "--approve", *digests)
    assert own.exit_code == 2
    early = await policy(database, home, "publish", "2", "--as", "chief")
    assert (early.exit_code, "WRONG_STATE" in early.output) == (2, True)
    published = await policy(database, home, "publish", "2", "--as", "chief", "--approve", *digests)
    assert published.exit_code == 0, published.output
    assert await owner.fetchval("select state from policy_version where number = 2") == "PUBLISHED"


async def test_what_cannot_be_is_refused_with_2(owner: Any, database: Any, tmp_path: Path) -> None:
    folder, home = tmp_path / "policies", tmp_path / "home"
    missing = await policy(database, home, "export", "77", folder)
    assert (missing.exit_code, "POLICY_NO_VERSION" in missing.output) == (2, True)
    await policy(database, home, "export", "head", folder)
    (folder / "locks.csv").write_text("p, *, read, unit, all, *, *, allow, Q1\n", encoding="utf-8")
    before = await owner.fetchval("select count(*) from policy_version")
    foreign = await policy(database, home, "import", folder, "--as", "editor")
    assert (foreign.exit_code, "POLICY_OTHER_RELEASE" in foreign.output) == (2, True)
    assert await owner.fetchval("select count(*) from policy_version") == before

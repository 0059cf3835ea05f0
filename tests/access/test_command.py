"""命令 `shouwang policy` on files: exit codes for continuous integration, and what is said in two languages. Q1"""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.access.actions import step_actions
from api.access.policy import FOLDER
from api.cli import main


def shouwang(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["policy", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "policies")
    return tmp_path / "policies"


def add(folder: Path, row: str) -> None:
    with (folder / "baseline.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def test_check_accepts_what_ships() -> None:
    result = shouwang("check")
    assert result.exit_code == 0
    assert "版本" in result.output


def test_check_refuses_with_every_finding_and_status_2(folder: Path) -> None:
    add(folder, "p, education, view.incom, household, sector, *, *, Deny, Q1")
    result = shouwang("check", folder)
    assert result.exit_code == 2
    for excerpt in (
        "“动作”列没有这个词",
        "the column effect has no such word",
        "POLICY_WORD",
        "→ 改为 view.income",
        "→ write deny",
        "POLICY_REFUSED",
    ):
        assert excerpt in result.output


def without(file: Path, action: str) -> None:
    """The file without the rows that speak of the action; others of such a row stay."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        words = [word for word in cells[2].split("|") if word != action] if len(cells) > 5 else []
        if len(cells) > 5 and action in cells[2].split("|"):
            if not words:
                continue
            line = line.replace(cells[2], "|".join(words), 1)
        lines.append(line)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("action", sorted(step_actions()))
def test_a_step_that_no_row_allows_is_named(folder: Path, action: str) -> None:
    without(folder / "baseline.csv", action)
    result = shouwang("check", folder)
    assert result.exit_code == 2
    assert "POLICY_STEP_OF_NOBODY" in result.output or action in result.output


def test_a_step_that_no_case_asks_about_is_named(folder: Path) -> None:
    for file in (folder / "tests").glob("*.csv"):
        file.write_text(file.read_text(encoding="utf-8").replace("clue.report", "clue.close"), encoding="utf-8")
    result = shouwang("test", folder, "--oracle-every", "0")
    assert result.exit_code == 1
    assert "no case asks about the step clue.report" in result.output


def test_check_judges_an_edit_against_what_is_in_force(folder: Path) -> None:
    add(folder, "p, education, view.health, household, sector, *, *, allow, Q1")
    warned = shouwang("check", folder, "--against", FOLDER)
    assert (warned.exit_code, "POLICY_SENSITIVE_OPENED" in warned.output) == (0, True)
    add(folder, "p, county, identification.approve, proceeding, subtree, *, 500110, deny, ours")
    refused = shouwang("check", folder, "--against", FOLDER)
    assert (refused.exit_code, "under 500110" in refused.output) == (2, True)


def test_test_fails_when_a_row_breaks_a_case(folder: Path) -> None:
    for file in (folder / "tests").glob("*.csv"):
        if file.name != "policy_and_posts.csv":
            file.unlink()
    assert "cases" in shouwang("test", folder, "--oracle-every", "0").output
    add(folder, "p, *, read|view.basic, official, all, *, *, deny, ours")
    add(folder, "p, county:rural_revitalization:handler, read, event, subtree, *, *, allow, ours")
    result = shouwang("test", folder, "--oracle-every", "0")
    assert result.exit_code == 1
    assert "没有用例由此行裁决" in result.output


def test_test_passes_on_what_ships() -> None:
    result = shouwang("test", "--oracle-every", "0")
    assert result.exit_code == 0, result.output[-500:]


def test_explain_gives_rows_questions_and_the_nearest_row() -> None:
    place = "0/50/500110/500110001/500110001001"
    words = ("county:health:handler", "500110", "view.health", "household", place)
    allowed = shouwang("explain", *words, "--sectors", "health|water")
    assert allowed.exit_code == 0
    assert "允许" in allowed.output
    assert "rests on: Q1, Q7, Q12" in allowed.output
    refused = shouwang("explain", *words)
    assert "nearest row" in refused.output
    assert "不允许" in refused.output
    assert shouwang("explain", "county:helth:handler", *words[1:]).exit_code == 2


def test_diff_tells_gains_and_losses_and_exits_as_asked(folder: Path) -> None:
    same = shouwang("diff", FOLDER, folder, "--exit-code")
    assert (same.exit_code, "They allow the same" in same.output) == (0, True)
    add(folder, "p, education, view.income, household, sector, *, *, allow, Q1")
    result = shouwang("diff", FOLDER, folder)
    assert result.exit_code == 0
    assert "GAINS" in result.output
    assert "education" in result.output
    assert shouwang("diff", folder, FOLDER).output.count("LOSES") == result.output.count("GAINS")
    assert shouwang("diff", FOLDER, folder, "--exit-code").exit_code == 1


def test_matrix_is_markdown() -> None:
    assert shouwang("matrix").output.startswith("# 权限 Permissions")

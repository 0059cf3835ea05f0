"""The files of the country: loaded once, again when they changed, refused when they are not as they should be."""

import dataclasses
import lzma
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.errors import Problem
from api.units.country import Files, load_country
from api.units.load import Loaded

LATER, TODAY = date(2024, 7, 1), date(2025, 3, 1)
ROWS = [
    "52,甲省",
    "5201,甲市",
    "520101,甲县",
    "520171,甲开发区",
    "520101001,甲乡",
    "520101001001,甲村",
    "520101001002,丙村",
]
OVERRIDES = """
dropped = []
moved = []
western = {reason = "a", source = "b", units = {52 = "甲省"}}
development_zone = {reason = "a", source = "b", first = 71, last = 79}

[[added]]
code = "CODE"
name = "新区"
parent = "52"
development_zone = true
unverified = false
reason = "a"
source = "b"
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    rows = "".join(f"{row}\n" for row in ROWS)
    files = Files(tmp_path / "divisions.csv.xz", tmp_path / "overrides.toml")
    files.divisions.write_bytes(lzma.compress(f"# vintage 2023-06-30\ncode,name\n{rows}".encode()))
    files.overrides.write_text(OVERRIDES.replace("CODE", "52W"), encoding="utf-8")
    return files


async def test_the_same_files_are_not_loaded_twice(connection: Any, files: Files) -> None:
    assert await load_country(connection, LATER, files=files) == Loaded(9, 0, 0, 0, 0)
    assert await load_country(connection, TODAY, files=files) is None
    assert await load_country(connection, TODAY, files=files, province="52") is None
    assert await load_country(connection, TODAY, files=files, compare=True) == Loaded(0, 0, 0, 0, 9)


async def test_a_changed_file_is_loaded(connection: Any, files: Files) -> None:
    await load_country(connection, LATER, files=files)
    files.overrides.write_text(OVERRIDES.replace("CODE", "52V"), encoding="utf-8")
    assert await load_country(connection, TODAY, files=files) == Loaded(1, 0, 0, 1, 8)


async def test_a_province_loaded_from_other_files_makes_the_country_due_again(connection: Any, files: Files) -> None:
    await load_country(connection, LATER, files=files)
    files.overrides.write_text(OVERRIDES.replace("CODE", "52V"), encoding="utf-8")
    await load_country(connection, TODAY, files=files, province="52")
    files.overrides.write_text(OVERRIDES.replace("CODE", "52W"), encoding="utf-8")
    assert await load_country(connection, date(2025, 4, 1), files=files) == Loaded(1, 0, 0, 1, 8)


@pytest.mark.parametrize("comment", ["'somebody wrote here'", "'[1]'", "NULL"])
async def test_a_lost_record_only_costs_a_comparison(connection: Any, files: Files, comment: str) -> None:
    await load_country(connection, LATER, files=files)
    await connection.execute(f"COMMENT ON TABLE unit IS {comment}")
    assert await load_country(connection, TODAY, files=files) == Loaded(0, 0, 0, 0, 9)


async def test_an_emptied_table_is_filled_again(connection: Any, files: Files) -> None:
    await load_country(connection, LATER, files=files)
    await connection.execute("DELETE FROM unit")
    assert await load_country(connection, TODAY, files=files) == Loaded(9, 0, 0, 0, 0)


@pytest.mark.parametrize("province", ["99", "5201", "0", "", "520101001001"])
async def test_a_province_that_is_none_is_refused(connection: Any, files: Files, province: str) -> None:
    for _ in range(2):
        with pytest.raises(Problem, match="UNKNOWN_PROVINCE"):
            await load_country(connection, LATER, files=files, province=province)
        await load_country(connection, LATER, files=files)


async def test_a_missing_file_is_refused(connection: Any, files: Files) -> None:
    with pytest.raises(Problem, match="BAD_DIVISIONS"):
        await load_country(connection, LATER, files=dataclasses.replace(files, overrides=Path("none.toml")))

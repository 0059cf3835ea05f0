"""Small trees: what is refused, and what the overrides do, without the country."""

import dataclasses
import lzma
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Problem
from api.rules.units import TIER_BY_LENGTH, tier_of
from api.rules.words.vocabulary import Tier
from api.units import divisions, overrides
from api.units.divisions import Divisions
from api.units.overrides import Added, Overrides
from api.units.tree import grow, within

VINTAGE = date(2023, 6, 30)
NONE = Overrides(frozenset(), (), {}, frozenset(), frozenset(), {})
ROWS = [
    ("52", "甲省"),
    ("53", "乙省"),
    ("5201", "甲市"),
    ("5301", "占位"),
    ("520101", "甲县"),
    ("530102", "乙县"),
    ("520101001", "甲乡"),
    ("530102001", "乙乡"),
    ("520101001001", "甲村"),
    ("530102001001", "乙村"),
]


def packed(*lines: str, head: str = "# vintage 2023-06-30\ncode,name\n") -> bytes:
    return lzma.compress((head + "".join(f"{line}\n" for line in lines)).encode())


@given(st.text(alphabet="0123456789WX", max_size=14))
def test_the_tier_depends_on_the_length_alone(code: str) -> None:
    if len(code) in TIER_BY_LENGTH:
        assert tier_of(code) is tier_of("0" * len(code)) is TIER_BY_LENGTH[len(code)]
    else:
        with pytest.raises(Problem, match="INVALID_UNIT_CODE"):
            tier_of(code)


@pytest.mark.parametrize("code", ["", "50w", "5 ", "５０", "50011\n", "500110-01"])
def test_a_code_of_other_letters_is_none(code: str) -> None:
    with pytest.raises(Problem, match="INVALID_UNIT_CODE"):
        tier_of(code)


def test_the_refusal_of_a_code_does_not_repeat_it() -> None:
    with pytest.raises(Problem) as refused:
        tier_of("110101199003074258")
    assert "1101" not in str(refused.value.extensions())


def test_codes_of_counties_may_be_three_or_six_long() -> None:
    assert {length for length, tier in TIER_BY_LENGTH.items() if tier is Tier.COUNTY} == {3, 6}
    assert set(TIER_BY_LENGTH.values()) == set(Tier)


def test_a_dropped_city_leaves_its_counties_to_the_province() -> None:
    units = {u.code: u for u in grow(Divisions(VINTAGE, ROWS), dataclasses.replace(NONE, dropped=frozenset({"5301"})))}
    assert "5301" not in units
    assert (units["530102"].parent, units["530102"].city) == ("53", None)
    assert units["530102001001"][4:9] == ("53", None, "530102", "530102001", "530102001001")


def test_what_is_moved_takes_all_that_lies_under_it() -> None:
    changed = dataclasses.replace(
        NONE, added=(Added("53W", "新区", "53", True, True),), moved={"520101001": "53W"}, western=frozenset({"53"})
    )
    units = {unit.code: unit for unit in grow(Divisions(VINTAGE, ROWS), changed)}
    assert units["520101001001"][4:9] == ("53", None, "53W", "520101001", "520101001001")
    assert units["520101001001"].unverified
    assert units["520101001001"].western
    assert not units["520101001001"].development_zone
    assert not units["520101"].western


def test_within_keeps_the_nation_and_one_province() -> None:
    units = list(within(grow(Divisions(VINTAGE, ROWS), NONE), "52"))
    assert [unit.code for unit in units] == ["0", "52", "5201", "520101", "520101001", "520101001001"]


@pytest.mark.parametrize("gone", ["52", "5201", "520101", "520101001"])
def test_an_orphan_is_refused(gone: str) -> None:
    with pytest.raises(Problem, match=r"BAD_DIVISIONS.*found none"):
        list(grow(Divisions(VINTAGE, [row for row in ROWS if row[0] != gone]), NONE))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"moved": {"520101001": "52"}}, "520101001"),
        ({"moved": {"520101001": "5201"}}, "520101001"),
        ({"moved": {"520101": "530102"}}, "520101"),
        ({"dropped": frozenset({"520101"})}, "520101001"),
        ({"added": (Added("99W", "无", "99", False, False),)}, "99W"),
    ],
)
def test_a_parent_of_the_wrong_tier_is_refused(change: dict[str, object], place: str) -> None:
    with pytest.raises(Problem, match=f"BAD_DIVISIONS: divisions, {place}:"):
        list(grow(Divisions(VINTAGE, ROWS), dataclasses.replace(NONE, **change)))  # type: ignore[arg-type]


@pytest.mark.parametrize("names", [{"5201": "别的市"}, {"5299": "甲市"}])
def test_an_override_that_no_longer_fits_the_divisions_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(Problem, match="BAD_OVERRIDES"):
        list(grow(Divisions(VINTAGE, ROWS), dataclasses.replace(NONE, names=names)))


def test_an_added_code_that_the_divisions_have_is_refused() -> None:
    with pytest.raises(Problem, match="BAD_OVERRIDES"):
        list(grow(Divisions(VINTAGE, ROWS), dataclasses.replace(NONE, added=(Added("52", "又", "0", False, False),))))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (packed("52,甲省", "5,甲"), "line 4"),
        (packed("52,甲省", "5a,甲"), "line 4"),
        (packed("52,甲省", "５３,乙省"), "line 4"),
        (packed("52,甲省", "52,甲省"), "line 4"),
        (packed("53,乙省", "52,甲省"), "line 4"),
        (packed("5201,甲市", "52,甲省"), "line 4"),
        (packed("52,"), "line 3"),
        (packed("52"), "line 3"),
        (packed("52,甲,省"), "line 3"),
        (packed("52,甲省 "), "line 3"),
        (packed("52, 甲省"), "line 3"),
        (packed("52,甲省", "53,乙\x00省"), "line 4"),
        (packed("52,甲省", '53,"乙省"'), "line 4"),
        (packed("52,甲省", "53,乙省\\"), "line 4"),
        (packed("52,甲省\r"), "line 3"),
        (packed("52,甲省", head="code,name\n"), "line 2"),
        (packed("52,甲省", head="# vintage soon\ncode,name\n"), "line 1"),
        (packed("52,甲省")[:-8], "divisions.csv.xz"),
        (b"not xz", "divisions.csv.xz"),
        (lzma.compress(b"\xff\xfe"), "divisions.csv.xz"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, content: bytes, place: str) -> None:
    file = tmp_path / "divisions.csv.xz"
    file.write_bytes(content)
    with pytest.raises(Problem, match=f"BAD_DIVISIONS: divisions, {place}:"):
        divisions.read(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="FileNotFoundError"):
        divisions.read(tmp_path / "none.xz")


def published(folder: Path) -> Path:
    sheets = {
        "provinces.csv": ["code,name", '52,"甲省"', '53,"乙省"'],
        "cities.csv": ["code,name,provinceCode", '5201,"甲市",52'],
        "areas.csv": ["code,name,cityCode,provinceCode", '520101,"甲县",5201,52'],
        "streets.csv": ["code,name,areaCode,provinceCode,cityCode", '520101001,"甲乡",520101,52,5201'],
        "villages.csv": [
            "code,name,streetCode,provinceCode,cityCode,areaCode",
            '520101001001,"甲村",520101001,52,5201,520101',
        ],
    }
    for name, lines in sheets.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_file_is_made_from_the_published_csvs_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xz", tmp_path / "2.xz"
    assert divisions.build(published(tmp_path), first, VINTAGE) == 6
    divisions.build(tmp_path, second, VINTAGE)
    assert first.read_bytes() == second.read_bytes()
    assert divisions.read(first).vintage == VINTAGE
    assert divisions.read(first).rows == [
        ("52", "甲省"),
        ("53", "乙省"),
        ("5201", "甲市"),
        ("520101", "甲县"),
        ("520101001", "甲乡"),
        ("520101001001", "甲村"),
    ]


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        ("cities.csv", ",52", ",53"),
        ("cities.csv", "5201,", "52011,"),
        ("areas.csv", "cityCode", "city"),
        ("streets.csv", '"甲乡"', '"甲,乡"'),
    ],
)
def test_csvs_that_contradict_themselves_are_refused(tmp_path: Path, sheet: str, old: str, new: str) -> None:
    file = published(tmp_path) / sheet
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Problem, match="BAD_DIVISIONS"):
        divisions.build(tmp_path, tmp_path / "out.xz", VINTAGE)
    assert not (tmp_path / "out.xz").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[[moved]]", "[[mooved]]"),
        ('reason = "Placeholders', 'because = "Placeholders'),
        ('source = "DESIGN §10"', 'source = ""'),
        ("unverified = true", 'unverified = "yes"'),
        ('code = "50W"', 'code = "50WXY"'),
        ('code = "66X"', 'code = "66"'),
        ('4420 = "中山市"', '1101 = "中山市"'),
        ('4420 = "中山市"', "4420 = 1"),
        ('50 = "重庆市"', '5001 = "重庆市"'),
        ("first = 71", "first = "),
    ],
)
def test_a_broken_overrides_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = overrides.OVERRIDES.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "overrides.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Problem, match=r"BAD_OVERRIDES|INVALID_UNIT_CODE"):
        overrides.read(file)

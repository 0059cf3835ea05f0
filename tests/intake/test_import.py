"""What an import writes: round trip, once more, changes, all or nothing, whose households."""

import asyncio
import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.clock import SetClock
from api.errors import Problem
from api.intake.households import Importer, import_households
from api.roles import Logins
from api.sealing import Sealer
from tests.support.databases import delete_all
from tests.support.intake.imports import NOW, Import
from tests.support.intake.invented import COUNTY, Form, cell_of, form, household, households, id_number, save, survey
from tests.support.intake.outcomes import codes, imports


async def counts(app: Any) -> tuple[int, ...]:
    tables = ("household", "member", "survey", "intake_row")
    return tuple([await app.fetchval(f"SELECT count(*) FROM {table}") for table in tables])


async def test_a_filled_template_comes_back_as_it_was_filled(bring: Import, app: Any, sealer: Sealer) -> None:
    outcome = await bring(form(households(2)))
    assert outcome.faults.errors == 0
    assert await counts(app) == (2, 6, 2, 0)
    home = await app.fetchrow("SELECT h.*, u.code FROM household h JOIN unit u ON u.id = h.unit ORDER BY h.id")
    assert (home["number"], home["code"], home["village"]) == ("520000000001", "520101001001", "520101001001")
    assert (home["county"], home["kind_of_household"], home["people"]) == ("520101", "LIFTED", 3)
    assert (home["housing_grade"], str(home["farmland"]), home["safe_water"]) == ("A", "3.50", True)
    assert (home["jurisdiction"], home["safety_net"], home["version"]) == ("HUKOU", False, 1)
    assert (home["registered_on"], home["updated_at"]) == (date(2025, 3, 1), NOW)
    assert sealer.open("household", "phone", home["id"], home["phone_sealed"]) == "13900000001"
    assert home["bank_account_masked"].endswith("0001")
    head, spouse, child = await app.fetch("SELECT * FROM member WHERE household = $1 ORDER BY id", home["id"])
    assert (head["relation"], spouse["relation"], child["relation"]) == ("HEAD", "SPOUSE", "DAUGHTER")
    assert (head["birth_date"], head["sex"], head["ethnicity"]) == (date(1970, 5, 17), "MALE", "HAN")
    assert (child["education"], child["student"], child["health"]) == (None, "PRIMARY", ["HEALTHY"])
    assert sealer.open("member", "id_number", head["id"], head["id_number_sealed"]) == id_number(1)
    assert head["id_number_masked"] == f"5{'*' * 16}{id_number(1)[-1]}"
    year = await app.fetchrow("SELECT * FROM survey WHERE household = $1", home["id"])
    assert (year["year"], year["revision"], str(year["business"]), str(year["transfers"])) == (
        2024,
        1,
        "5000.50",
        "1200.00",
    )


async def test_no_plain_identifier_reaches_the_database(bring: Import, app: Any) -> None:
    await bring(form(households(1)))
    for table in ("household", "member", "survey", "event"):
        for row in await app.fetch(f"SELECT t::text AS text FROM {table} t"):
            for value in (id_number(1), "13900000001", "62" + f"{1:017d}"):
                assert value not in row["text"]
                assert value.encode().hex() not in row["text"]


async def test_the_event_tells_the_file_and_the_counts_in_the_units_place(bring: Import, app: Any) -> None:
    outcome = await bring(form(households(2)))
    event = (await imports(app))[0]
    assert (event["action"], event["county"], event["township"]) == ("household.import", COUNTY, None)
    assert f'"sha256": "{outcome.sha256}"' in event["facts"]
    assert '"members_new": 6' in event["facts"]


async def test_the_same_file_twice_changes_nothing(bring: Import, app: Any, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(3)))
    await bring(path)
    before = await app.fetch("SELECT t::text FROM (SELECT * FROM household ORDER BY id) t"), len(await imports(app))
    again = await bring(path)
    assert again.known_since == NOW
    assert again.written is None
    assert (
        await app.fetch("SELECT t::text FROM (SELECT * FROM household ORDER BY id) t"),
        len(await imports(app)),
    ) == before


async def test_the_same_content_in_another_file_changes_nothing(bring: Import, app: Any) -> None:
    filled = form(households(3))
    filled["家庭成员"][1] |= {"减少日期": "2024-12-01", "减少原因": "嫁出"}
    filled["户"][0]["家庭人口数"] = 2
    await bring(filled)
    before = await app.fetch("SELECT t::text FROM member t ORDER BY id")
    again = await bring(filled | {"户": list(reversed(filled["户"]))})
    assert again.known_since is None
    assert again.written is not None
    assert (again.written.changed, again.written.members_unchanged, again.written.surveys_unchanged) == (0, 9, 3)
    assert await app.fetch("SELECT t::text FROM member t ORDER BY id") == before
    assert await app.fetchval("SELECT max(version) FROM household") == 1


async def test_a_changed_file_gives_what_changed_its_next_version(bring: Import, app: Any) -> None:
    filled = form(households(4))
    await bring(filled)
    changed = copy.deepcopy(filled)
    changed["户"][0]["耕地面积"] = 4
    changed["家庭成员"][3]["民族"] = "苗族"
    changed["收入支出"][2]["工资性收入"] = 22000
    outcome = await bring(changed)
    assert outcome.written is not None
    assert (outcome.written.households_changed, outcome.written.members_changed, outcome.written.surveys_new) == (
        3,
        1,
        1,
    )
    rows = await app.fetch("SELECT version FROM household ORDER BY number")
    assert [row["version"] for row in rows] == [2, 2, 2, 1]
    revisions = await app.fetch("SELECT revision, wages FROM survey ORDER BY id DESC LIMIT 1")
    assert [(row["revision"], int(row["wages"])) for row in revisions] == [(2, 22000)]
    assert await app.fetchval("SELECT count(*) FROM survey") == 5


async def test_empty_cells_keep_what_is_stored(bring: Import, app: Any) -> None:
    filled = form(households(1))
    await bring(filled)
    bare = copy.deepcopy(filled)
    for label in ("联系电话", "耕地面积", "饮水安全"):
        del bare["户"][0][label]
    outcome = await bring(bare)
    assert outcome.written is not None
    assert outcome.written.changed == 0
    row = await app.fetchrow("SELECT farmland, safe_water, phone_masked FROM household")
    assert (str(row["farmland"]), row["safe_water"], row["phone_masked"]) == ("3.50", True, "*********01")


async def test_who_leaves_school_is_a_pupil_no_more(bring: Import, app: Any) -> None:
    filled = form(households(1))
    await bring(filled)
    del filled["家庭成员"][2]["在校生状况"]
    filled["家庭成员"][2]["文化程度"] = "小学"
    await bring(filled)
    row = await app.fetchrow("SELECT education, student FROM member WHERE relation = 'DAUGHTER'")
    assert (row["education"], row["student"]) == ("PRIMARY", None)


async def test_absent_members_stay_and_are_told(bring: Import, app: Any) -> None:
    filled = form(households(1))
    await bring(filled)
    del filled["家庭成员"][2]
    outcome = await bring(filled)
    warnings = [(fault.cell, fault.code) for fault in outcome.faults]
    assert warnings == [(cell_of("户", "家庭人口数", 2), "INTAKE_MEMBERS_ABSENT")]
    filled["户"][0]["家庭人口数"] = 2
    outcome = await bring(filled)
    assert outcome.written is None
    assert (cell_of("户", "家庭人口数", 2), "INTAKE_PEOPLE_DISAGREE") in [
        (fault.cell, fault.code) for fault in outcome.faults
    ]
    assert await app.fetchval("SELECT count(*) FROM member WHERE left_on IS NULL") == 3


async def test_households_without_a_number_are_tied_by_their_head_and_get_it_later(bring: Import, app: Any) -> None:
    without = household(7, number=False)
    await bring(without)
    numbered = copy.deepcopy(without)
    for rows in numbered.values():
        for row in rows:
            row["户编号"] = "520000000777"
    outcome = await bring(numbered)
    assert outcome.faults.errors == 0
    assert await app.fetchval("SELECT string_agg(number, ',') FROM household") == "520000000777"
    assert await app.fetchval("SELECT version FROM household") == 2


async def test_a_newborn_without_number_is_the_same_when_it_gets_one(bring: Import, app: Any) -> None:
    filled = form(households(1))
    child = filled["家庭成员"][2]
    number = child.pop("证件号码")
    child |= {"无证件原因": "新生儿未落户", "出生日期": "2016-07-09"}
    await bring(filled)
    child["证件号码"] = number
    outcome = await bring(filled)
    assert outcome.written is not None
    assert (outcome.written.members_new, outcome.written.members_changed) == (0, 1)
    assert await app.fetchval("SELECT count(*) FROM member") == 3


async def test_who_moves_between_two_households_of_one_file_is_one_person(bring: Import, app: Any) -> None:
    filled = form(households(2))
    await bring(filled)
    mover = copy.deepcopy(filled["家庭成员"][2])
    filled["家庭成员"][2] |= {"减少日期": "2025-02-01", "减少原因": "迁出"}
    filled["家庭成员"].append(mover | {"户编号": filled["户"][1]["户编号"], "与户主关系": "其他"})
    filled["户"][0]["家庭人口数"], filled["户"][1]["家庭人口数"] = 2, 4
    outcome = await bring(filled)
    assert codes(outcome) == []
    rows = await app.fetch("SELECT household, left_on FROM member WHERE name = '丙1' ORDER BY id")
    assert [row["left_on"] for row in rows] == [date(2025, 2, 1), None]
    assert rows[0]["household"] != rows[1]["household"]


async def test_a_dry_run_changes_nothing(bring: Import, app: Any) -> None:
    events = len(await imports(app))
    outcome = await bring(form(households(2)), dry_run=True)
    assert outcome.written is not None
    assert outcome.written.households_new == 2
    assert await counts(app) == (0, 0, 0, 0)
    assert len(await imports(app)) == events


async def test_one_bad_cell_keeps_everything_out(bring: Import, app: Any) -> None:
    filled = form(households(30))
    filled["收入支出"][29]["工资性收入"] = -1
    events = len(await imports(app))
    outcome = await bring(filled)
    assert codes(outcome) == [(cell_of("收入支出", "工资性收入", 31), "INTAKE_AMOUNT_NEGATIVE")]
    assert outcome.written is None
    assert await counts(app) == (0, 0, 0, 0)
    assert len(await imports(app)) == events


async def test_the_importing_unit_must_exist(bring: Import) -> None:
    with pytest.raises(Problem, match="INTAKE_IMPORTER_UNKNOWN"):
        await bring(household(1), unit="999999")


async def test_without_its_code_lists_nothing_is_imported(country: Logins, sealer: Sealer, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    owner = await country.owner.connect()
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("delete from code_item")
    with pytest.raises(Problem, match="INTAKE_CODES_ABSENT"):
        await import_households(owner, path, Importer(sealer, SetClock(NOW), COUNTY))
    await transaction.rollback()
    assert await owner.fetchval("select count(*) from household") == 0
    await owner.close()


async def test_two_thousand_rows_in_batches(bring: Import, app: Any) -> None:
    filled: Form = form(households(2000 // 3))
    filled["收入支出"].append(survey({"户编号": filled["户"][0]["户编号"]}, 2023))
    seen: list[tuple[int, int]] = []
    outcome = await bring(filled, progress=lambda done, total: seen.append((done, total)))
    assert outcome.faults.errors == 0
    assert await counts(app) == (666, 1998, 667, 0)
    assert seen[-1][0] == 666 + 1998 + 667
    assert all(done <= total for done, total in seen)


async def test_an_import_that_is_cut_off_leaves_nothing_and_can_be_begun_again(
    bring: Import, app: Any, country: Logins, tmp_path: Path
) -> None:
    path = save(tmp_path / "form.xlsx", form(households(400)))
    process = await app.fetchval("SELECT pg_backend_pid()")
    other = await country.app.connect()
    pending: list[asyncio.Task[Any]] = []

    def cut(done: int, total: int) -> None:
        if not pending:  # as the server sees it when the importing process is killed
            pending.append(asyncio.ensure_future(other.execute("SELECT pg_terminate_backend($1)", process)))

    with pytest.raises(Problem, match="DATABASE_UNAVAILABLE"):
        await bring(path, progress=cut)
    await asyncio.gather(*pending)
    assert await counts(other) == (0, 0, 0, 0)
    outcome = await import_households(other, path, Importer(Sealer.of(tmp_path), SetClock(NOW), COUNTY))
    assert outcome.written is not None
    assert outcome.written.households_new == 400
    await other.close()
    await delete_all(country.owner, "survey", "member", "household")


READ = """
SELECT sum(coalesce(idx_tup_fetch, 0) + CASE relname WHEN 'intake_row' THEN 0 ELSE seq_tup_read END)
FROM pg_stat_user_tables WHERE relname IN ('household', 'member', 'survey', 'intake_row')"""


async def read_so_far(app: Any) -> int:
    await app.execute("SELECT pg_stat_force_next_flush()")
    return int(await app.fetchval(READ))


async def test_rows_are_found_by_their_keys_even_when_the_tables_are_taken_for_empty(
    bring: Import, app: Any, country: Logins
) -> None:
    """Autovacuum looks at the tables while what a dry run left is dead: they have pages, and seem to have no rows."""
    filled = form(households(400))
    rows = sum(map(len, filled.values()))
    await bring(filled, dry_run=True)
    owner = await country.owner.connect()
    await owner.execute("ANALYZE household, member, survey, intake_row")
    await owner.close()
    before = await read_so_far(app)
    await bring(filled)
    first = await read_so_far(app) - before
    for row in filled["户"]:
        row["耕地面积"] = 9
    changed = await bring(filled)
    assert changed.written is not None
    assert changed.written.households_changed == 400
    again = await read_so_far(app) - before - first
    assert max(first, again) < 10 * rows, (first, again)  # nested loops would read each row for every other

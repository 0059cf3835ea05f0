"""Whose households an import may bring, and what it says of persons who are registered elsewhere. Q16, Q38"""

from datetime import date
from typing import Any

from api.roles import Logins
from tests.support.databases import delete_all
from tests.support.intake.imports import Import
from tests.support.intake.invented import (
    FOREIGN_COUNTY,
    FOREIGN_VILLAGE,
    NEXT_VILLAGE,
    VILLAGE,
    cell_of,
    form,
    household,
    id_number,
    member,
)
from tests.support.intake.outcomes import codes, imports


async def test_households_of_another_jurisdiction_are_refused_by_row(bring: Import, app: Any) -> None:
    filled = form([household(1), household(2, FOREIGN_VILLAGE)])
    outcome = await bring(filled)
    assert codes(outcome) == [(cell_of("户", "责任单位", 3), "INTAKE_BEYOND_REACH")]
    assert (await bring(filled, unit="0")).written is not None


async def test_a_person_registered_beyond_the_reach_is_only_said_to_be_registered(bring: Import, app: Any) -> None:
    await bring(household(1, FOREIGN_VILLAGE), unit=FOREIGN_COUNTY)
    filled = household(2)
    filled["家庭成员"][1] = member(
        {"户编号": filled["户"][0]["户编号"]},
        "乙1",
        "配偶",
        "女",
        id_number(1, date(1972, 3, 1), False),
        文化程度="小学",
    )
    outcome = await bring(filled, dry_run=True)
    fault = next(iter(outcome.faults))
    assert (fault.cell, fault.code) == (cell_of("家庭成员", "证件号码", 3), "PERSON_ALREADY_REGISTERED")
    assert FOREIGN_VILLAGE not in fault.zh + fault.en
    event = (await imports(app))[0]
    assert event["action"] == "household.import.refused"
    assert '"registered_elsewhere": 1' in event["facts"]


async def test_a_person_registered_inside_the_reach_is_told_with_the_unit(bring: Import) -> None:
    await bring(household(1, NEXT_VILLAGE))
    filled = household(2)
    filled["家庭成员"][2]["证件号码"] = id_number(1, date(2016, 7, 9), False)
    outcome = await bring(filled)
    assert codes(outcome) == [(cell_of("家庭成员", "证件号码", 4), "INTAKE_PERSON_ELSEWHERE")]
    assert NEXT_VILLAGE in next(iter(outcome.faults)).en


async def test_a_number_used_beyond_the_reach_is_taken_and_no_more_is_said(bring: Import) -> None:
    await bring(household(1, FOREIGN_VILLAGE), unit=FOREIGN_COUNTY)
    filled = household(2)
    for rows in filled.values():
        for row in rows:
            row["户编号"] = household(1)["户"][0]["户编号"]
    assert codes(await bring(filled)) == [(cell_of("户", "户编号", 2), "INTAKE_HOUSEHOLD_NUMBER_TAKEN")]


async def test_another_responsible_unit_takes_a_transfer(bring: Import, app: Any) -> None:
    await bring(household(1))
    outcome = await bring(household(1, NEXT_VILLAGE))
    assert codes(outcome) == [(cell_of("户", "责任单位", 2), "INTAKE_NEEDS_TRANSFER")]
    assert await app.fetchval("SELECT village FROM household") == "520101001001"


async def test_the_move_out_place_cooperates(bring: Import, app: Any) -> None:
    filled = household(1)
    filled["户"][0] |= {"易地搬迁户": "是", "迁出地": FOREIGN_VILLAGE, "迁入地": "520101001001", "管辖依据": "迁入地"}
    await bring(filled)
    row = await app.fetchrow("SELECT cooperating_village, cooperating_city, jurisdiction, relocated FROM household")
    assert tuple(row) == (FOREIGN_VILLAGE, None, "MOVE_IN", True)


RELOCATED = {"易地搬迁户": "是", "迁出地": NEXT_VILLAGE, "迁入地": VILLAGE, "管辖依据": "迁入地"}
COOPERATES = "SELECT cooperating_village, move_out_unit, version FROM household"


async def in_transfer(app: Any) -> None:
    """The receiving side stands in the cooperating columns, as when a transfer is proposed."""
    await app.execute(
        f"""UPDATE household SET cooperating_province = '53', cooperating_county = '{FOREIGN_COUNTY}',
          cooperating_township = '530102001', cooperating_village = '{FOREIGN_VILLAGE}'"""
    )
    await app.execute(
        "INSERT INTO proceeding (household, kind, state, opened_on, version)"
        " SELECT id, 'TRANSFER', 'OPENED', '2025-02-01', 1 FROM household"
    )


async def test_an_open_transfer_is_left_alone_by_a_file_that_says_what_is_stored(
    bring: Import, app: Any, country: Logins
) -> None:
    filled = household(1)
    filled["户"][0] |= RELOCATED
    await bring(filled)
    await in_transfer(app)
    before = await app.fetchrow(COOPERATES)
    assert before["cooperating_village"] == FOREIGN_VILLAGE
    again = await bring(filled)
    assert again.written is not None
    assert again.written.changed == 0
    assert await app.fetchrow(COOPERATES) == before
    filled["户"][0]["耕地面积"] = 9
    changed = await bring(filled)
    assert changed.written is not None
    assert changed.written.households_changed == 1
    assert (await app.fetchrow(COOPERATES))["cooperating_village"] == FOREIGN_VILLAGE
    await delete_all(country.owner, "proceeding")


async def test_the_places_of_a_household_in_transfer_are_not_changed(bring: Import, app: Any, country: Logins) -> None:
    filled = household(1)
    filled["户"][0] |= RELOCATED
    await bring(filled)
    await in_transfer(app)
    before = await app.fetchrow("SELECT * FROM household")
    filled["户"][0] |= {"迁出地": FOREIGN_VILLAGE, "管辖依据": "户籍地", "户籍地": VILLAGE, "耕地面积": 9}
    refused = await bring(filled, unit="0")
    assert sorted(codes(refused)) == sorted(
        (cell_of("户", label, 2), "INTAKE_TRANSFER_OPEN") for label in ("迁出地", "管辖依据", "户籍地")
    )
    assert await app.fetchrow("SELECT * FROM household") == before
    await app.execute("UPDATE proceeding SET ended_on = '2025-02-20', state = 'ENDED'")
    done = await bring(filled, unit="0")
    assert done.written is not None
    assert (await app.fetchrow(COOPERATES))["cooperating_village"] == FOREIGN_VILLAGE
    await delete_all(country.owner, "proceeding")


async def test_who_gave_a_household_away_goes_on_cooperating(bring: Import, app: Any, country: Logins) -> None:
    filled = household(1)
    filled["户"][0] |= RELOCATED
    await bring(filled)
    await in_transfer(app)
    await app.execute("UPDATE proceeding SET ended_on = '2025-02-20', state = 'COMPLETED'")
    await bring({**filled, "收入支出": []})
    assert (await app.fetchrow(COOPERATES))["cooperating_village"] == FOREIGN_VILLAGE
    await delete_all(country.owner, "proceeding")

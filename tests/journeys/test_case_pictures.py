"""Every act keeps the case as it left it; nobody can write another picture into history. Q40"""

import json
from typing import Any

import asyncpg
import pytest

from tests.support.journeys.country import Country
from tests.support.journeys.steps_taken import IDENTIFY, entered, identified, newest, walk

ACTS = "select step, monitoring_case, after from act where household = $1 order by id"
FORGED = """
insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post, arguments, after)
select household, id, 'clue.report', '2026-05-30', now(), 'forged', 1, 1, 1, '{}', '{"case": {"state": "WITHDRAWN"}}'
from monitoring_case where id = $1 returning after"""


async def pictures(country: Country, household: int) -> list[tuple[str, Any]]:
    return [
        (row["step"], json.loads(row["after"]) if row["after"] else None) for row in await country.rows(ACTS, household)
    ]


async def now(country: Country, case: int) -> Any:
    return json.loads(await country.owner.fetchval("select case_picture($1)", case))


async def test_a_picture_shows_the_case_as_the_step_left_it(country: Country) -> None:
    household, case = await identified(country, "2026-04-01")
    taken = await pictures(country, household)
    states = {step: after and after["case"]["state"] for step, after in taken}
    assert states["identification.review_at_county"] is None
    assert states["identification.approve"] == states["identification.announce"] == "IDENTIFIED"
    approved, announced = taken[-2][1], taken[-1][1]
    assert announced == await now(country, case)
    assert approved["proceedings"][0]["state"] == "APPROVED"
    assert announced["proceedings"][0]["state"] == "ANNOUNCED"
    assert approved["household"]["monitoring_state"] == "IDENTIFIED"
    assert [risk["state"] for risk in announced["risks"]] == ["OPEN"]
    assert {deadline["kind"] for deadline in announced["deadlines"]} == {"SYSTEM_ENTRY", "PLAN"}


async def test_an_earlier_picture_stays_when_the_case_goes_on(country: Country) -> None:
    household, _, case = await entered(country, "2026-04-01")
    before = (await pictures(country, household))[-1][1]
    assert before == await now(country, case)
    assert before["case"]["state"] == "GREEN_CHANNEL"
    await identified_of(country, household)
    taken = await pictures(country, household)
    assert before in [after for _, after in taken]
    assert taken[-1][1]["case"]["state"] == "IDENTIFIED"


async def identified_of(country: Country, household: int) -> None:
    clue = await newest(country, "clue", household)
    country.today("2026-04-02")
    opened = await country.take("village", "identificationOpen", "Clue", clue["id"], clue["version"])
    assert opened["taken"], opened
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    await walk(country, "proceeding", proceeding, "2026-04-02", IDENTIFY)


async def test_the_picture_is_the_database_s_whatever_is_sent(country: Country, database: Any) -> None:
    household, case = await identified(country, "2026-04-01")
    app = await database.app.connect()
    try:
        snapshot = json.loads(await app.fetchval(FORGED, case))
        assert snapshot == await now(country, case)
        assert snapshot["case"]["state"] == "IDENTIFIED"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("update act set after = null where household = $1", household)
    finally:
        await app.close()


async def test_a_picture_holds_nothing_that_reveals_health_or_a_person(country: Country) -> None:
    household, case = await identified(country, "2026-04-01")
    risk = (await newest(country, "risk", household))["kind"]
    text = json.dumps(await now(country, case), ensure_ascii=False)
    assert risk not in text
    head = (await country.row("household", household))["head_name"]
    assert head not in text

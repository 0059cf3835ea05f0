"""演示人员 Demo officials in a real database: every tier, inserted once, signed in by command and by their own path."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.access.signin.accounts import Accounts
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.tokens import Tokens
from api.clock import SystemClock
from api.database import Reader
from api.demo.people.officials import STAFF, demo_officials, plant
from api.errors import Problem
from api.roles import Logins
from api.rules.words.vocabulary import Tier
from tests.support.command_line import shouwang
from tests.support.databases import unmark_as_tests

UNITS = {
    "0": ("NATIONAL", (None, None, None, None, None)),
    "52": ("PROVINCE", ("52", None, None, None, None)),
    "5203": ("CITY", ("52", "5203", None, None, None)),
    "520302": ("COUNTY", ("52", "5203", "520302", None, None)),
    "520302001": ("TOWNSHIP", ("52", "5203", "520302", "520302001", None)),
    "520302001001": ("VILLAGE", ("52", "5203", "520302", "520302001", "520302001001")),
    "500110": ("COUNTY", ("50", None, "500110", None, None)),
    "50W": ("COUNTY", ("50", None, "50W", None, None)),
}
SINCE = date(2026, 1, 1)
COUNT = sum(len(STAFF[Tier[tier]]) for tier, _ in UNITS.values())


@pytest_asyncio.fixture(scope="module")
async def planted(database: Logins) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    for code, (tier, path) in UNITS.items():
        await connection.execute(
            """INSERT INTO unit (code, name, tier, province, city, county, township, village, western,
                 development_zone, unverified, valid_from)
               VALUES ($1, '测试单位', $2, $3, $4, $5, $6, $7, true, false, false, '2020-01-01')""",
            code,
            tier,
            *path,
        )
    assert await plant(connection, demo_officials(UNITS), SINCE) == COUNT
    yield connection
    await connection.close()


def test_names_follow_the_post_and_the_seed_alone() -> None:
    few, many = demo_officials(["500110"]), demo_officials(["0", "500110", "520302", "500110"])
    assert {official.account: official.person for official in few}.items() <= {
        official.account: official.person for official in many
    }.items()
    assert len(many) == len({official.account for official in many})
    assert "county.rural_revitalization.handler@500110" in {official.account for official in few}
    assert [official.person for official in few] != [official.person for official in demo_officials(["500110"], 1)]


async def test_planting_twice_changes_nothing(planted: Any) -> None:
    assert await plant(planted, demo_officials(UNITS), SINCE) == 0
    for table in ("person", "account", "post"):
        assert await planted.fetchval(f"SELECT count(*) FROM {table}") == COUNT
    assert await planted.fetchval("SELECT count(DISTINCT person) FROM account") == COUNT
    assert (
        await planted.fetchval(
            """SELECT count(*) FROM post p JOIN unit u ON u.id = p.unit
           WHERE (p.tier, p.province, p.city, p.county, p.township, p.village) IS NOT DISTINCT FROM
                 (u.tier, u.province, u.city, u.county, u.township, u.village)"""
        )
        == COUNT
    )


async def test_a_unit_that_is_not_there(planted: Any) -> None:
    with pytest.raises(Problem) as caught:
        await plant(planted, demo_officials(["0", "999999"]), SINCE)
    assert (caught.value.code.name, caught.value.facts) == ("UNIT_ABSENT", {"count": 1, "example": "999999"})
    assert await planted.fetchval("SELECT count(*) FROM account") == COUNT


async def test_every_official_acts_from_its_own_path(planted: Any, reader: Reader) -> None:
    accounts = Accounts(reader, SystemClock())
    for official in demo_officials(UNITS):
        account = await planted.fetchval("SELECT id FROM account WHERE name = $1", official.account)
        subject = await accounts.subject(account, None)
        assert subject.role == official.account.split("@")[0].replace(".", ":")
        assert subject.home == official.unit
        tier, path = UNITS[official.unit]
        assert subject.path == ("0", *(code for code in path if code))
        assert subject.column == (None if tier == "NATIONAL" else tier.lower())


async def test_refusals_of_the_real_query(planted: Any, reader: Reader) -> None:
    name = "county.health.handler@500110"
    account, post = await planted.fetchrow(
        "SELECT a.id, p.id FROM account a JOIN post p ON p.account = a.id WHERE a.name = $1", name
    )
    accounts = Accounts(reader, SystemClock(), seconds=0.0)

    async def outcome(holder: Any, chosen: int | None = None) -> str:
        try:
            return (await accounts.subject(holder, chosen)).home
        except Problem as problem:
            return problem.code.name

    assert await outcome(account, post + 1) == "POST_UNKNOWN"
    assert await outcome("oidc-subject") == "ACCOUNT_UNKNOWN"
    await planted.execute("UPDATE account SET oidc_subject = 'oidc-subject' WHERE id = $1", account)
    assert await outcome("oidc-subject") == "500110"
    other = await planted.fetchval("SELECT id FROM unit WHERE code = '50W'")
    second = await planted.fetchval(
        """INSERT INTO post (account, unit, tier, department, duty, since, province, county)
           VALUES ($1, $2, 'COUNTY', 'HEALTH', 'REVIEWER', '2026-01-01', '50', '50W') RETURNING id""",
        account,
        other,
    )
    assert await outcome(account) == "POST_REQUIRED"
    assert await outcome(account, second) == "50W"
    await planted.execute("UPDATE post SET until = '2026-01-02' WHERE id = $1", second)
    assert await outcome(account) == "500110"
    assert await outcome(account, second) == "POST_ENDED"
    await planted.execute("UPDATE account SET state = 'DISABLED' WHERE id = $1", account)
    assert await outcome(account) == "ACCOUNT_DISABLED"
    await planted.execute("UPDATE account SET state = 'ACTIVE' WHERE id = $1", account)


async def test_a_post_follows_its_unit_to_its_newer_row(planted: Any, reader: Reader) -> None:
    async def path() -> tuple[str, ...]:
        account = await planted.fetchval("SELECT id FROM account WHERE name LIKE 'village.%@520302001001'")
        return (await Accounts(reader, SystemClock()).subject(account, None)).path

    assert await path() == ("0", "52", "5203", "520302", "520302001", "520302001001")
    await planted.execute("UPDATE unit SET valid_until = '2026-06-30' WHERE code = '520302001001'")
    assert (await path())[-1] == "520302001001"
    await planted.execute(
        """INSERT INTO unit (code, name, tier, province, county, township, village, western, development_zone,
             unverified, valid_from)
           VALUES ('520302001001', '测试单位', 'VILLAGE', '50', '500110', '500110001', '520302001001', true, false,
             false, '2026-07-01')"""
    )
    assert await path() == ("0", "50", "500110", "500110001", "520302001001")


async def test_the_token_command_prints_one_that_signs_in(
    planted: Any, reader: Reader, database: Logins, tmp_path: Path
) -> None:
    name = "county.rural_revitalization.handler@500110"
    ran = await shouwang(database, tmp_path, "token", name)
    assert ran.exit_code == 0, ran.output
    clock = SystemClock()
    tokens = Tokens([LocalIssuer.of(tmp_path, clock)], Accounts(reader, clock), clock)
    subject = await tokens.authenticate("Bearer " + ran.stdout.strip())
    assert (subject.role, subject.home) == ("county:rural_revitalization:handler", "500110")
    assert abs(subject.token_expires - datetime.now(UTC).timestamp() - 8 * 3600) < 60


@pytest.mark.parametrize(
    ("arguments", "more", "code"),
    [
        (("nobody@0",), {}, "NO_SUCH_ACCOUNT"),
        (("county.health.handler@50W", "--post", "999999"), {}, "POST_UNKNOWN"),
        (("county.health.handler@50W",), {"SHOUWANG_OIDC_ISSUER": "https://id.example"}, "LOCAL_SIGN_IN_OFF"),
    ],
)
async def test_the_token_command_refuses(
    planted: Any, database: Logins, tmp_path: Path, arguments: tuple[str, ...], more: dict[str, str], code: str
) -> None:
    ran = await shouwang(database, tmp_path, "token", *arguments, **more)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"{code}: ")


async def test_a_clock_that_was_set_is_for_test_databases_only(planted: Any, database: Logins, tmp_path: Path) -> None:
    owner = await database.owner.connect()
    await unmark_as_tests(owner, database.owner.database)
    await owner.close()
    ran = await shouwang(
        database, tmp_path, "token", "county.health.handler@50W", SHOUWANG_CLOCK="2020-01-01T08:00:00+08:00"
    )
    assert ran.exit_code == 2
    assert "NOT_A_TEST_DATABASE" in ran.stderr

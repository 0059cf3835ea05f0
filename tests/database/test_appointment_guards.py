"""任免守卫 The database alone: the app role makes no post, account or person but as two people from above approved."""

import datetime
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.roles import Logins

NOON = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)
UNITS = {
    "0": ("NATIONAL", ()),
    "50": ("PROVINCE", ("50",)),
    "500110": ("COUNTY", ("50", None, "500110")),
    "500110001": ("TOWNSHIP", ("50", None, "500110", "500110001")),
    "500111": ("COUNTY", ("50", None, "500111")),
}
OFFICIALS = {
    "handler": ("500110", "RURAL_REVITALIZATION", "HANDLER"),
    "reviewer": ("500110", "RURAL_REVITALIZATION", "REVIEWER"),
    "sector": ("500110", "HEALTH", "REVIEWER"),
    "below": ("500110001", "RURAL_REVITALIZATION", "REVIEWER"),
    "beside": ("500111", "RURAL_REVITALIZATION", "REVIEWER"),
    "ended": ("500110", "LEADING_GROUP", "APPROVER"),
    "held": ("500110001", "RURAL_REVITALIZATION", "HANDLER"),
}
PATH = ("province", "city", "county", "township", "village")


class Tables:
    """Units and officials made by the owner; the app's connection, in a transaction that is rolled back."""

    def __init__(self, app: Any, unit: dict[str, int], who: dict[str, Any]) -> None:
        self.app, self.unit, self.who = app, unit, who

    async def insert(self, table: str, **values: Any) -> int:
        names, marks = ", ".join(values), ", ".join(f"${index}" for index in range(1, len(values) + 1))
        sql = f"insert into {table} ({names}) values ({marks}) returning id"
        return int(await self.app.fetchval(sql, *values.values()))

    async def propose(self, proposer: str = "handler", **more: Any) -> int:
        acting = self.who[proposer]
        values = {
            "change": "GIVE", "state": "PROPOSED", "unit": self.unit["500110001"], "tier": "TOWNSHIP",
            "department": "HEALTH", "duty": "HANDLER", "since": NOON.date(), "delegated": False, "reason": "补充",
            "person_name": "新人", "account_name": "new.one", "person_key": b"key", "version": 1, "carried": False,
            "proposer": acting["post"], "proposed_account": acting["account"], "proposed_person": acting["person"],
            "proposed_at": NOON,
        }  # fmt: skip
        return await self.insert("appointment", **{**values, **more})

    async def about(self, official: str, change: str, **more: Any) -> int:
        """A proposal to end the official's post or to restore its account."""
        row = await self.app.fetchrow("select * from post where id = $1", self.who[official]["post"])
        same = {name: row[name] for name in ("unit", "department", "duty", "since", "account")}
        nobody = {"person_name": None, "account_name": None, "person_key": None}
        return await self.propose(change=change, post=row["id"], **{**same, **nobody, **more})

    async def answer(self, number: int, decider: str = "reviewer", state: str = "APPROVED", **more: Any) -> None:
        acting = self.who[decider]
        values = {
            "state": state, "decider": acting["post"], "decided_account": acting["account"],
            "decided_person": acting["person"], "decided_at": NOON, "version": 2, **more,
        }  # fmt: skip
        sets = ", ".join(f"{name} = ${index}" for index, name in enumerate(values, 2))
        await self.app.execute(f"update appointment set {sets} where id = $1", number, *values.values())

    async def newcomer(self) -> int:
        person = await self.insert("person", name="新人", person_key=b"key")
        return await self.insert("account", person=person, name="new.one", state="ACTIVE")

    async def post(self, account: int, **more: Any) -> int:
        values = {
            "account": account, "unit": self.unit["500110001"], "tier": "TOWNSHIP", "department": "HEALTH",
            "duty": "HANDLER", "since": NOON.date(), "province": "50", "county": "500110", "township": "500110001",
        }  # fmt: skip
        return await self.insert("post", **{**values, **more})

    async def refused(self, act: Any) -> None:
        """The act is refused by the guard or the constraint over persons; the transaction goes on."""
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.InsufficientPrivilegeError)) as caught:
            async with self.app.transaction():
                await act
        if isinstance(caught.value, asyncpg.CheckViolationError):
            assert caught.value.constraint_name in ("appointment_guard", "appointment_different_persons")


@pytest_asyncio.fixture(scope="module")
async def planted(database: Logins) -> tuple[dict[str, int], dict[str, Any]]:
    owner = await database.owner.connect()
    unit = {
        code: await owner.fetchval(
            "insert into unit (code, name, tier, western, development_zone, unverified, valid_from, province, city,"
            " county, township, village) values ($1, '单位', $2, true, false, false, '2020-01-01', $3,$4,$5,$6,$7)"
            " returning id",
            code, tier, *(path + (None,) * 5)[:5],
        )
        for code, (tier, path) in UNITS.items()
    }  # fmt: skip
    who = {}
    for name, (code, department, duty) in OFFICIALS.items():
        person = await owner.fetchval("insert into person (name) values ('官员') returning id")
        account = await owner.fetchval(
            "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, name
        )
        tier, path = UNITS[code]
        post = await owner.fetchval(
            "insert into post (account, unit, tier, department, duty, since, until, province, city, county, township,"
            " village) values ($1, $2, $3, $4, $5, '2024-01-01', $6, $7, $8, $9, $10, $11) returning id",
            account, unit[code], tier, department, duty,
            datetime.date(2026, 3, 1) if name == "ended" else None, *(path + (None,) * 5)[:5],
        )  # fmt: skip
        who[name] = {"person": person, "account": account, "post": post}
    await owner.close()
    return unit, who


@pytest_asyncio.fixture
async def tables(database: Logins, planted: Any) -> AsyncIterator[Tables]:
    app = await database.app.connect()
    transaction = app.transaction()
    await transaction.start()
    yield Tables(app, *planted)
    await transaction.rollback()
    await app.close()


async def test_what_two_people_from_above_approved_is_made_once(tables: Tables) -> None:
    number = await tables.propose()
    await tables.answer(number)
    account = await tables.newcomer()
    post = await tables.post(account)
    row = await tables.app.fetchrow("select account, post, carried from appointment where id = $1", number)
    assert tuple(row) == (account, post, True)
    await tables.refused(tables.post(account))
    await tables.refused(tables.insert("account", person=1, name="new.one.2", state="ACTIVE"))


@pytest.mark.parametrize(
    "changes",
    [
        {"department": "EDUCATION"},
        {"duty": "REVIEWER"},
        {"since": datetime.date(2026, 3, 1)},
        {"until": datetime.date(2026, 12, 31)},
        {"county": "500111"},
        {"tier": "COUNTY", "township": None},
    ],
)
async def test_a_post_is_exactly_what_was_approved(tables: Tables, changes: Any) -> None:
    await tables.answer(await tables.propose())
    await tables.refused(tables.post(await tables.newcomer(), **changes))


@pytest.mark.parametrize("state", ["PROPOSED", "REJECTED", "WITHDRAWN"])
async def test_what_nobody_approved_makes_nothing(tables: Tables, state: str) -> None:
    number = await tables.propose()
    if state != "PROPOSED":
        await tables.answer(number, "handler" if state == "WITHDRAWN" else "reviewer", state)
    await tables.refused(tables.newcomer())
    await tables.refused(tables.post(tables.who["held"]["account"]))


@pytest.mark.parametrize("proposer", ["reviewer", "sector", "below", "beside", "ended"])
async def test_a_handler_from_above_proposes(tables: Tables, proposer: str) -> None:
    await tables.refused(tables.propose(proposer))


@pytest.mark.parametrize("decider", ["handler", "sector", "below", "beside", "ended"])
async def test_a_reviewer_or_approver_from_above_approves(tables: Tables, decider: str) -> None:
    await tables.refused(tables.answer(await tables.propose(), decider))


async def test_the_persons_are_the_posts_own_and_two(tables: Tables) -> None:
    number = await tables.propose()
    await tables.refused(tables.propose(proposed_person=tables.who["reviewer"]["person"], account_name="b"))
    await tables.refused(tables.answer(number, decided_person=tables.who["handler"]["person"]))
    await tables.refused(tables.propose(state="APPROVED", account_name="b"))
    await tables.refused(tables.propose(unit=tables.unit["500110"], account_name="b"))
    await tables.refused(tables.answer(number, "reviewer", "WITHDRAWN"))


async def test_a_proposal_is_answered_as_it_stands_and_stays_answered(tables: Tables) -> None:
    number = await tables.propose()
    await tables.refused(tables.answer(number, duty="APPROVER"))
    await tables.refused(tables.answer(number, carried=True))
    await tables.answer(number, state="REJECTED")
    await tables.refused(tables.answer(number))
    await tables.refused(tables.app.execute("delete from appointment where id = $1", number))


async def test_a_post_ends_as_approved_and_changes_in_nothing_else(tables: Tables) -> None:
    held, last = tables.who["held"]["post"], datetime.date(2026, 3, 31)
    end = "update post set until = $2 where id = $1"
    await tables.refused(tables.app.execute(end, held, last))
    await tables.answer(await tables.about("held", "END", until=last))
    await tables.refused(tables.app.execute(end, held, datetime.date(2026, 4, 1)))
    await tables.refused(tables.app.execute("update post set until = $2, duty = 'APPROVER' where id = $1", held, last))
    await tables.app.execute(end, held, last)
    await tables.refused(tables.app.execute("update post set until = null where id = $1", held))
    await tables.refused(tables.app.execute("delete from post where id = $1", held))


async def test_an_account_is_disabled_by_one_and_restored_by_two(tables: Tables) -> None:
    account = tables.who["held"]["account"]
    disable = "update account set state = 'DISABLED' where id = $1"
    restore = "update account set state = 'ACTIVE' where id = $1"
    await tables.app.execute(disable, account)
    await tables.refused(tables.app.execute(restore, account))
    await tables.answer(await tables.about("held", "RESTORE"))
    await tables.app.execute(restore, account)
    await tables.app.execute(disable, account)
    await tables.refused(tables.app.execute(restore, account))


async def test_an_account_stays_whose_it_is(tables: Tables) -> None:
    held = tables.who["held"]
    other = tables.who["reviewer"]["person"]
    for change in (f"person = {other}", "name = 'x'", "oidc_subject = 's'"):
        await tables.refused(tables.app.execute(f"update account set {change} where id = $1", held["account"]))
    await tables.app.execute("update account set tokens_from = $2 where id = $1", held["account"], NOON)
    for earlier in ("null", "tokens_from - interval '1 second'"):
        sql = f"update account set tokens_from = {earlier} where id = $1"
        await tables.refused(tables.app.execute(sql, held["account"]))
    await tables.refused(tables.app.execute("delete from account where id = $1", held["account"]))
    await tables.refused(tables.app.execute("update person set name = 'x' where id = $1", held["person"]))
    await tables.refused(tables.app.execute("delete from person where id = $1", held["person"]))
    await tables.refused(tables.insert("person", name="无名", person_key=b"other"))


async def test_whoever_approves_does_not_become_it(tables: Tables) -> None:
    reviewer = tables.who["reviewer"]
    nobody = {"person_name": None, "account_name": None, "person_key": None}
    number = await tables.propose(account=reviewer["account"], **nobody)
    await tables.refused(tables.answer(number))


async def test_a_code_is_nothing_to_the_reader(database: Logins) -> None:
    reader = await database.reader.connect()
    for sql in ("select * from password_code", "select person_key from appointment", "select person_key from person"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute(sql)
    await reader.close()


async def test_the_application_gives_no_post_of_the_nation(tables: Tables, database: Logins) -> None:
    """Not even once the tree of units says that the nation lies below a county."""
    nation = tables.unit["0"]
    await tables.refused(tables.app.execute("update unit set county = '500110' where id = $1", nation))
    await tables.refused(tables.app.execute("delete from unit where id = $1", nation))
    owner = await database.owner.connect()
    await owner.execute("update unit set province = '50', county = '500110' where id = $1", nation)
    await tables.refused(tables.propose(unit=nation, tier="NATIONAL"))
    await owner.execute("update unit set province = null, county = null where id = $1", nation)
    await owner.close()
    await tables.refused(tables.propose(unit=nation, tier="NATIONAL"))

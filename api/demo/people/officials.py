"""演示人员 Demo officials: for each unit the posts that its tier fills, each held by an invented person. RULES §2

An account is named `TIER.DEPARTMENT.DUTY@UNITCODE`, such as `county.rural_revitalization.handler@500110`; every account
is another person, so four eyes finds two. Names depend on the account and the seed alone, so more units change none.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from faker import Faker

from api.database import Connection
from api.errors import Problem, code
from api.rules.units import tier_of
from api.rules.words.vocabulary import AccountState, Department, Duty, Tier
from api.schema.declare import TIER_COLUMNS
from api.sealing import row_ids

UNIT_ABSENT = code(
    "UNIT_ABSENT",
    404,
    zh="{count} 个单位不在责任单位表中，例如 {example}",
    en="{count} units are not in the table of responsibility units, {example} among them",
    next_zh="先载入责任单位",
    next_en="load the responsibility units first",
)

_OWNER, _LEADERS = Department.RURAL_REVITALIZATION, Department.LEADING_GROUP
_SECTORS = (
    Department.CIVIL_AFFAIRS,
    Department.EDUCATION,
    Department.HEALTH,
    Department.MEDICAL_INSURANCE,
    Department.HOUSING,
    Department.WATER,
    Department.HUMAN_RESOURCES,
)
_POLICY = (Duty.POLICY_EDITOR, Duty.POLICY_APPROVER, Duty.AUDIT_READER)

STAFF: dict[Tier, tuple[tuple[Department, Duty], ...]] = {
    Tier.NATIONAL: (
        *((_OWNER, duty) for duty in (Duty.HANDLER, Duty.REVIEWER, Duty.OPERATOR, Duty.INSPECTOR, *_POLICY)),
        (Department.CIVIL_AFFAIRS, Duty.HANDLER),
    ),
    Tier.PROVINCE: (
        *((_OWNER, duty) for duty in (Duty.HANDLER, Duty.REVIEWER, Duty.INSPECTOR, *_POLICY)),
        (_LEADERS, Duty.INSPECTOR),
        *((sector, Duty.HANDLER) for sector in _SECTORS),
        (Department.HOTLINE, Duty.HANDLER),
    ),
    Tier.CITY: ((_OWNER, Duty.HANDLER), (_OWNER, Duty.INSPECTOR), (_LEADERS, Duty.INSPECTOR)),
    Tier.COUNTY: (
        *((_OWNER, duty) for duty in (Duty.HANDLER, Duty.REVIEWER, Duty.INSPECTOR)),
        *((_LEADERS, duty) for duty in (Duty.HANDLER, Duty.APPROVER)),
        *((sector, Duty.HANDLER) for sector in _SECTORS),
        (Department.HOTLINE, Duty.HANDLER),
    ),
    Tier.TOWNSHIP: ((_OWNER, Duty.HANDLER),),
    Tier.VILLAGE: ((_OWNER, Duty.HANDLER),),
}
"""Posts that a demo unit of each tier fills: what DESIGN §10 gives that tier to do (ours)."""


@dataclass(frozen=True, slots=True)
class Official:
    """One invented official: a person, an account and a post."""

    account: str
    person: str
    unit: str
    tier: Tier
    department: Department
    duty: Duty


def account_name(department: Department, duty: Duty, unit: str) -> str:
    """The name of a demo account.

    >>> account_name(Department.RURAL_REVITALIZATION, Duty.HANDLER, "500110")
    'county.rural_revitalization.handler@500110'
    """
    return f"{tier_of(unit).name}.{department.name}.{duty.name}".lower() + f"@{unit}"


def demo_officials(units: Iterable[str], seed: int = 0) -> list[Official]:
    """The officials of these units, by code; INVALID_UNIT_CODE for what is none."""
    fake = Faker("zh_CN")
    return [
        Official(name, _person(fake, name, seed), unit, tier_of(unit), department, duty)
        for unit in dict.fromkeys(units)
        for department, duty in STAFF[tier_of(unit)]
        for name in (account_name(department, duty, unit),)
    ]


def _person(fake: Faker, account: str, seed: int) -> str:
    digest = hashlib.sha256(f"{seed}:{account}".encode()).digest()
    fake.seed_instance(int.from_bytes(digest[:8], "big"))
    return str(fake.name())


async def plant(
    connection: Connection, officials: Sequence[Official], since: date, password_hash: str | None = None
) -> int:
    """Insert those whose account does not exist yet, in the post since that day; how many. UNIT_ABSENT.

    `password_hash`, if given, is everybody's: demo accounts of one installation share one password.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('demo officials', 0))")
        existing = await connection.fetch(_EXISTING, [official.account for official in officials])
        names = {row["name"] for row in existing}
        fresh = [official for official in officials if official.account not in names]
        await _check_units(connection, fresh)
        persons = await row_ids(connection, "person", len(fresh))
        accounts = await row_ids(connection, "account", len(fresh))
        await connection.execute(_PERSONS, persons, [official.person for official in fresh])
        await connection.execute(
            _ACCOUNTS,
            accounts,
            persons,
            [official.account for official in fresh],
            AccountState.ACTIVE.name,
            password_hash,
        )
        await connection.execute(
            _POSTS,
            accounts,
            [official.unit for official in fresh],
            [official.department.name for official in fresh],
            [official.duty.name for official in fresh],
            since,
        )
    return len(fresh)


async def _check_units(connection: Connection, officials: Sequence[Official]) -> None:
    wanted = {official.unit for official in officials}
    rows = await connection.fetch("SELECT code FROM unit WHERE code = ANY($1) AND valid_until IS NULL", sorted(wanted))
    absent = sorted(wanted - {row["code"] for row in rows})
    if absent:
        raise Problem(UNIT_ABSENT, count=len(absent), example=absent[0])


_PLACE = ", ".join(TIER_COLUMNS)
_EXISTING = "SELECT name FROM account WHERE name = ANY($1)"
_PERSONS = "INSERT INTO person (id, name) SELECT * FROM unnest($1::bigint[], $2::text[])"
_ACCOUNTS = """
INSERT INTO account (id, person, name, state, password_hash)
SELECT id, person, name, $4, $5 FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS fresh(id, person, name)"""
_POSTS = f"""
INSERT INTO post (account, unit, tier, department, duty, since, {_PLACE})
SELECT fresh.account, unit.id, unit.tier, fresh.department, fresh.duty, $5, {_PLACE}
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS fresh(account, unit, department, duty)
JOIN unit ON unit.code = fresh.unit AND unit.valid_until IS NULL"""  # noqa: S608 - declared names only

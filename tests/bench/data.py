"""数据 The bench's own PostgreSQL: one database per number of households, kept between runs, and who asks.

Rivals sign in as roles of their own, which exist on this server alone. Row-level security lets them see one unit,
by one equality: the cheapest form of it (a range costs PostGraphile ten times as much).
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.cluster import Cluster, cluster
from api.database import Dsn
from api.demo import load_demo
from api.planner.identifiers import cursor_sql, global_id
from api.sealing import Sealer
from api.settings import Settings, read

HOME = Path(os.environ.get("SHOUWANG_HOME") or ".shouwang") / "bench"
PROVINCE, COUNTY = "50", "500230"
OFFICIALS = {
    "county": f"county.rural_revitalization.handler@{COUNTY}",
    "province": f"province.rural_revitalization.handler@{PROVINCE}",
}
ROLES = ("bench_all", "bench_county", "bench_province")
TABLES = ("household", "member", "monitoring_case", "risk", "measure", "survey")
PAGE = 50


@dataclass(frozen=True, slots=True)
class World:
    """One database that is ready: logins, postmaster, tokens and subjects by official, ids and the last page."""

    households: int
    settings: Settings
    cluster: Cluster
    rivals: dict[str, Dsn]
    postmaster: int
    version: str
    rows: dict[str, int]
    tokens: dict[str, str]
    accounts: dict[str, int]
    monitored: list[int]
    last: tuple[int, str]  # the id and the cursor that the last whole page of the county begins after

    @property
    def environment(self) -> dict[str, str]:
        """What our own server is told."""
        return {"SHOUWANG_HOME": str(self.settings.home), "SHOUWANG_DATABASE": self.settings.database}


def settings_of(households: int) -> Settings:
    """The settings of the bench's server with that database."""
    return read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": f"households_{households}"})


@contextmanager
def running(households: int) -> Iterator[tuple[Settings, Cluster]]:
    """The server, for as long as the block lasts."""
    settings = settings_of(households)
    with cluster(settings) as database:
        yield settings, database


async def world(households: int, settings: Settings, database: Cluster, report: Any) -> World:
    """Load what is missing; everything the rounds need to know."""
    await database.prepare()
    owner = await database.logins.owner.connect()
    try:
        if not await owner.fetchval("select exists (select from household)"):
            report(f"loading {households} households")
            sealer = Sealer.of(settings.home, settings.keys_file)
            today = date.today()  # noqa: DTZ011
            await load_demo(database.logins.owner, sealer, households, PROVINCE, 1, on=today, past=False)
        admin = await database.admin.to_database(settings.database).connect()
        try:
            rivals = await _rivals(admin, database.logins.reader, database.logins.app)
            postmaster = await postmaster_of(admin)
            version = await admin.fetchval("show server_version")
        finally:
            await admin.close()
        return await _facts(owner, households, settings, database, rivals, postmaster, version)
    finally:
        await owner.close()


async def postmaster_of(admin: Any) -> int:
    """The process that everything of the server's stands under."""
    number: int = await admin.fetchval("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int")
    return number


async def _facts(
    owner: Any,
    households: int,
    settings: Settings,
    database: Cluster,
    rivals: dict[str, Dsn],
    postmaster: int,
    version: str,
) -> World:
    accounts = {
        name: await owner.fetchval("select id from account where name = $1", account)
        for name, account in OFFICIALS.items()
    }
    issuer = LocalIssuer.of(settings.home, SystemClock())
    rows = {
        name: await owner.fetchval("select reltuples::bigint from pg_class where relname = $1", name) for name in TABLES
    }
    monitored = await owner.fetch(
        "select id from household where county = $1 and monitoring_state = 'IDENTIFIED' order by id limit 2000", COUNTY
    )
    last = await owner.fetchrow(
        f"select id, {cursor_sql('ID', 'id', None)} as cursor from household where county = $1"
        " order by id desc offset $2 limit 1",
        COUNTY,
        PAGE,
    )
    return World(
        households,
        settings,
        database,
        rivals,
        postmaster,
        version,
        rows,
        {name: issuer.issue(account, None, 24 * 3600) for name, account in accounts.items()},
        accounts,
        [row["id"] for row in monitored],
        (last["id"], last["cursor"]),
    )


def household_id(number: int) -> str:
    """Our global identifier of a household."""
    return global_id("Household", number)


async def _rivals(admin: Any, reader: Dsn, app: Dsn) -> dict[str, Dsn]:
    """The rivals' roles with new passwords; row-level security for them, and none for ours (`true` costs nothing)."""
    passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    for role, password in passwords.items():
        if not await admin.fetchval("select exists (select from pg_roles where rolname = $1)", role):
            await admin.execute(f"create role {role} login")
        await admin.execute(f"alter role {role} login password '{password}'")
        await admin.execute(f"grant connect on database {reader.database} to {role}")
        await admin.execute(f"grant usage on schema public to {role}")
        await admin.execute(f"grant select on {', '.join(TABLES)} to {role}")
    for table in ("household", "monitoring_case"):
        await admin.execute(f"alter table {table} enable row level security")
        await _policy(admin, "everything", table, f"{reader.user}, {app.user}, bench_all", "true")
        for tier in ("county", "province"):
            unit = f"{tier} = (select current_setting('bench.unit'))"
            await _policy(admin, f"only_{tier}", table, f"bench_{tier}", unit)
    return {role: reader.as_user(role, password) for role, password in passwords.items()}


async def _policy(admin: asyncpg.Connection, name: str, table: str, role: str, condition: str) -> None:
    await admin.execute(f"drop policy if exists {name} on {table}")
    await admin.execute(f"create policy {name} on {table} to {role} using ({condition})")

"""首次启动 Loads what a first `shouwang serve` finds missing: policy, country, code lists, a demo province."""

import sys
from datetime import date, datetime

import click

from api import codes
from api.clock import today
from api.database import LONG, Dsn
from api.demo.load import is_founded, load_demo
from api.roles import Logins
from api.sealing import Sealer
from api.settings import Settings
from api.testdb import clock
from api.units.country import load_country
from api.workflow.policy.publish import bring_baseline

PROVINCE, SEED = "50", 1
_ACCOUNT_NAMES = """
select a.name from account a join post p on p.account = a.id where a.name like '%@%'
order by array_position(array['0','50','500110','500110001','50W'], split_part(a.name, '@', 2)) nulls last,
  length(split_part(a.name, '@', 2)), a.id
"""
_FEATURED = (
    "national.rural_revitalization.reviewer@0",
    "province.rural_revitalization.handler@50",
    "county.rural_revitalization.handler@500110",
    "county.education.handler@500110",
)


async def first_start(settings: Settings, logins: Logins, households: int) -> list[str]:
    """Load what is missing, with progress on stderr; the names of demo accounts worth showing."""
    moment = await clock(settings, logins.owner)
    day = today(moment)
    await _policy(logins.owner, moment.now())
    await _country(logins.owner, day)
    if households and not await _is_in_use(logins.owner):
        await _demo(settings, logins.owner, households, day)
    return await _accounts(logins.owner)


async def _policy(owner: Dsn, now: datetime) -> None:
    connection = await owner.connect(command_timeout=LONG)
    try:
        await bring_baseline(connection, now)
    finally:
        await connection.close()


async def _country(owner: Dsn, day: date) -> None:
    connection = await owner.connect(command_timeout=LONG)
    try:
        with click.progressbar(length=1, label="责任单位 The country's units", file=sys.stderr) as bar:

            def show(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            if await load_country(connection, day, progress=show) is None:
                bar.update(1)
        async with connection.transaction():
            await codes.load(connection, day)
    finally:
        await connection.close()


async def _is_in_use(owner: Dsn) -> bool:
    """Whether there are households, or real people."""
    connection = await owner.connect(command_timeout=LONG)
    try:
        return bool(await connection.fetchval("select exists (select from household)")) or await is_founded(connection)
    finally:
        await connection.close()


async def _demo(settings: Settings, owner: Dsn, households: int, day: date) -> None:
    sealer = Sealer.of(settings.home, settings.keys_file)
    with click.progressbar(length=1, label="演示省 The demo province", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        await load_demo(owner, sealer, households, PROVINCE, SEED, show, on=day)


async def _accounts(owner: Dsn) -> list[str]:
    """The featured demo accounts, a township's and a village's; none where no demo was loaded."""
    connection = await owner.connect(command_timeout=LONG)
    try:
        names = [row["name"] for row in await connection.fetch(_ACCOUNT_NAMES)]
    finally:
        await connection.close()
    lower = [
        next((name for name in names if name.startswith(f"{tier}.rural_revitalization.handler@")), "")
        for tier in ("township", "village")
    ]
    return [name for name in (*_FEATURED, *lower) if name in names]

"""审计 The audit ledger: verify its chains, print their heads."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from api.audit.findings import Finding, Report
from api.audit.findings import verify as verify_chains
from api.audit.heads import compare, heads, read_heads
from api.cluster import cluster
from api.database import LONG, Connection, Dsn, problems
from api.settings import read

T = TypeVar("T")

# along the index of numbers: a sort would lay the whole ledger down once more on the database's disk
_SETTINGS = {"timezone": "UTC", "jit": "off", "enable_sort": "off"}


@click.group()
def command() -> None:
    """审计 The audit ledger. Reads only, in the reader's login; exit status 1: a record is bad."""


@command.command()
@click.option("--province", help="只核验一条链 One chain alone: a province's code, or 0 for the nation's own.")
@click.option(
    "--heads",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="留存的链头 Heads that were kept elsewhere: finds a restored older backup.",
)
def verify(province: str | None, file: Path | None) -> None:
    """核验 Work out every digest and hash again; name the first bad record and what is not sealed yet."""
    recorded = read_heads(file.read_text(encoding="utf-8")) if file else []

    async def run(connection: Connection) -> bool:
        report = await verify_chains(connection, province)
        findings = [finding for finding in (report.first, report.slipped_in) if finding is not None]
        findings += [
            finding
            async for finding in compare(connection, [head for head in recorded if province in (None, head.chain)])
        ]
        _tell(report, findings)
        return not findings

    if not _with_reader(run):
        sys.exit(1)


@command.command()
def head() -> None:
    """链头 Print the newest seal of every chain: keep it where nobody who runs the database can write."""

    async def run(connection: Connection) -> None:
        click.echo(f"# shouwang audit head {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        for head in await heads(connection):
            click.echo(head.line())

    _with_reader(run)


def _tell(report: Report, findings: list[Finding]) -> None:
    for finding in findings:
        place = f"链 chain {finding.chain}"
        place += f", 总序号 number {finding.number}" if finding.number is not None else ""
        place += f", 链内序号 position {finding.position}" if finding.position is not None else ""
        click.echo(f"{finding.fault.name}: {place}\n  {finding.text('zh')}\n  {finding.text('en')}")
    click.echo(f"{report.seals} 条相符。 {report.seals} events fit.")
    if report.waiting:
        since = f"{report.oldest:%Y-%m-%dT%H:%M:%SZ}"
        click.echo(f"{report.waiting} 条尚未封印，最早 {since}。 {report.waiting} not sealed yet, since {since}.")


def _with_reader(run: Callable[[Connection], Awaitable[T]]) -> T:
    async def inside(login: Dsn) -> T:
        with problems():
            connection = await login.connect(server_settings=_SETTINGS, command_timeout=LONG)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await run(connection)
        finally:
            await connection.close()

    with cluster(read()) as database:
        return asyncio.run(inside(database.logins.reader))

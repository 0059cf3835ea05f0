"""迁移 Bring the database to this release: roles, migrations, privileges, the baseline policy."""

import asyncio

import click

from api.clock import SystemClock
from api.cluster import Cluster, cluster
from api.database import LONG
from api.settings import read
from api.workflow.policy.publish import bring_baseline


@click.command()
def command() -> None:
    """迁移 Bring the database to this release: roles, migrations, privileges, policy. Twice changes nothing."""
    with cluster(read()) as database:
        ran, brought = asyncio.run(_prepared(database))
    for identifier in ran:
        click.echo(identifier)
    click.echo(f"已执行 {len(ran)} 项迁移。 {len(ran)} migrations ran.")
    if brought is not None:
        click.echo(f"基线策略存为版本 {brought}。 The baseline policy is stored as version {brought}.")


async def _prepared(database: Cluster) -> tuple[list[str], str | None]:
    ran = await database.prepare()
    owner = await database.logins.owner.connect(command_timeout=LONG)
    try:
        return ran, await bring_baseline(owner, SystemClock().now())
    finally:
        await owner.close()

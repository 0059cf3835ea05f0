"""迁移 Bring the database to this release: roles, migrations, privileges."""

import asyncio

import click

from api.cluster import cluster
from api.settings import read


@click.command()
def command() -> None:
    """迁移 Bring the database to this release: roles, migrations, privileges. Doing it twice changes nothing."""
    with cluster(read()) as database:
        ran = asyncio.run(database.prepare())
    for identifier in ran:
        click.echo(identifier)
    click.echo(f"已执行 {len(ran)} 项迁移。 {len(ran)} migrations ran.")

"""代码表 Load the code lists of the collection form. Q12"""

import asyncio

import click

from api.clock import today
from api.cluster import cluster
from api.codes import Loaded, load
from api.database import LONG, problems
from api.settings import read
from api.testdb import clock


@click.group()
def command() -> None:
    """代码表 The code lists of the collection form."""


@command.command(name="load")
def load_command() -> None:
    """装载 Bring the database's code lists to this release; doing it twice changes nothing, and no code is deleted."""
    loaded = asyncio.run(_load())
    click.echo(
        f"新增代码 {loaded.added}，修改 {loaded.changed}，停用 {loaded.stopped}。"
        f" {loaded.added} codes added, {loaded.changed} changed, {loaded.stopped} out of use."
    )


async def _load() -> Loaded:
    settings = read()
    with cluster(settings) as database:
        await database.prepare()
        day = today(await clock(settings, database.logins.owner))
        with problems():
            connection = await database.logins.owner.connect(command_timeout=LONG)
        try:
            return await load(connection, day)
        finally:
            await connection.close()

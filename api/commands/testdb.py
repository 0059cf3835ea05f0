"""测试库 Make a test database: the only kind whose clock SHOUWANG_CLOCK may set."""

import asyncio

import click

from api.cluster import cluster
from api.settings import read
from api.testdb import make


@click.command()
@click.argument("name", default="shouwang_test")
@click.option("--fresh", is_flag=True, help="先删除同名测试库 Drop the test database of that name first.")
def command(name: str, fresh: bool) -> None:
    """测试库 Make the test database NAME and bring it to this release; data of one that exists is kept."""
    settings = read()
    with cluster(settings) as database:
        asyncio.run(make(database, name, fresh=fresh))
    where = "DATABASE_URL=…/" if settings.database_url else "SHOUWANG_DATABASE="
    click.echo(f"{where}{name} SHOUWANG_CLOCK=2023-05-01T08:00:00+08:00 shouwang serve")

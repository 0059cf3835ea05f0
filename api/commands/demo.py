"""演示数据 Load a synthetic province: officials and households that never lived, the same for the same seed."""

import asyncio
import sys

import click

from api.clock import today
from api.cluster import cluster
from api.demo.load import Demo, Progress, load_demo
from api.sealing import Sealer
from api.settings import read
from api.testdb import clock


@click.command()
@click.option("--households", type=click.IntRange(1), default=20_000, show_default=True, help="户数 How many.")
@click.option("--province", metavar="CODE", default="50", show_default=True, help="省级代码 Which province: 50, 66, …")
@click.option("--seed", type=int, default=1, show_default=True, help="种子 The same seed gives the same province.")
@click.option("--more", is_flag=True, help="追加 Add to households that exist.")
@click.option(
    "--past/--no-past",
    default=True,
    help="往日情况 Keep each case as every step left it; without, it takes two thirds of the CPU.",
)
def command(households: int, province: str, seed: int, more: bool, past: bool) -> None:
    """演示数据 Load a synthetic province. No number in it can belong to a real person."""
    with click.progressbar(length=1, label="演示数据 demo", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        loaded = asyncio.run(_load((households, province, seed), show, more=more, past=past))
    for table, number in loaded.rows.items():
        click.echo(f"{table}\t{number}")
    click.echo(f"演示账号 {loaded.officials} 个。 {loaded.officials} demo accounts.")


async def _load(wanted: tuple[int, str, int], show: Progress, *, more: bool, past: bool) -> Demo:
    settings = read()
    with cluster(settings) as database:
        await database.prepare()
        day = today(await clock(settings, database.logins.owner))
        sealer = Sealer.of(settings.home, settings.keys_file)
        return await load_demo(database.logins.owner, sealer, *wanted, show, on=day, more=more, past=past)

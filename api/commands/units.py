"""责任单位 Load the country's responsibility units, or make their data file from published CSVs. Q1"""

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path

import click

from api.clock import today
from api.cluster import cluster
from api.database import LONG
from api.errors import INVALID_INPUT, Problem, Term
from api.settings import read
from api.testdb import clock
from api.units import divisions
from api.units.country import Files, load_country
from api.units.load import Loaded, Progress

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """责任单位 The responsibility units: load them, or make their data file."""


@command.command()
@click.argument("csv_folder", type=FOLDER)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--vintage", type=DAY, default="2023-06-30", show_default=True, help="区划截止日期 As of which day.")
def build(csv_folder: Path, out: Path, vintage: datetime) -> None:
    """生成 Make OUT from the CSVs of china-division in CSV_FOLDER; api/units/SOURCE.md tells where they are from."""
    count = divisions.build(csv_folder, out, vintage.date())
    click.echo(f"{out}：{count} 个区划。 {count} divisions.")


@command.command()
@click.option("--province", metavar="CODE", help="只装载一个省级单位 Only one province: 50, 66, …")
@click.option("--divisions", "rows", type=FILE, default=divisions.DIVISIONS, help="区划文件 Another file by `build`.")
@click.option("--overrides", "changes", type=FILE, default=Files().overrides, help="差异文件 Another overrides file.")
@click.option("--on", type=DAY, help="变更生效日期，默认今天 First day of what changes; today unless told.")
@click.option("--compare", is_flag=True, help="逐行比对 Compare every row, even when the files did not change.")
def load(province: str | None, rows: Path, changes: Path, on: datetime | None, compare: bool) -> None:
    """装载 Load the units of the country; doing it twice changes nothing, and no unit is ever deleted."""
    files = Files(rows, changes)
    with click.progressbar(length=1, label="责任单位 units", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        loaded = asyncio.run(_load(files, province, on.date() if on else None, compare, show))
    click.echo(_summary(loaded))


async def _load(files: Files, province: str | None, on: date | None, compare: bool, show: Progress) -> Loaded | None:
    settings = read()
    with cluster(settings) as database:
        await database.prepare()
        day = today(await clock(settings, database.logins.owner))
        if on and on > day:
            raise Problem(INVALID_INPUT, expected=Term("--on", f"--on 不晚于 {day}", f"--on: a day not after {day}"))
        connection = await database.logins.owner.connect(command_timeout=LONG)
        try:
            return await load_country(
                connection, on or day, province=province, files=files, compare=compare, progress=show
            )
        finally:
            await connection.close()


def _summary(loaded: Loaded | None) -> str:
    if loaded is None:
        return "责任单位已是最新。 The units are up to date."
    return (
        f"新增 {loaded.opened}，调整 {loaded.moved}，更名或改标识 {loaded.changed}，停用 {loaded.closed}，"
        f"未变 {loaded.unchanged}。\n"
        f"{loaded.opened} opened, {loaded.moved} moved, {loaded.changed} renamed or reflagged,"
        f" {loaded.closed} closed, {loaded.unchanged} unchanged."
    )

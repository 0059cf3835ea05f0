"""农户 Households from spreadsheets: the template, and its import with every bad row told."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.access.signin.accounts import Accounts
from api.access.signin.errors import ACCOUNT_UNKNOWN
from api.access.signin.sessions import act_as_command, prove, with_session
from api.access.subject import Subject
from api.clock import Clock
from api.cluster import Cluster, cluster
from api.codes import read as code_lists
from api.database import LONG, Reader, problems
from api.errors import Problem
from api.intake.error_workbook import write_returned
from api.intake.errors import REFUSED, UNIT_UNKNOWN
from api.intake.faults import MOST, Faults
from api.intake.households import Importer, Outcome, Progress, import_households
from api.intake.scope import Reach, reach_of
from api.intake.template import template
from api.rules.units import NATION
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member
from api.sealing import Place, Sealer, check_keys
from api.settings import Settings, read
from api.testdb import clock

MAX_FAULTS = 50
WORKBOOK = click.Path(dir_okay=False, path_type=Path)
PLACES = [Place(entity._meta.tablename, column) for entity in (Household, Member) for column in entity.sealed]
COUNTED = (("农户", "households"), ("家庭成员", "members"), ("信息采集表", "surveys"))


@click.group()
def command() -> None:
    """农户 Households from spreadsheets."""


@command.command(name="template")
@click.argument("out", type=WORKBOOK, default=Path("农户信息采集模板.xlsx"))
def template_command(out: Path) -> None:
    """模板 Write the empty spreadsheet of the collection form to OUT."""
    labels = {code_list.name: [item.zh for item in code_list.items] for code_list in code_lists()}
    template(labels).save(out)
    click.echo(str(out))


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不写入 Check everything, write nothing.")
@click.option(
    "--unit", default=None, metavar="CODE", help="导入单位，只收其辖区内的户 Only households below this unit."
)
@click.option(
    "--account", default=None, help="以该账号的名义，单位默认为其岗位所在 On whose record; its unit is the default."
)
@click.option("--errors", type=WORKBOOK, default=None, help="退回文件 Where to write the file with its errors.")
def import_command(file: Path, dry_run: bool, unit: str | None, account: str | None, errors: Path | None) -> None:
    """导入 Import FILE: all of it, or nothing and every error with its cell. The same file twice changes nothing."""
    settings = read()
    with (
        click.progressbar(length=1, label="读取 rows", file=sys.stderr) as bar,
        cluster(settings) as database,
    ):

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        outcome = asyncio.run(_import(settings, database, file, (unit, account), dry_run, show))
    _tell(outcome, dry_run)
    if outcome.faults.errors:
        target = errors or file.with_name(f"{file.stem}.错误.xlsx")
        write_returned(file, target, outcome.faults)
        click.echo(f"退回文件 Returned file: {target}")
        raise Problem(REFUSED, count=outcome.faults.errors)


async def _import(
    settings: Settings,
    database: Cluster,
    file: Path,
    who: tuple[str | None, str | None],
    dry_run: bool,
    show: Progress,
) -> Outcome:
    unit, account = who
    moment = await clock(settings, database.logins.owner)
    actor = await _subject(database, account, moment) if account else None
    if actor is not None:
        actor = await with_session(database.logins.nation, actor, moment)
    sealer = Sealer.of(settings.home, settings.keys_file)
    importer = Importer(sealer, moment, unit or (actor.home if actor else NATION), actor)
    with problems():
        connection = await database.logins.app.connect(command_timeout=LONG)
    try:
        if actor is not None and not actor_covers(actor, await reach_of(connection, importer.unit)):
            raise Problem(UNIT_UNKNOWN)
        await check_keys(connection, sealer, PLACES)
        if actor is None:
            await act_as_command(database.logins.nation, connection, moment)
        else:
            await prove(connection, actor.session, lasting=True)
        return await import_households(connection, file, importer, dry_run=dry_run, progress=show)
    finally:
        await connection.close()


def actor_covers(actor: Subject, reach: Reach) -> bool:
    """Whether a unit is the actor's own or lies below it."""
    return actor.column is None or reach.path[actor.column] == actor.home


async def _subject(database: Cluster, account: str, moment: Clock) -> Subject:
    reader = Reader(database.logins.reader, 1)
    await reader.open()
    try:
        rows = await reader.rows("SELECT id FROM account WHERE name = $1", (account,))
        if not rows:
            raise Problem(ACCOUNT_UNKNOWN)
        return await Accounts(reader, moment).subject(rows[0]["id"], None)
    finally:
        await reader.close()


def _tell(outcome: Outcome, dry_run: bool) -> None:
    _table(outcome.faults)
    if outcome.known_since is not None:
        click.echo("该文件此前已导入，未作任何改动。 This very file was imported before; nothing was changed.")
    if outcome.written is None:
        return
    if dry_run:
        click.echo("试运行，未写入。 A dry run: nothing was written. 将会 It would:")
    counts: dict[str, Any] = asdict(outcome.written)
    for zh, en in COUNTED:
        new, changed, same = (counts.get(f"{en}_{what}", 0) for what in ("new", "changed", "unchanged"))
        click.echo(f"{zh} {en}: 新增 {new} new, 更新 {changed} changed, 未变 {same} unchanged")


def _table(faults: Faults) -> None:
    for number, fault in enumerate(faults):
        if number == MAX_FAULTS:
            break
        kind = "疑点 warning" if fault.warning else "错误 error"
        click.echo(f"{fault.cell}\t{kind}\t{fault.code}\t{fault.zh}\t{fault.en}")
    every = faults.errors + faults.warnings
    if every:
        click.echo(f"共 {faults.errors} 处错误、{faults.warnings} 处疑点，显示 {min(every, MAX_FAULTS)} 处。", nl=False)
        click.echo(f" {faults.errors} errors, {faults.warnings} warnings.")
    if every > MOST:
        click.echo(f"退回文件只标出先查出的 {MOST} 处。 The returned file marks the first {MOST} found.")

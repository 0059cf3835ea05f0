"""工作人员 Accounts and posts with the owner's login: the nation's first people, its further posts, disabling."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from api.access.policy import Policy
from api.access.signin.errors import PASSWORD_UNFIT
from api.access.signin.passwords import LONGEST, SHORTEST, fit, hash_password
from api.clock import Clock, today
from api.cluster import Cluster, cluster
from api.database import LONG, Connection, Row, problems
from api.errors import Problem, code
from api.rules.words.vocabulary import AccountState, Department, Duty, Word
from api.sealing import Sealer
from api.sealing.secret_file import read_secret
from api.settings import Settings, read
from api.testdb import clock
from api.workflow.posts import owner_commands
from api.workflow.posts.owner_commands import FOUNDING, Founder

PEOPLE_UNREADABLE = code(
    "PEOPLE_UNREADABLE",
    400,
    zh="人员文件 {path} 不可用：{found}",
    en="the file of people {path} can't be used: {found}",
    next_zh="文件权限应为 0600，内容为 docs/operations.md 所示的 JSON；用后删除",
    next_en="give it mode 0600 and the JSON of docs/operations.md; remove it afterwards",
)
T = TypeVar("T")
DAY = click.DateTime(["%Y-%m-%d"])
Act = Callable[[Connection, Settings, Clock, str], Awaitable[T]]


def _words(words: type[Word]) -> click.Choice[str]:
    return click.Choice([word.name for word in words], case_sensitive=False)


@click.group()
def command() -> None:
    """工作人员 Accounts and posts with the owner's login. Below the nation posts are given over GraphQL, by two."""


@command.command()
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="人员文件 People as JSON, mode 0600.")
def bootstrap(file: Path | None) -> None:
    """首批 Make the nation's first two people: a handler who proposes, a reviewer who approves. Once."""
    settings = read()
    people = [_prompt(settings, duty) for _, duty in FOUNDING] if file is None else _filed(settings, file)

    async def act(connection: Connection, settings: Settings, moment: Clock, version: str) -> None:
        sealer = Sealer.of(settings.home, settings.keys_file)
        await owner_commands.make_founders(connection, people, sealer, moment, version)

    _with_database(act)
    click.echo("已建立两个国家级岗位。 Two national posts were made:")
    for founder, (department, duty) in zip(people, FOUNDING, strict=True):
        click.echo(f"  {founder.account}\tnational:{department.name}:{duty.name}".lower())


@command.command("list")
@click.option("--unit", default="0", show_default=True, metavar="CODE", help="责任单位 The unit, without those below.")
def list_command(unit: str) -> None:
    """列出 List the holders of a unit's posts: post, account, role, days, state."""

    async def act(connection: Connection, *_: Any) -> list[Row]:
        return await connection.fetch(_LISTED, unit)

    for row in _with_database(act):
        role = f"{row['tier']}:{row['department']}:{row['duty']}".lower()
        click.echo(f"{row['id']}\t{row['name']}\t{role}\t{row['since']}\t{row['until'] or ''}\t{row['state']}")


_LISTED = """
select p.id, a.name, p.tier, p.department, p.duty, p.since, p.until, a.state
from post p join account a on a.id = p.account join unit u on u.id = p.unit where u.code = $1 order by p.id"""


@command.command()
@click.argument("account")
@click.option("--department", type=_words(Department), default=Department.RURAL_REVITALIZATION.name, show_default=True)
@click.option("--duty", type=_words(Duty), required=True)
@click.option("--since", type=DAY, help="任职日期 First day; today unless told.")
@click.option("--until", type=DAY, help="离任日期 Last day, if any.")
def appoint(account: str, department: str, duty: str, since: datetime | None, until: datetime | None) -> None:
    """任职 Give ACCOUNT a post of the nation; an account that is not there yet is made."""
    settings = read()

    async def act(connection: Connection, settings: Settings, moment: Clock, version: str) -> int:
        number = await owner_commands.account_of(connection, account)
        if number is None:
            founder = await asyncio.to_thread(_prompt, settings, Duty[duty.upper()], account)
            sealer = Sealer.of(settings.home, settings.keys_file)
            number = await owner_commands.make(connection, founder, sealer, moment, version)
        days = (since.date() if since else today(moment), until.date() if until else None)
        words = Department[department.upper()], Duty[duty.upper()]
        return await owner_commands.give(connection, number, *words, days, moment, version)

    click.echo(f"岗位 post {_with_database(act, settings)}")


@command.command()
@click.argument("account")
@click.argument("post", type=int)
@click.option("--until", type=DAY, help="离任日期 Last day; today unless told.")
def end(account: str, post: int, until: datetime | None) -> None:
    """免职 Let a POST of ACCOUNT end; `list` tells its number."""

    async def act(connection: Connection, _: Settings, moment: Clock, version: str) -> date:
        last = until.date() if until else today(moment)
        await owner_commands.end(connection, account, post, last, moment, version)
        return last

    click.echo(f"{account} {post} → {_with_database(act)}")


@command.command()
@click.argument("account")
def disable(account: str) -> None:
    """停用 Disable ACCOUNT at once; its tokens are void."""
    _set_state(account, AccountState.DISABLED)


@command.command()
@click.argument("account")
def enable(account: str) -> None:
    """启用 Let a disabled ACCOUNT sign in again."""
    _set_state(account, AccountState.ACTIVE)


@command.command()
@click.argument("account")
def password(account: str) -> None:
    """口令 Choose a password for ACCOUNT, asked for here; its tokens are void."""
    hashed = hash_password(_password(account))

    async def act(connection: Connection, _: Settings, moment: Clock, version: str) -> None:
        await owner_commands.set_password(connection, account, hashed, moment, version)

    _with_database(act)
    click.echo("口令已更换。 The password was changed.")


@command.command()
@click.argument("account")
@click.argument("subject")
def subject(account: str, subject: str) -> None:
    """外部标识 Let ACCOUNT sign in as SUBJECT of the OIDC issuer; tokens issued before are void."""

    async def act(connection: Connection, _: Settings, moment: Clock, version: str) -> None:
        await owner_commands.set_subject(connection, account, subject, moment, version)

    _with_database(act)
    click.echo(f"{account} → {subject}")


def _set_state(account: str, state: AccountState) -> None:
    async def act(connection: Connection, _: Settings, moment: Clock, version: str) -> None:
        await owner_commands.set_state(connection, account, state, moment, version)

    _with_database(act)
    click.echo(f"{account} {state.zh} {state.name}")


def _prompt(settings: Settings, duty: Duty, account: str | None = None) -> Founder:
    click.echo(f"国家级 national:rural_revitalization:{duty.name.lower()} {duty.zh}")
    account = account or click.prompt("账号名 Account name")
    name = click.prompt("姓名 Name")
    number = click.prompt("身份证号码 ID number (kept as an index alone)", hide_input=True)
    if settings.oidc_issuer:
        return Founder(name, account, number, oidc_subject=click.prompt("外部标识 Subject at the OIDC issuer"))
    return Founder(name, account, number, hash_password(_password(account)))


def _password(account: str) -> str:
    chosen = str(click.prompt("口令 Password", hide_input=True, confirmation_prompt=True))
    if not fit(account, chosen):
        raise Problem(PASSWORD_UNFIT, least=SHORTEST, most=LONGEST)
    return chosen


def _filed(settings: Settings, file: Path) -> list[Founder]:
    content = read_secret(file, PEOPLE_UNREADABLE)
    try:
        people = json.loads(content)
        return [_founder(settings, people[duty.name.lower()]) for _, duty in FOUNDING]
    except (ValueError, KeyError, TypeError) as fault:
        raise Problem(PEOPLE_UNREADABLE, path=str(file), found=type(fault).__name__) from None


def _founder(settings: Settings, row: dict[str, str]) -> Founder:
    name, account, number = str(row["name"]), str(row["account"]), str(row["id_number"])
    if settings.oidc_issuer:
        return Founder(name, account, number, oidc_subject=str(row["oidc_subject"]))
    if not fit(account, str(row["password"])):
        raise Problem(PASSWORD_UNFIT, least=SHORTEST, most=LONGEST)
    return Founder(name, account, number, hash_password(str(row["password"])))


def _with_database(act: Act[T], settings: Settings | None = None) -> T:
    settings = settings or read()
    with cluster(settings) as database:
        return asyncio.run(_run(database, settings, act))


async def _run(database: Cluster, settings: Settings, act: Act[T]) -> T:
    await database.prepare()
    moment = await clock(settings, database.logins.owner)
    with problems():
        connection = await database.logins.owner.connect(command_timeout=LONG)
    try:
        async with connection.transaction():
            return await act(connection, settings, moment, Policy.load().version)
    finally:
        await connection.close()

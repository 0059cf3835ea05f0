"""令牌 Print an access token of a local account, e.g. county.rural_revitalization.handler@500110."""

import asyncio

import click

from api.access.signin.accounts import Accounts
from api.access.signin.issuers import local_issuer
from api.cluster import Cluster, cluster
from api.database import Reader
from api.errors import Problem, code
from api.settings import Settings, read
from api.testdb import clock

NO_SUCH_ACCOUNT = code(
    "NO_SUCH_ACCOUNT",
    404,
    zh="没有这一账号",
    en="there is no such account",
    next_zh="某单位的账号：shouwang officials list --unit 500110",
    next_en="the accounts of a unit: shouwang officials list --unit 500110",
)


@click.command()
@click.argument("account")
@click.option("--post", type=int, help="岗位编号 Id of the post it acts in; needed when the account holds several.")
@click.option("--hours", type=click.IntRange(1, 24 * 31), default=8, show_default=True, help="有效时间 Lifetime.")
def command(account: str, post: int | None, hours: int) -> None:
    """令牌 Print an access token of the local ACCOUNT, for the header `Authorization: Bearer …`."""
    settings = read()
    with cluster(settings) as database:
        click.echo(asyncio.run(_token(settings, database, account, post, hours * 3600)))


async def _token(settings: Settings, database: Cluster, account: str, post: int | None, lifetime: int) -> str:
    moment = await clock(settings, database.logins.owner)
    issuer = local_issuer(settings, moment)
    reader = Reader(database.logins.reader, 1)
    await reader.open()
    try:
        rows = await reader.rows("SELECT id FROM account WHERE name = $1", (account,))
        if not rows:
            raise Problem(NO_SUCH_ACCOUNT)
        subject = await Accounts(reader, moment).subject(rows[0]["id"], post)
        return issuer.issue(subject.account, subject.post, lifetime)
    finally:
        await reader.close()

"""密钥 Keys of sealed identifiers: status, rotate, reseal, retire."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import click

from api.access.signin.sessions import act_as_command
from api.clock import SystemClock
from api.cluster import Cluster, cluster
from api.database import LONG, Connection, OwnConnection, problems
from api.errors import Problem, code
from api.key_fit import PLACES
from api.sealing.keyring import KeyringFile
from api.sealing.rotation import check_keys, key_counts, lock_writers, reseal
from api.sealing.sealer import Sealer
from api.settings import read

NOTHING_TO_RETIRE = code(
    "NOTHING_TO_RETIRE",
    409,
    zh="没有可停用的旧密钥：仍有值使用，或被替换不足 {hours} 小时",
    en="no old key can go: values still need it, or it was replaced less than {hours} hours ago",
    next_zh="先运行 shouwang keys reseal；新密钥启用满 {hours} 小时后再试",
    next_en="run `shouwang keys reseal` first, and try again {hours} hours after the rotation",
)


@click.group()
def command() -> None:
    """密钥 Keys of sealed identifiers. Workers notice a changed key file within a second; nothing need be stopped."""


@command.command()
def status() -> None:
    """状态 List each data key: since when it is old, how many values it seals; whether the keys fit the database."""

    async def run(connection: Connection, file: KeyringFile) -> None:
        keyring = file.read()
        counts = await key_counts(connection, PLACES)
        for number in sorted({*keyring.data, *counts}):
            key = keyring.data.get(number)
            state = "缺失 MISSING" if key is None else "最新 newest" if number == keyring.newest else "旧 old"
            since = f" {key.replaced:%Y-%m-%d %H:%M}" if key is not None and key.replaced else ""
            click.echo(f"{number}\t{state}{since}\t{counts.get(number, 0)}")
        await check_keys(connection, Sealer(keyring), PLACES)

    _with_database(run)


@command.command()
def rotate() -> None:
    """轮换 Make a new data key, write with it, and seal again whatever older keys sealed. Old keys stay readable."""

    async def run(connection: Connection, file: KeyringFile) -> None:
        keyring = file.read()
        await check_keys(connection, Sealer(keyring), PLACES)
        file.save(keyring.rotated(datetime.now(UTC)))
        await _reseal(connection, file)

    _with_database(run)


@command.command(name="reseal")
def reseal_command() -> None:
    """重新加密 Seal again whatever older keys sealed: goes on where an interrupted rotation stopped."""
    _with_database(_reseal)


@command.command()
@click.option("--hours", default=24, show_default=True, type=click.IntRange(0), help="被替换至少多久 Replaced for.")
def retire(hours: int) -> None:
    """停用 Remove old data keys that no value needs. The time since the rotation lets long imports end first."""

    async def run(connection: Connection, file: KeyringFile) -> None:
        before = datetime.now(UTC) - timedelta(hours=hours)
        async with connection.transaction():
            await lock_writers(connection, PLACES)
            keyring, counts = file.read(), await key_counts(connection, PLACES)
            await check_keys(connection, Sealer(keyring), PLACES)
            old = {number for number, key in keyring.data.items() if key.replaced and key.replaced <= before}
            gone = old - counts.keys() - {keyring.newest}
            if not gone:
                raise Problem(NOTHING_TO_RETIRE, hours=hours)
            file.save(keyring.without(gone))
        click.echo(f"已停用 Removed: {', '.join(map(str, sorted(gone)))}")

    _with_database(run)


async def _reseal(connection: Connection, file: KeyringFile) -> None:
    sealer, done = Sealer(file.read(), file), 0
    await check_keys(connection, sealer, PLACES)
    for place in PLACES:
        async for batch in reseal(connection, sealer, place):
            done += batch
            click.echo(f"\r{place.table}.{place.column}\t{done}", nl=False, err=True)
    click.echo(f"\n已重新加密 {done} 项。 {done} values sealed again, with key {sealer.newest}.", err=True)


def _with_database(run: Callable[[Connection, KeyringFile], Awaitable[None]]) -> None:
    settings = read()
    with cluster(settings) as database:

        async def connected() -> None:
            async with _connection(database) as connection:
                await run(connection, KeyringFile(settings.home, settings.keys_file))

        asyncio.run(connected())


@asynccontextmanager
async def _connection(database: Cluster) -> AsyncIterator[OwnConnection]:
    with problems():
        connection = await database.logins.app.connect(command_timeout=LONG)
    try:
        await act_as_command(database.logins.nation, connection, SystemClock())
        yield connection
    finally:
        await connection.close()

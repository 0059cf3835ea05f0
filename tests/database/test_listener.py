"""听取 What is told arrives, a lost connection loses nothing, and polling stands behind. DESIGN §5"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.database import Dsn, Listener
from api.roles import Logins


class Ear:
    """Keeps what a channel told."""

    def __init__(self) -> None:
        self.payloads: list[str | None] = []
        self.more = asyncio.Event()

    async def hear(self, payload: str | None) -> None:
        self.payloads.append(payload)
        self.more.set()

    async def until(self, payload: str | None, since: int = 0) -> None:
        async with asyncio.timeout(10):
            while payload not in self.payloads[since:]:
                self.more.clear()
                await self.more.wait()


@asynccontextmanager
async def hearing(dsn: Dsn, *, poll: float = 60.0, deaf: bool = False) -> AsyncIterator[Ear]:
    ear = Ear()
    listener = Listener(dsn, poll=poll, deaf=deaf)
    listener.on("news", ear.hear)
    async with listener.listening():
        yield ear


async def tell(database: Logins, payload: str) -> None:
    connection = await database.app.connect()
    await connection.execute("select pg_notify('news', $1)", payload)
    await connection.close()


async def test_a_notification_arrives(database: Logins) -> None:
    async with hearing(database.reader) as ear:
        await ear.until(None)  # connected: everything may be new
        await tell(database, "7")
        await ear.until("7")


async def test_after_a_lost_connection_everything_may_be_new(database: Logins, admin: Dsn) -> None:
    async with hearing(database.reader) as ear:
        await ear.until(None)
        connection = await admin.connect()
        before = len(ear.payloads)
        ended = await connection.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and query like '%LISTEN%'",
            database.reader.database,
        )
        await connection.close()
        assert ended
        await ear.until(None, before)
        await tell(database, "8")
        await ear.until("8")


async def test_without_notifications_it_asks(database: Logins) -> None:
    async with hearing(database.reader, poll=0.02, deaf=True) as ear:
        await tell(database, "9")
        for _ in range(3):
            await ear.until(None, len(ear.payloads))
        assert "9" not in ear.payloads


async def test_a_hearer_that_fails_is_told_again_and_harms_no_other(database: Logins) -> None:
    ear = Ear()
    listener = Listener(database.reader, poll=60.0)

    async def broken(payload: str | None) -> None:
        raise RuntimeError(payload)

    listener.on("news", broken)
    listener.on("news", ear.hear)
    async with listener.listening():
        await ear.until(None)
        await tell(database, "a")
        await tell(database, "b")
        await ear.until("b")


async def test_an_absent_database_is_asked_again(database: Logins) -> None:
    async with hearing(database.reader.to_database("not_there"), poll=0.02) as ear:
        await ear.until(None)

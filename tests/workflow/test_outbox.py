"""The outbox against a receiver of its own: down, slow, forgetful, several workers; order per household holds."""

import asyncio
import datetime
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import pytest_asyncio

from api.clock import SetClock
from api.errors import Problem
from api.settings import read
from api.workflow.outbox import FIRST_PAUSE, Webhook, channel, deliver_forever, delivering, send_waiting

NOON = datetime.datetime(2026, 5, 1, 4, tzinfo=datetime.UTC)


class Receiver:
    """A small HTTP server: what it was sent, and how it answers the next request."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.status = 200
        self.pause = 0.0
        self.hang_up_after_reading = False
        self.refused_households: set[int] = set()
        self.at_once = self.most_at_once = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = orjson.loads(await reader.readexactly(int(headers["content-length"])))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await asyncio.sleep(self.pause)
            self.at_once -= 1
            status = 500 if body["household"] in self.refused_households else self.status
            if status == 200:
                self.received.append(body)
                self.keys.append(headers["idempotency-key"])
            if not self.hang_up_after_reading:
                writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client gave up
        finally:
            writer.close()


@asynccontextmanager
async def listening(receiver: Receiver, port: int = 0) -> AsyncIterator[str]:
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", port)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/shouwang"
    server.close()
    await server.wait_closed()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest_asyncio.fixture
async def connection(database: Any) -> AsyncIterator[Any]:
    owner = await database.owner.connect()
    await owner.execute("truncate message")
    await owner.close()
    connection = await database.app.connect()
    yield connection
    await connection.close()


async def write(connection: Any, *households: int) -> list[int]:
    sql = (
        "insert into message (household, topic, recipient, content, at, attempts)"
        " values ($1, 'identification.approve', 'household', '{\"act\": 1}', $2, 0) returning id"
    )
    return [int(await connection.fetchval(sql, household, NOON)) for household in households]


async def waiting(connection: Any) -> list[int]:
    rows = await connection.fetch("select id from message where delivered_at is null order by id")
    return [int(row["id"]) for row in rows]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - it waits for another's deed over the network
            await asyncio.sleep(0.02)


async def until_quiet(connection: Any, way: Any, clock: SetClock) -> None:
    while await send_waiting(connection, way, clock):
        pass


async def test_each_message_leaves_once_and_in_order_per_household(connection: Any, clock: SetClock) -> None:
    numbers = await write(connection, 1, 1, 2, 1, 2, 3)
    receiver = Receiver()
    async with listening(receiver) as url:
        way = Webhook(url)
        await until_quiet(connection, way, clock)
        await way.close()
    assert sorted(message["id"] for message in receiver.received) == numbers
    for household in (1, 2, 3):
        mine = [message["id"] for message in receiver.received if message["household"] == household]
        assert mine == sorted(mine)
    assert receiver.keys[0] == f"shouwang-message-{receiver.received[0]['id']}"
    assert receiver.received[0]["content"] == {"act": 1}
    assert await waiting(connection) == []


async def test_while_it_is_down_nothing_is_lost_and_attempts_grow_apart(connection: Any, clock: SetClock) -> None:
    numbers = await write(connection, 1, 1)
    way = Webhook("http://127.0.0.1:9/nobody", seconds=1)
    tried_at = []
    for second in range(60):
        clock.moment = NOON + datetime.timedelta(seconds=second)
        if await send_waiting(connection, way, clock):
            tried_at.append(second)
    await way.close()
    pauses = [after - before for before, after in itertools.pairwise(tried_at)]
    assert pauses == [FIRST_PAUSE * 2**number for number in range(len(pauses))]
    assert len(pauses) >= 3
    assert await waiting(connection) == numbers
    assert await connection.fetchval("select attempts from message where id = $1", numbers[1]) == 0, "it waits its turn"
    receiver = Receiver()
    clock.moment = NOON + datetime.timedelta(hours=1)
    async with listening(receiver) as url:
        again = Webhook(url)
        await until_quiet(connection, again, clock)
        await again.close()
    assert [message["id"] for message in receiver.received] == numbers
    assert receiver.received[0]["attempt"] == len(tried_at) + 1


async def test_one_household_that_fails_holds_up_no_other(connection: Any, clock: SetClock) -> None:
    await write(connection, *([7] * 3), *range(100, 150))
    receiver = Receiver()
    receiver.refused_households = {7}
    async with listening(receiver) as url:
        way = Webhook(url)
        await until_quiet(connection, way, clock)
        await way.close()
    assert {message["household"] for message in receiver.received} == set(range(100, 150))
    assert len(await waiting(connection)) == 3


async def test_a_slow_receiver_is_a_failure_and_sees_the_same_number_again(connection: Any, clock: SetClock) -> None:
    [number] = await write(connection, 1)
    receiver = Receiver()
    receiver.pause = 0.6
    async with listening(receiver) as url:
        way = Webhook(url, seconds=0.2)
        await send_waiting(connection, way, clock)
        assert await waiting(connection) == [number]
        await asyncio.sleep(0.7)  # it took the message all the same
        receiver.pause = 0
        clock.moment = NOON + datetime.timedelta(minutes=1)
        await send_waiting(connection, way, clock)
        await way.close()
    assert [message["id"] for message in receiver.received] == [number, number]
    assert len(set(receiver.keys)) == 1, "by which a receiver tells a repetition"
    assert await waiting(connection) == []


async def test_a_lost_answer_repeats_the_message_and_keeps_the_order(connection: Any, clock: SetClock) -> None:
    first, second = await write(connection, 1, 1)
    receiver = Receiver()
    receiver.hang_up_after_reading = True
    async with listening(receiver) as url:
        way = Webhook(url)
        await until_quiet(connection, way, clock)
        receiver.hang_up_after_reading = False
        clock.moment = NOON + datetime.timedelta(minutes=1)
        await until_quiet(connection, way, clock)
        await way.close()
    assert [message["id"] for message in receiver.received] == [first, first, second]


async def test_several_workers_share_the_work_and_send_nothing_twice(database: Any, connection: Any) -> None:
    numbers = await write(connection, *[household for _ in range(5) for household in range(12)])
    receiver = Receiver()
    receiver.pause = 0.01

    @asynccontextmanager
    async def writing() -> AsyncIterator[Any]:
        own = await database.app.connect()
        try:
            yield own
        finally:
            await own.close()

    async with listening(receiver) as url:
        ways = [Webhook(url) for _ in range(4)]
        workers = [asyncio.create_task(deliver_forever(writing, way, SetClock(NOON), 0.02)) for way in ways]
        await until(lambda: len(receiver.received) >= len(numbers))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for way in ways:
            await way.close()
    assert sorted(message["id"] for message in receiver.received) == numbers
    for household in range(12):
        mine = [message["id"] for message in receiver.received if message["household"] == household]
        assert mine == sorted(mine)
    assert receiver.most_at_once > 1


async def test_the_loop_outlives_a_database_that_is_away(connection: Any) -> None:
    [number] = await write(connection, 1)
    receiver, failures = Receiver(), [OSError("away"), OSError("away")]

    @asynccontextmanager
    async def writing() -> AsyncIterator[Any]:
        if failures:
            raise failures.pop()
        yield connection

    async with listening(receiver) as url:
        way = Webhook(url)
        loop = asyncio.create_task(deliver_forever(writing, way, SetClock(NOON), 0.01))
        await until(lambda: receiver.received)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await way.close()
    assert [message["id"] for message in receiver.received] == [number]


async def test_without_a_channel_everything_is_kept(connection: Any, clock: SetClock) -> None:
    numbers = await write(connection, 1)

    @asynccontextmanager
    async def never() -> AsyncIterator[Any]:
        raise AssertionError("nobody asked for it")
        yield

    async with delivering(None, never, clock):
        await asyncio.sleep(0.05)
    assert await waiting(connection) == numbers


async def test_the_log_tells_numbers_alone(connection: Any, clock: SetClock, caplog: pytest.LogCaptureFixture) -> None:
    [number] = await write(connection, 41)
    caplog.set_level("INFO", "shouwang.outbox")
    await send_waiting(connection, channel("log:"), clock)
    assert caplog.messages == [f"message {number} of household 41: identification.approve, to household"]


def test_a_channel_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(Problem, match="SHOUWANG_WEBHOOK_URL"):
        read({"SHOUWANG_WEBHOOK_URL": "ftp://somewhere"})
    assert read({"SHOUWANG_WEBHOOK_URL": "log:"}).webhook_url == "log:"
    assert read({}).webhook_url is None

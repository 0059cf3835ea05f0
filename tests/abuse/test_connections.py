"""Limits before anybody has signed in: heads, bodies, silence, and the number of connections. Over real sockets."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from api.resolvers.http import protocol
from api.resolvers.http.protocol import LimitedProtocol, Watch

STRANGERS = 40


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, then answer its length; who sends `known: yes` is signed in first."""
    if scope["type"] != "http":
        raise RuntimeError
    if dict(scope["headers"]).get(b"known") == b"yes":
        scope["connection"].signed_in()
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    body = b"%d" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest_asyncio.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(protocol, "BODY_SECONDS", 1.0)
    monkeypatch.setattr(protocol, "LOOK", 0.1)
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(LimitedProtocol, "watches", {loop: Watch(loop, STRANGERS)})
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, http=LimitedProtocol, lifespan="off", log_level="critical", ws="none")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def opened(port: int, text: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    return reader, writer


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and body of what is left to read; 0 for a connection closed without a word."""
    async with asyncio.timeout(10):
        text = await reader.read()
    if not text:
        return 0, b""
    head, _, body = text.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def code(body: bytes) -> str:
    return str(json.loads(body)["errors"][0]["extensions"]["code"])


async def test_an_ordinary_request_passes(port: int) -> None:
    reader, writer = await opened(
        port, b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc"
    )
    assert await answer(reader) == (200, b"3")
    writer.close()


async def test_a_silent_connection_is_closed(port: int) -> None:
    reader, writer = await opened(port)
    assert await answer(reader) == (0, b"")
    writer.close()


@pytest.mark.parametrize("start", [b"P", b"POST / HTTP/1.1\r\nhost: a\r\n", b"POST / HTTP/1.1\r\nx: "])
async def test_half_a_head_is_answered_and_closed(port: int, start: bytes) -> None:
    reader, writer = await opened(port, start)
    status, body = await answer(reader)
    assert (status, code(body)) == (408, "REQUEST_TOO_SLOW")
    writer.close()


async def test_a_head_that_trickles_does_not_gain_time(port: int) -> None:
    reader, writer = await opened(port, b"POST / HTTP/1.1\r\n")

    async def trickle() -> None:
        for number in range(200):
            writer.write(b"x-%d: 1\r\n" % number)
            await asyncio.sleep(0.05)

    trickling = asyncio.create_task(trickle())
    status, _ = await answer(reader)
    assert status == 408
    trickling.cancel()
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(101)) + b"\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"y" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"y" * 400_000,
        b"GET /" + b"y" * 400_000,
    ],
    ids=["many lines", "a long line", "a line without end", "an address without end"],
)
async def test_a_head_without_measure_is_refused(port: int, head: bytes) -> None:
    reader, writer = await opened(port, head)
    with contextlib.suppress(ConnectionResetError):  # what is left unread may reset the connection
        status, body = await answer(reader)
        assert (status, code(body)) == (431, "HEAD_TOO_LARGE")
    writer.close()


async def test_a_body_that_stalls_is_answered_and_closed(port: int) -> None:
    reader, writer = await opened(port, b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab")
    status, body = await answer(reader)
    assert (status, code(body)) == (408, "REQUEST_TOO_SLOW")
    writer.close()


@pytest.mark.parametrize(("signed_in", "status"), [(b"no", 408), (b"yes", 200)])
async def test_a_slow_body_is_taken_from_whoever_signed_in(port: int, signed_in: bytes, status: int) -> None:
    reader, writer = await opened(
        port,
        b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nknown: " + signed_in + b"\r\ncontent-length: 8\r\n\r\n",
    )
    answered = asyncio.create_task(answer(reader))
    for _ in range(8):
        await asyncio.sleep(0.3)
        if not answered.done():
            writer.write(b"x")
    assert (await answered)[0] == status
    writer.close()


async def test_a_newcomer_is_heard_among_a_thousand_silent_ones(port: int) -> None:
    silent = [await opened(port) for _ in range(8 * STRANGERS)]
    reader, writer = await opened(port, b"POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: 1\r\n\r\na")
    assert await answer(reader) == (200, b"1")
    assert len(LimitedProtocol.watches[asyncio.get_running_loop()].strangers) <= STRANGERS
    for _, other in [*silent, (reader, writer)]:
        other.close()


async def test_who_signed_in_never_gives_way(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nhost: a\r\nknown: yes\r\ncontent-length: 1\r\n\r\na"
    reader, writer = await opened(port, request)
    assert b"200" in await reader.readline()
    silent = [await opened(port) for _ in range(3 * STRANGERS)]
    await asyncio.sleep(0.2)
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(1) == b"1"
    writer.write(request)
    assert b"200" in await reader.readline()
    for _, other in [*silent, (reader, writer)]:
        other.close()


async def test_what_left_is_forgotten(port: int) -> None:
    watch = LimitedProtocol.watches[asyncio.get_running_loop()]
    for _, writer in [await opened(port, b"POST") for _ in range(20)]:
        writer.close()
    await asyncio.sleep(0.3)
    assert (len(watch.due), len(watch.strangers)) == (0, 0)

"""The bench's own load client counts what a server saw: requests, wrong answers, and how long they took."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

GOOD, BAD, SHORT = (
    b'{"data":{"household":{"id":"SG91c2Vob2xkOjc"}}}',
    b'{"errors":[{"message":"no"}],"data":null}',
    b"{}",
)
ANSWERS = {"good": (200, GOOD), "bad": (200, BAD), "short": (200, SHORT), "refused": (500, GOOD)}


class Server:
    """Answers as each request asks, a little at a time, and keeps count."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.heads: set[bytes] = set()
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.findall(rb"content-length: (\d+)", head)[0])
                question = json.loads(await reader.readexactly(length))["ask"]
                self.heads.add(head.partition(b"content-length")[0])
                status, body = ANSWERS[question]
                writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n" % (status, len(body)) + body[:10])
                await writer.drain()
                await asyncio.sleep(0.01)
                writer.write(body[10:])
                self.seen.append(question)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, int]]:
    server = Server()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        yield server, listening.sockets[0].getsockname()[1]


async def ran(port: int, file: Path, token: str) -> list[float]:
    command = [sys.executable, "-m", "tests.bench.client", str(port), "4", "1", str(file), "20", token]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    match = re.fullmatch(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)\n", output.decode())
    assert match is not None
    return [float(group) for group in match.groups()]


async def test_it_counts_what_the_server_saw(tmp_path: Path) -> None:
    file = tmp_path / "bodies.txt"
    file.write_text("".join(f'{{"ask":"{answer}"}}\n' for answer in ANSWERS))
    async with serving() as (server, port):
        requests, microseconds, middle, high, bad = await ran(port, file, "a.b.c")
    assert server.connections == 4
    assert len(server.seen) - 4 <= requests <= len(server.seen)
    (head,) = server.heads
    assert head.startswith(b"POST /graphql HTTP/1.1\r\n")
    assert b"authorization: Bearer a.b.c\r\n" in head
    wrong = sum(answer != "good" for answer in server.seen)
    assert wrong - 4 <= bad <= wrong
    assert microseconds > 900_000
    assert 10 <= middle <= high


async def test_a_server_that_goes_away_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bodies.txt"
    file.write_text('{"ask":"good"}\n')

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 X\r\ncontent-length: %d\r\n\r\n" % len(GOOD) + GOOD)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(once, "127.0.0.1", 0) as listening:
        requests, *_, bad = await ran(listening.sockets[0].getsockname()[1], file, "")
    assert requests == 4
    assert bad == 4  # the one each connection was waiting for when it was cut

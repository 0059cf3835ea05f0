"""客户端 A small load generator for machines without wrk: keep-alive connections, bodies in turn, errors by body.

python -m tests.bench.client PORT CONNECTIONS SECONDS FILE SHORTEST [TOKEN]
"""

import asyncio
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

import httptools
import uvloop


class Connection(asyncio.Protocol):
    """One connection: a request at a time."""

    def __init__(self, requests: Any, shortest: int, latencies: list[float]) -> None:
        self.requests, self.shortest, self.latencies = requests, shortest, latencies
        self.parser, self.length, self.failed, self.bad, self.begun = (
            httptools.HttpResponseParser(self),
            0,
            False,
            0,
            0.0,
        )
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._send()

    def connection_lost(self, _: Exception | None) -> None:
        self.bad += 1  # whatever it was waiting for, or would have asked

    def _send(self) -> None:
        if self.transport.is_closing():
            return
        self.length, self.failed, self.begun = 0, False, time.perf_counter()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.length += len(body)
        self.failed = self.failed or b'"errors"' in body

    def on_message_complete(self) -> None:
        self.latencies.append(time.perf_counter() - self.begun)
        self.bad += self.failed or self.parser.get_status_code() != 200 or self.length < self.shortest
        self.parser = httptools.HttpResponseParser(self)
        asyncio.get_running_loop().call_soon(self._send)


def main(port: str, connections: str, seconds: str, file: str, shortest: str, token: str = "") -> None:
    """Run, and print what `load` reads."""
    head = "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n"
    head += f"authorization: Bearer {token}\r\n" if token else ""
    bodies = Path(file).read_bytes().splitlines()
    requests = cycle([f"{head}content-length: {len(body)}\r\n\r\n".encode() + body for body in bodies])
    latencies: list[float] = []
    opened = [Connection(requests, int(shortest), latencies) for _ in range(int(connections))]
    started = time.perf_counter()
    uvloop.run(_run(opened, int(port), float(seconds)))
    taken, ordered = time.perf_counter() - started, sorted(latencies)
    bad = sum(connection.bad for connection in opened)
    middle, high = (ordered[int(len(ordered) * share)] * 1000 if ordered else 0.0 for share in (0.5, 0.99))
    print(f"RESULT {len(ordered)} {int(taken * 1e6)} {middle:f} {high:f} {bad}")  # noqa: T201 - read by `load`


async def _run(opened: list[Connection], port: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    for connection in opened:
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.sleep(seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])

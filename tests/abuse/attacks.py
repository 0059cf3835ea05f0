"""攻击 What one caller sends, by name. `python -m tests.abuse.attacks NAME PORT TOKEN SECONDS` prints statuses as JSON.

Requests are made before the attack begins, and differ where a cache would otherwise help the server.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, cycle
from typing import Any

import uvloop
from graphql import get_introspection_query
from websockets.asyncio.client import connect

from tests.abuse.traffic import HOST, Line, asking, request_of

Run = Callable[["Target", Counter[int]], Awaitable[None]]
MEGABYTE = 1_000_000
DEAR = "{ households(first: 199) { nodes { id headName members { name } surveys(first: 20) { nodes { year } } } } }"
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)
FOLLOW = "subscription { happened { cursor } }"


class Target:
    """The server under attack.

    port    where it listens
    token   whose account attacks
    until   when the attack ends, on the loop's clock
    """

    def __init__(self, port: int, token: str, seconds: float) -> None:
        self.port, self.token = port, token
        self.until = time.monotonic() + seconds

    @property
    def open(self) -> bool:
        """Whether the attack goes on."""
        return time.monotonic() < self.until


def sends(connections: int, requests: Callable[[str], Iterator[bytes]]) -> Run:
    """An attack of requests over so many connections, each as soon as the last is answered."""

    async def run(target: Target, statuses: Counter[int]) -> None:
        following = requests(target.token)

        async def go() -> None:
            line = Line(target.port)
            while target.open:
                status = await line.ask(next(following))
                statuses[status] += 1
                if status in (0, 429):
                    await asyncio.sleep(0.01)
            line.close()

        await asyncio.gather(*(go() for _ in range(connections)))

    return run


def ordinary(token: str) -> Iterator[bytes]:
    """What an official's page asks: the load that every attack is compared with."""
    query = "query Q($first: Int) { households(first: $first) { nodes { id headName monitoringState } } }"
    return cycle([asking(token, query, first=first) for first in (10, 20, 50)])


def statements(token: str) -> Iterator[bytes]:
    """Documents of 8 KB whose statements are all different."""
    for number in count():
        fields = " ".join(f"a{number}x{field}: headName people phone" for field in range(90))
        yield asking(token, f"{{ households(first: 1) {{ nodes {{ {fields} }} }} }}")


def texts(token: str) -> Iterator[bytes]:
    """Valid documents of 60 KB, and refused ones of a megabyte."""
    for number in count():
        size = MEGABYTE if number % 4 == 0 else 60_000
        yield asking(token, f'{{ unit(code: "{number}{"x" * size}") {{ name }} }}')


def schema(token: str) -> Iterator[bytes]:
    """The schema, as often as one request may ask for it."""
    usual = get_introspection_query()
    inner = "__schema { types { name fields { name args { name type { name } } type { name } } } }"
    for number in count():
        yield asking(token, usual.replace("IntrospectionQuery", f"I{number}"))
        yield asking(token, f"query I{number} {{ a: {inner} b: {inner} me {{ name }} }}")


def documents(token: str) -> Iterator[bytes]:
    """Documents that are dear to validate: fragments, merged fields, operations, directives, unknown names."""
    for number in count():
        chain = " ".join(f"fragment F{part} on Query {{ ...F{part + 1} }}" for part in range(60))
        yield asking(token, f"{{ ...F0 }} {chain} fragment F60 on Query {{ a{number}: me {{ name }} }}")
        yield asking(token, " ".join(f"query A{number}x{part} {{ me {{ name }} }}" for part in range(99)))
        yield asking(token, f"{{ {' '.join(f'x{number}y{part}' for part in range(900))} }}")
        yield asking(token, f"{{ {'me { posts { unit { name } } } ' * 49} a{number}: __typename }}")
        yield asking(token, f"{{ {'...{' * 90} a{number}: __typename {'}' * 90} }}")
        yield asking(token, " ".join(f"fragment G{number}x{part} on Query {{ me {{ name }} }}" for part in range(190)))


def lists(token: str) -> Iterator[bytes]:
    """Lists as long as they may be, and far longer."""
    query = "query Q($c: [Category!]) { households(first: 50, filter: {category: $c}) { totalCount nodes { id } } }"
    return cycle([asking(token, query, c=["MARGINAL", "UNSTABLE_LIFTED"] * half) for half in (100, 100, 100, 30_000)])


def variables(token: str) -> Iterator[bytes]:
    """Variables of nearly a megabyte: names that no input has, lists in lists, empty lists."""
    query = "query Q($f: HouseholdFilter) { households(filter: $f) { totalCount } }"
    unknown = {f"k{number}": number for number in range(60_000)}
    return cycle(
        [
            asking(token, query, f=unknown),
            asking(token, query, f={"category": [["MARGINAL"] * 199] * 199}),
            request_of(b'{"query": "{ me { name } }", "variables": {"x": [' + b"[]," * 330_000 + b"[]]}}", token),
            asking(token, query, f=None, other=unknown),
        ]
    )


def reads(token: str) -> Iterator[bytes]:
    """The dearest reads that are allowed."""
    return cycle([asking(token, DEAR)])


def steps(token: str) -> Iterator[bytes]:
    """Mutations of ninety steps each."""
    for number in count():
        fields = " ".join(
            f'a{step}: clueReport(input: {{id: "SG91c2Vob2xkOjk5OTk5OTk5", version: 1, key: "abuse{number}x{step}",'
            " source: CADRE_SCREENING}) { taken }"
            for step in range(90)
        )
        yield asking(token, f"mutation {{ {fields} }}")


def sign_in(_: str) -> Iterator[bytes]:
    """Wrong passwords for ever new accounts."""
    for number in count():
        yield request_of(json.dumps({"account": f"nobody{number}", "password": "wrong"}).encode(), None, "/token")


def evidence(token: str) -> Iterator[bytes]:
    """Documents of nine megabytes for an item that is not there."""
    path = "/evidence?item=UmVxdWVzdEl0ZW06OTk5OTk5&version=1&name=a.pdf&key=abuse-evidence"
    return cycle([request_of(b"%PDF-" + b"x" * 9 * MEGABYTE + b"%%EOF", token, path)])


async def hanging_up(target: Target, statuses: Counter[int]) -> None:
    """Dear reads whose client hangs up, one alone or with fifty more behind it on the connection."""

    async def go(behind: int) -> None:
        line, request = Line(target.port), asking(target.token, DEAR)
        while target.open:
            try:
                await line.send(request * (1 + behind))
                await asyncio.sleep(0.1)
            except OSError:
                statuses[0] += 1
            statuses[1] += 1
            line.close()

    await asyncio.gather(*(go(behind) for behind in (0, 50) * 10))


async def strangers(target: Target, statuses: Counter[int]) -> None:
    """Connections of nobody: silent, with half a head, with a body that never comes, with a socket never begun."""
    beginnings = (
        b"",
        b"POST /graphql HTTP/1.1\r\nx: ",
        b"POST /token HTTP/1.1\r\ncontent-length: 9999\r\n\r\n{",
        UPGRADE,
    )
    opened: list[asyncio.StreamWriter] = []
    for beginning in cycle(beginnings):
        if not target.open:
            break
        try:
            _, writer = await asyncio.open_connection(HOST, target.port)
            writer.write(beginning)
            opened.append(writer)
            statuses[1] += 1
        except OSError:
            statuses[0] += 1
        if len(opened) > 900:
            opened.pop(0).transport.abort()
        await asyncio.sleep(0.002)
    for writer in opened:
        writer.transport.abort()


async def sockets(target: Target, statuses: Counter[int]) -> None:
    """As many subscriptions as an account may have, pings without end, frames of nothing, and nothing is read."""

    async def go(number: int) -> None:
        while target.open:
            try:
                async with connect(
                    f"ws://{HOST}:{target.port}/graphql",
                    subprotocols=["graphql-transport-ws"],
                    max_queue=None,  # type: ignore[list-item]
                ) as link:
                    await link.send(json.dumps({"type": "connection_init", "payload": {"token": target.token}}))
                    for operation in range(20):
                        payload = {"query": FOLLOW if number % 2 else DEAR}
                        await link.send(json.dumps({"type": "subscribe", "id": str(operation), "payload": payload}))
                    link.transport.pause_reading()
                    frames = (b"\x89\x80abcd" * 2_000, b"\x81\x8fabcd" + mask(b'{"type":"ping"}'))[number % 2]
                    while target.open:
                        link.transport.write(frames)
                        statuses[1] += 1
                        await asyncio.sleep(0.02)
            except Exception:  # whatever ends it, it begins again
                statuses[0] += 1
                await asyncio.sleep(0.05)

    tasks = [asyncio.create_task(go(number)) for number in range(20)]
    await asyncio.wait(tasks, timeout=max(0.0, target.until - time.monotonic()))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def mask(payload: bytes) -> bytes:
    """A payload under the mask `abcd`."""
    return bytes(byte ^ b"abcd"[index % 4] for index, byte in enumerate(payload))


ORDINARY = "ordinary"
ATTACKS: dict[str, Run] = {
    ORDINARY: sends(16, ordinary),
    "statements": sends(16, statements),
    "texts": sends(16, texts),
    "schema": sends(16, schema),
    "documents": sends(16, documents),
    "lists": sends(16, lists),
    "variables": sends(16, variables),
    "reads": sends(64, reads),
    "steps": sends(16, steps),
    "sign-in": sends(16, sign_in),
    "evidence": sends(8, evidence),
    "hanging up": hanging_up,
    "strangers": strangers,
    "sockets": sockets,
}


async def main(name: str, port: str, token: str, seconds: str) -> None:
    """Attack, and print how often each status came; 0 is a connection that ended."""
    statuses: Counter[int] = Counter()
    await ATTACKS[name](Target(int(port), token, float(seconds)), statuses)
    print(json.dumps(dict(statuses)))  # noqa: T201 - read by the command


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    uvloop.run(main(*arguments))

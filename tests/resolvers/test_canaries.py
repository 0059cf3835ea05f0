"""No answer, header, log line, span or file repeats what was typed, at any door, in whole or in broken requests. Q38

What was stored and is read by whoever may read it is an answer, so selections here leave rows out.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import get_named_type, is_leaf_type
from starlette.routing import Mount, Route

from api.resolvers.schema import core
from tests.support.planner.reference import global_id
from tests.support.resolvers.canaries import (
    BY_SCALAR,
    CANARY,
    Watcher,
    at,
    fitting,
    header_lines,
    placed,
    positions,
    sings,
    unstored,
    watching,
)
from tests.support.resolvers.canary_bodies import BODIES, FRAMES, HANDSHAKE, HANDSHAKES, RAW, SUBSCRIPTIONS
from tests.support.resolvers.service import Service, serving
from tests.support.resolvers.sockets import Client, connected

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OFFICIALS = ("village", "county", "province", "national", "editor")
BROKEN_EACH = 4
"""Of the places of an input, each fourth is broken over HTTP too: the document's own test breaks all of them."""
TOGETHER = 8
"""Requests under way at once."""


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with serving(database, tmp_path_factory.mktemp("home"), SHOUWANG_RATE="0") as service:
        yield service


@pytest_asyncio.fixture(scope="module")
async def watched(service: Service, server: Any) -> AsyncIterator[Watcher]:
    home = service.application._settings.home
    with watching(home, server.home) as watcher:
        yield watcher


def echo(response: httpx.Response) -> str | None:
    """Where a response repeats a canary; None where it does not."""
    if sings(response.content):
        return f"body: {response.text[:600]}"
    if sings(response.reason_phrase):
        return f"status text: {response.reason_phrase}"
    return next(
        (f"header {name}: {value}" for name, value in response.headers.items() if sings(f"{name}: {value}")), None
    )


async def all_silent(service: Service, requests: Iterator[dict[str, Any]]) -> int:
    """Send requests, several at once; how many there were. AssertionError when an answer repeats a canary."""
    turn, sent, echoes = asyncio.Semaphore(TOGETHER), 0, []

    async def send(request: dict[str, Any]) -> None:
        async with turn:
            response = await service.client.send(service.client.build_request(**request))
            if (message := echo(response)) is not None:
                echoes.append((request, message))

    async with asyncio.TaskGroup() as group:
        for request in requests:
            sent += 1
            group.create_task(send(request))
    assert not echoes, (len(echoes), echoes[0])
    return sent


def routes(service: Service) -> list[tuple[str, str]]:
    """(declared path, path with canaries for its parts) of every route of the product, and some that are none."""
    addresses = [("/nothing", f"/{CANARY}"), ("/nothing", f"/graphql/{CANARY}"), ("/nothing", f"/token/{CANARY}/")]
    for route in service.application._rest.routes:
        assert isinstance(route, Route | Mount)
        path = f"{route.path}/{CANARY}" if isinstance(route, Mount) else route.path
        for part in getattr(route, "param_convertors", {}):
            path = path.replace(f"{{{part}}}", CANARY)
        addresses += [(route.path, path), (route.path, f"{path}/")]
    return addresses


def door_requests(service: Service) -> Iterator[dict[str, Any]]:
    token = {"authorization": f"Bearer {service.token('county')}"}
    query = f"{CANARY}={CANARY}&kind={CANARY}&item={CANARY}&version={CANARY}&name={CANARY}&key={CANARY}&query={CANARY}"
    for declared, path in routes(service):
        for method in METHODS:
            yield {"method": method, "url": f"{path}?{query}", "headers": token}
            yield {"method": method, "url": f"{path}?{query}", "content": CANARY.encode()}
        if path.endswith("/"):
            continue
        method = "POST" if declared in BODIES else "GET"
        content = json.dumps({"query": f"{{ {CANARY} }}", "account": CANARY}).encode() if method == "POST" else b""
        for name, value in header_lines():
            headers = {**token, "content-type": "application/json", name: value}
            yield {"method": method, "url": path, "headers": headers, "content": content}
        for body in (*map(json.dumps, BODIES.get(declared, ())), *RAW):
            for more in ({}, token):
                yield {"method": "POST", "url": path, "headers": {"content-type": "application/json", **more},
                       "content": body if isinstance(body, bytes) else body.encode()}  # fmt: skip


def test_every_door_that_reads_a_body_has_bodies_here(service: Service) -> None:
    posted = {
        route.path
        for route in service.application._rest.routes
        if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    assert posted | {"/graphql"} == set(BODIES)


def test_an_echo_would_be_heard(watched: Watcher) -> None:
    for message in (CANARY, CANARY.upper(), "1974-08-17"):
        assert echo(httpx.Response(400, text=f"no {message}"))
        assert echo(httpx.Response(400, headers={"location": f"/{message}".encode()}))
    assert echo(httpx.Response(400, text='{"errors": ["Canary\\u0051z7Kx9"]}'))
    assert echo(httpx.Response(400, text="nothing was repeated")) is None
    logging.getLogger("shouwang").debug("typed: %s", "Canary" + "Qz7Kx9")
    assert len(watched.heard()) == 1
    watched.keeper.lines.clear()


async def test_no_door_repeats_what_was_typed(service: Service, watched: Watcher, capfd: Any) -> None:
    assert await all_silent(service, door_requests(service)) > 1000
    assert watched.heard() == []
    assert not sings("".join(capfd.readouterr()))


def evidence_requests(service: Service) -> Iterator[dict[str, Any]]:
    item = global_id("RequestItem", service.world.tables["request_item"][0]["id"])
    headers = {"authorization": f"Bearer {service.token('county')}", "idempotency-key": CANARY}
    for name in (f"{CANARY}.pdf", f"{CANARY}/a.pdf", f"{CANARY}%00.pdf", CANARY * 20, f"{CANARY}.exe"):
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{name.replace('/', '%2F')}"}
        for address in (f"item={item}&version=1", f"item={item}&version=741852", f"item={CANARY}&version=1"):
            for content in RAW:
                yield {"method": "POST", "url": f"/evidence?{address}", "headers": {**headers, **disposition},
                       "content": content}  # fmt: skip


async def test_no_upload_repeats_what_was_typed(service: Service, watched: Watcher) -> None:
    assert await all_silent(service, evidence_requests(service)) > 50
    assert watched.heard() == []


def identifiers(service: Service) -> dict[str, str]:
    """An identifier of a row of each type that has rows."""
    from api.schema.catalogue import catalogue

    return {
        name: global_id(name, rows[0]["id"])
        for name, type_ in catalogue().items()
        if (rows := service.world.tables.get(type_.table))
    }


def operations() -> Iterator[tuple[str, str, Any, str]]:
    """(operation, root field, its declaration, the document that takes all arguments as variables)."""
    for word, type_ in (("query", core().query_type), ("mutation", core().mutation_type)):
        assert type_ is not None
        for name, field in type_.fields.items():
            if not field.args:
                continue
            definitions = ", ".join(f"${argument}: {declared.type}" for argument, declared in field.args.items())
            passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
            selection = "" if is_leaf_type(get_named_type(field.type)) else unstored(field.type, core())
            yield word, name, field, f"{word} ({definitions}) {{ {name}({passed}) {selection} }}"


def planted(service: Service) -> Iterator[dict[str, Any]]:
    """Every root field with canaries everywhere at once, and at each place of its input alone, fitting and broken."""
    ids = identifiers(service)
    for number, (_, name, field, document) in enumerate(operations()):
        arguments = {
            argument: declared for argument, declared in field.args.items() if argument not in ("last", "before")
        }
        whole, texts, plain = (
            {argument: fitting(declared.type, scalars, ids) for argument, declared in arguments.items()}
            for scalars in (BY_SCALAR, BY_SCALAR.keys() - {"ID"}, ())
        )
        yield request_of(service, OFFICIALS[number % len(OFFICIALS)], document, {**whole, CANARY: CANARY})
        for official in OFFICIALS:
            yield request_of(service, official, document, texts)
        spots = [(argument, *path) for argument, declared in arguments.items() for path in positions(declared.type)]
        for spot, path in enumerate(spots):
            official = OFFICIALS[(number + spot) % len(OFFICIALS)]
            fresh = placed(plain, ("input", "key"), f"{name}{spot}") if "key" in plain.get("input", ()) else plain
            yield request_of(service, official, document, placed(fresh, path, at(whole, path)))
            if spot % BROKEN_EACH == 0:
                yield request_of(service, official, document, placed(fresh, path, {CANARY: BY_SCALAR["Int"]}))


def request_of(service: Service, official: str, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": "POST",
        "url": "/graphql",
        "headers": {
            "authorization": f"Bearer {service.token(official)}",
            "accept": "application/graphql-response+json",
        },
        "json": {"query": document, "variables": variables},
    }


async def test_no_position_of_any_input_is_repeated_over_http(service: Service, watched: Watcher, capfd: Any) -> None:
    assert await all_silent(service, planted(service)) > 1000
    assert watched.heard() == []
    assert not sings("".join(capfd.readouterr()))


async def heard(client: Client) -> list[str]:
    """Everything a connection says until it ends, and how it ended."""
    message: list[str] = []
    try:
        while True:
            message.append(json.dumps(await client.hear(0.4)))
    except TimeoutError:
        return message
    except Exception as end:
        received = getattr(end, "rcvd", None)
        return [*message, f"{received.code} {received.reason}" if received else type(end).__name__]


@pytest.mark.parametrize("frames", [FRAMES[:8], FRAMES[8:16], FRAMES[16:], SUBSCRIPTIONS], ids=range(4))
async def test_no_socket_repeats_what_was_typed(service: Service, watched: Watcher, frames: tuple[Any, ...]) -> None:
    turn = asyncio.Semaphore(8)  # an account has only so many connections

    async def talk(frame: Any, begun: bool) -> None:
        async with turn, connected(service.address) as client:
            if begun:
                await client.begin(service.token("county"))
            await client.link.send(frame if isinstance(frame, str) else json.dumps(frame))
            for message in await heard(client):
                assert not sings(message), (frame, message)

    await asyncio.gather(*(talk(frame, begun) for frame in frames for begun in (True, False)))
    assert watched.heard() == []


async def test_an_id_used_twice_is_refused_without_it(service: Service, watched: Watcher) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe(CANARY)
        await client.subscribe(CANARY)
        assert await client.closed() == (4409, "Subscriber already exists")
    assert watched.heard() == []


@pytest.mark.parametrize(("name", "value"), HANDSHAKES, ids=range(len(HANDSHAKES)))
async def test_no_handshake_is_repeated(service: Service, watched: Watcher, name: str, value: str) -> None:
    lines = {**HANDSHAKE, name: value}
    head = "".join(f"{label}: {text}\r\n" for label, text in lines.items())
    assert not sings(await spoken(service, f"GET /graphql?{CANARY} HTTP/1.1\r\n{head}\r\n".encode()))
    assert watched.heard() == []


@pytest.mark.parametrize(
    "raw",
    [f"{CANARY} /graphql HTTP/1.1\r\nhost: a\r\n\r\n", f"GET {CANARY} HTTP/1.1\r\n\r\n", f"GET / {CANARY}\r\n\r\n",
     f"GET / HTTP/1.1\r\n{CANARY}\r\n\r\n", f"POST /token HTTP/1.1\r\ncontent-length: {CANARY}\r\n\r\n{CANARY}",
     f"POST /token HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{CANARY}\r\n",
     f"GET /{CANARY * 4000} HTTP/1.1\r\nhost: a\r\n\r\n", f"GET / HTTP/1.1\r\na: {CANARY * 4000}\r\n\r\n"],
    ids=range(8),
)  # fmt: skip
async def test_no_broken_head_is_repeated(service: Service, watched: Watcher, raw: str) -> None:
    assert not sings(await spoken(service, raw.encode()))
    assert watched.heard() == []


async def spoken(service: Service, raw: bytes) -> bytes:
    """What the server says to bytes that no client would send."""
    address = httpx.URL(service.address)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(raw)
    answer = b""
    try:
        async with asyncio.timeout(0.5):
            while part := await reader.read(65536):
                answer += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return answer

"""Work on the event loop, in units: what a hostile document, its variables or its frames may cost. RULES §5

A unit is a call of a Python function. `make abuse` measures what the units take: 0.1 to 0.5 µs each.
"""

import asyncio
import json
import socket as sockets
import sys
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from graphql import GraphQLInputObjectType, get_introspection_query

from api.errors import Problem
from api.planner.document.document import Documents, Refused
from api.planner.document.entries import MOST_OF_A_NODE
from api.planner.document.limits import LONGEST, check_length
from api.planner.plan.roots import PLANNED
from api.planner.values import shape
from api.resolvers import endpoint as endpoint_module
from api.resolvers.aside import Aside
from api.resolvers.http import request
from api.resolvers.http.hanging_up import to_the_end
from api.resolvers.http.protocol import LimitedProtocol
from api.resolvers.schema import core
from api.resolvers.socket.protocol import PART, LimitedWebSocket
from api.roles import Logins
from tests.support.resolvers.service import Service
from tests.support.resolvers.sockets import connected

MOST_IN_THREAD, MOST_ON_LOOP = 1_500_000, 30_000
FILTER = "query Q($f: HouseholdFilter) { households(filter: $f) { totalCount } }"


def joined(part: Callable[[int], str], number: int, between: str = " ") -> str:
    return between.join(part(index) for index in range(number))


DOCUMENTS = {
    "braces": "{" * 3_999,
    "lists in lists": f"{{ unit(code: {'[' * 1_900}{']' * 1_900}) {{ name }} }}",
    "types in types": f"query Q($a: {'[' * 900}Int{']' * 900}) {{ me {{ name }} }}",
    "a long name": "{ " + "a" * 60_000 + " }",
    "a long text": '{ unit(code: "' + "\\u0041" * 10_000 + '") { name } }',
    "an endless text": '{ unit(code: """' + "\n" * 60_000,
    "a long number": "{ households(first: " + "1" * 60_000 + ") { totalCount } }",
    "variables": f"query Q({joined(lambda index: f'$a{index}: Int', 900)}) {{ me {{ name }} }}",
    "variables again": f"query Q({joined(lambda _: '$a: Int', 900)}) {{ me {{ name }} }}",
    "unknown names": f"{{ {joined(lambda index: f'x{index}', 990)} }}",
    "long unknown names": f"{{ {joined(lambda index: 'x' * 600 + str(index), 99)} }}",
    "arguments": f"{{ units({joined(lambda index: f'a{index}: 1', 1_200)}) {{ totalCount }} }}",
    "inputs": f"{{ units(filter: {{ {joined(lambda _: 'name: 1', 1_200)} }}) {{ totalCount }} }}",
    "directives": f"query Q {joined(lambda _: '@a', 1_900)} {{ me {{ name }} }}",
    "directives of fields": f"{{ me {{ {joined(lambda index: f'a{index}: name @skip(if: true)', 99)} }} }}",
    "operations": joined(lambda index: f"query A{index} {{ me {{ name }} }}", 99),
    "operations with a fragment": joined(lambda index: f"query A{index}($v: Int) {{ ...F }}", 99)
    + f" fragment F on Query {{ {joined(lambda index: f'a{index}: units(first: $v) {{ totalCount }}', 90)} }}",
    "a chain": "{ ...F0 } "
    + joined(lambda index: f"fragment F{index} on Query {{ ...F{index + 1} }}", 60)
    + " fragment F60 on Query { me { name } }",
    "all with all": "{ ...F0 } "
    + joined(lambda index: f"fragment F{index} on Query {{ {joined(lambda other: f'...F{other}', 30)} }}", 30),
    "unused fragments": "{ me { name } } " + joined(lambda index: f"fragment F{index} on Query {{ me {{ id }} }}", 199),
    "merged fields": f"{{ {joined(lambda _: 'me { posts { unit { name } } }', 49)} }}",
    "conflicts": f"{{ {joined(lambda index: f'a: units(first: {index}) {{ totalCount }}', 99)} }}",
    "nested": f"{{ {'... { ' * 99} me {{ name }} {'}' * 99} }}",
    "enums": f"{{ households(filter: {{category: [{joined(lambda index: f'X{index}', 199)}]}}) {{ totalCount }} }}",
    "schema": get_introspection_query(),
    "definitions": joined(lambda _: "type A { a: Int }", 600),
}
VARIABLES: dict[str, Any] = {
    "unknown names": {"f": {f"k{index}": 1 for index in range(60_000)}},
    "undeclared": {f"k{index}": 1 for index in range(60_000)},
    "lists in lists": {"f": {"category": [["X"] * 199] * 199}},
    "long words": {"f": {"category": ["X" * 4_000] * 200}},
    "deep": {"f": json.loads('{"category": ' * 400 + "1" + "}" * 400)},
    "long lists": {"f": {"category": ["MARGINAL"] * 60_000}},
}


def calls(work: Callable[[], Any]) -> int:
    """How many Python functions are called while the work is done; a refusal ends it."""
    number = 0

    def count(_: Any, event: str, __: Any) -> None:
        nonlocal number
        number += event == "call"

    sys.setprofile(count)
    try:
        work()
    except (Problem, Refused):
        pass
    finally:
        sys.setprofile(None)
    return number


def read(text: str) -> None:
    check_length(text)
    Documents(core(), PLANNED).find(text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_takes_bounded_work(name: str) -> None:
    assert calls(lambda: read(DOCUMENTS[name])) < MOST_IN_THREAD


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_take_bounded_work(name: str) -> None:
    operation = Documents(core(), PLANNED).find(FILTER).operation(None)

    def take() -> None:
        values = VARIABLES[name]
        if operation.entries(values) <= endpoint_module.MANY_ENTRIES:
            shape(operation.coerce(values))

    assert calls(take) < MOST_ON_LOOP


def test_bodies_hold_so_many_lists_and_objects() -> None:
    for body in (b"[" + b"[]," * 50_000 + b"[]]", b"[" + b"{}," * 50_000 + b"{}]"):
        with pytest.raises(Problem, match="lists and objects"):
            request.decoded(body)
    assert len(request.decoded(b"[" + b"[]," * 30_000 + b"[]]")) == 30_001


def test_the_schema_itself_keeps_to_the_bounds_of_a_node() -> None:
    inputs = [type_ for type_ in core().type_map.values() if isinstance(type_, GraphQLInputObjectType)]
    assert max(len(type_.fields) for type_ in inputs) <= MOST_OF_A_NODE["fields"][1]
    fields = [field for type_ in core().type_map.values() for field in getattr(type_, "fields", {}).values()]
    assert max(len(getattr(field, "args", ())) for field in fields) <= MOST_OF_A_NODE["arguments"][1]


async def test_no_new_document_is_read_on_the_loop(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    plain = Documents._read

    def reading(self: Documents, text: str) -> Any:
        threads.append(threading.get_ident())
        return plain(self, text)

    monkeypatch.setattr(Documents, "_read", reading)
    for text in ("{ me { name id } }", "{ nothing }", "{", "{ me { name } } #" + "x" * 5_000):
        await service.post({"query": text})
    assert len(threads) == 4
    assert threading.get_ident() not in threads


async def test_a_document_beyond_the_length_is_not_read(service: Service) -> None:
    body = (await service.post({"query": "{ me { name } } #" + "x" * LONGEST})).json()
    assert body["errors"][0]["extensions"]["code"] == "TOO_DEEP"


async def test_accounts_take_turns_in_the_thread() -> None:
    aside, order, first = Aside(), list[int](), threading.Event()
    begun = [asyncio.create_task(aside.run(1, first.wait))]
    begun += [asyncio.create_task(aside.run(1, order.append, 1)) for _ in range(20)]
    await asyncio.sleep(0.01)
    begun.append(asyncio.create_task(aside.run(2, order.append, 2)))
    await asyncio.sleep(0.01)
    first.set()
    await asyncio.gather(*begun)
    assert order.index(2) <= 1, "whoever sends much waits for himself"
    await asyncio.sleep(0.01)
    assert len(aside) == 0


async def test_who_hangs_up_keeps_his_turn_until_his_work_has_ended() -> None:
    aside, first, order = Aside(), threading.Event(), list[int]()
    gone = asyncio.create_task(aside.run(1, first.wait))
    await asyncio.sleep(0.01)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    following = asyncio.create_task(aside.run(1, order.append, 1))
    waiting = asyncio.create_task(aside.run(1, order.append, 9))
    await asyncio.sleep(0.01)
    waiting.cancel()
    other = asyncio.create_task(aside.run(2, order.append, 2))
    await asyncio.sleep(0.01)
    first.set()
    await asyncio.gather(following, other)
    assert order == [2, 1], "the work of one who has gone still counts as his"
    await asyncio.sleep(0.01)
    assert len(aside) == 0


async def test_an_account_has_so_many_requests_at_once(
    service: Service, database: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_module, "MOST_AT_ONCE", 2)
    owner = await database.owner.connect()
    query = {"query": "{ households(first: 4) { nodes { id } } }"}
    async with owner.transaction():
        await owner.execute("lock table household in access exclusive mode")
        running = [asyncio.create_task(service.post(query)) for _ in range(2)]
        at_once = service.application._endpoint._at_once  # type: ignore[union-attr]

        async def number() -> int:
            return sum(at_once.values())

        await until(number, 2)
        refused = await service.post(query)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_AT_ONCE"
        assert (await service.post({"query": "{ me { name } }"}, "village")).status_code == 200
    assert [answer.status_code for answer in await asyncio.gather(*running)] == [200, 200]
    assert (await service.post(query)).status_code == 200
    await owner.close()


async def test_pipelined_requests_end_with_their_client(service: Service, database: Logins) -> None:
    owner, watcher = await database.owner.connect(), await database.reader.connect()
    body = json.dumps({"query": "{ households(first: 5) { nodes { id } } }"}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {service.token('county')}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    waiting = "select count(*) from pg_stat_activity where application_name = 'shouwang reader'"
    waiting += " and wait_event_type = 'Lock'"
    address = httpx.URL(service.address)
    async with owner.transaction():
        await owner.execute("lock table household in access exclusive mode")
        _, writer = await asyncio.open_connection(address.host, address.port)
        writer.write((head.encode() + body) * 30)
        await until(lambda: watcher.fetchval(waiting), 1)
        writer.transport.abort()
        await until(lambda: watcher.fetchval(waiting), 0)
        await asyncio.sleep(0.3)
        assert await watcher.fetchval(waiting) == 0, "those behind it are not begun"
    await owner.close()
    await watcher.close()


async def until(look: Callable[[], Any], value: Any) -> None:
    for _ in range(200):
        if await look() == value:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(value)


async def test_work_to_the_end_goes_on_without_its_waiter() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.01)
        ended.set()

    waiter = asyncio.create_task(to_the_end(work()))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.wait_for(ended.wait(), 5)


async def test_frames_are_parsed_in_parts(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    (base,) = LimitedWebSocket.__bases__
    plain = base.data_received  # type: ignore[attr-defined]

    def data_received(self: Any, data: bytes) -> None:
        sizes.append(len(data))
        plain(self, data)

    monkeypatch.setattr(base, "data_received", data_received)
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        text = "{ me { name } } #" + "x" * 50_000
        await client.say(type="subscribe", id="1", payload={"query": text})
        assert (await client.hear())["type"] == "next", "a long message still arrives whole"
        await client.hear()
        client.link.transport.write(b"\x8a\x80abcd" * 20_000)  # pongs of nothing
        await client.quiet()
    assert max(sizes) <= PART
    assert sum(sizes) > 120_000


async def test_fragments_without_end_end_the_connection(service: Service) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        client.link.transport.write(b"\x01\x80abcd" + b"\x00\x80abcd" * 2_000)
        await asyncio.wait_for(client.link.wait_closed(), 10)


async def test_a_socket_is_a_stranger_until_somebody_signs_in(service: Service) -> None:
    strangers = LimitedProtocol.watches[asyncio.get_running_loop()].strangers

    async def number() -> int:
        return sum(not stranger.transport.is_closing() for stranger in strangers)

    before = await number()
    async with connected(service.address) as silent:
        await until(number, before + 1)
        async with connected(service.address) as client:
            await client.begin(service.token("county"))
            assert await number() == before + 1
        newest = next(reversed(strangers))
        newest.give_way()
        await asyncio.wait_for(silent.link.wait_closed(), 10)
    await until(number, before)
    assert hasattr(sockets, "TCP_INFO")

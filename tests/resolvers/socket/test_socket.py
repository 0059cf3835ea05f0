"""长连接 The protocol graphql-transport-ws: who may begin, which code a refusal has, what each message does."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.resolvers.http.request import MOST_BYTES
from api.resolvers.socket import socket
from tests.support.resolvers.sockets import SUBPROTOCOL, Client, connected

ME = "query { me { name } }"


async def test_a_query_is_answered_as_over_http(service: Any) -> None:
    body = (await service.post({"query": ME})).json()
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe("1", ME)
        assert await client.hear() == {"id": "1", "type": "next", "payload": body}
        assert await client.hear() == {"id": "1", "type": "complete"}


async def test_the_token_may_be_in_the_header_or_in_the_payload(service: Any) -> None:
    bearer = {"Authorization": f"Bearer {service.token('county')}"}
    for headers, payload in (
        (bearer, None),
        (bearer, {}),
        ({}, {"AUTHORIZATION": bearer["Authorization"]}),
        ({}, {"token": service.token("county")}),
    ):
        async with connected(service.address, additional_headers=headers) as client:
            await client.say(type="connection_init", **({} if payload is None else {"payload": payload}))
            assert (await client.hear())["type"] == "connection_ack"


@pytest.mark.parametrize(
    "payload", [{}, {"token": "x.y.z"}, {"authorization": "Basic eDp5"}, {"token": 1}, "text", [1]]
)
async def test_nobody_begins_without_a_good_token(service: Any, payload: Any) -> None:
    async with connected(service.address) as client:
        await client.say(type="connection_init", payload=payload)
        code, reason = await client.closed()
        assert code == 4401
        assert reason in ("TOKEN_MISSING", "TOKEN_MALFORMED")


async def test_who_does_not_begin_in_time_is_shut_out(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "BEGINNING", 0.1)
    async with connected(service.address) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("subprotocols", [(), ("graphql-ws",)])
async def test_no_other_subprotocol_is_spoken(service: Any, subprotocols: Any) -> None:
    async with connected(service.address, subprotocols) as client:
        assert client.link.subprotocol is None
        assert await client.closed() == (4406, "Subprotocol not acceptable")


async def test_a_page_of_another_origin_is_refused_before_it_begins(service: Any) -> None:
    for origin in ("http://evil.example", "null", service.address + ".evil.example", "https://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as caught:
            async with connected(service.address, origin=origin):
                raise AssertionError("it was let in")
        assert caught.value.response.status_code == 403
    for scheme in ("http", "https"):  # a proxy may have taken the TLS off
        async with connected(service.address, origin=service.address.replace("http", scheme, 1)) as client:
            await client.begin(service.token("county"))


BAD = [
    "{",
    "[]",
    "1",
    '{"id": "1"}',
    '{"type": "start", "id": "1"}',
    '{"type": "next", "id": "1"}',
    '{"type": "subscribe", "payload": {"query": "{ me { name } }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ me { name } }"}}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ me { name } }"}}',
    '{"type": "subscribe", "id": "' + "x" * 200 + '", "payload": {"query": "{ me { name } }"}}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { name } }", "variables": []}}',
    '{"type": "complete"}',
    b"\x00",
    '{"type": "ping", "payload": "' + "x" * MOST_BYTES + '"}',
]


@pytest.mark.parametrize("message", BAD, ids=range(len(BAD)))
async def test_what_is_no_message_ends_the_connection(service: Any, message: Any) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.link.send(message)
        assert (await client.closed())[0] == 4400


async def test_the_order_of_messages_is_kept_to(service: Any) -> None:
    async with connected(service.address) as client:
        await client.subscribe("1", ME)
        assert await client.closed() == (4401, "Unauthorized")
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.say(type="connection_init")
        assert await client.closed() == (4429, "Too many initialisation requests")
    async with connected(service.address) as client:
        await client.say(type="ping")
        assert (await client.closed())[0] == 4400


async def test_an_id_names_one_operation_at_a_time(service: Any) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        for _ in range(2):  # over, it may be used again
            await client.subscribe("1", ME)
            assert [(await client.hear())["type"] for _ in range(2)] == ["next", "complete"]
        await client.subscribe("1")
        await client.say(type="complete", id="1")
        await client.subscribe("1")
        await client.subscribe("1")
        assert await client.closed() == (4409, "Subscriber already exists")


async def test_ping_is_answered_with_its_payload(service: Any) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.say(type="ping", payload={"n": 1})
        assert await client.hear() == {"type": "pong"}, "the payload is not repeated"
        await client.say(type="pong")
        await client.say(type="complete", id="never begun")
        await client.quiet()


async def test_operations_of_a_connection_are_counted(service: Any) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        for number in range(socket.MOST_OPERATIONS + 1):
            await client.subscribe(str(number))
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", str(socket.MOST_OPERATIONS))
        assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await client.say(type="complete", id="0")
        await client.subscribe("again", ME)
        assert [(await client.hear())["type"] for _ in range(2)] == ["next", "complete"]


async def test_connections_of_an_account_are_counted(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "MOST_OF_AN_ACCOUNT", 2)
    async with connected(service.address) as first, connected(service.address) as second:
        await first.begin(service.token("county"))
        await second.begin(service.token("county"))
        async with connected(service.address) as three, connected(service.address) as other:
            await three.say(type="connection_init", payload={"token": service.token("county")})
            assert await three.closed() == (1013, "Too many connections")
            await other.begin(service.token("village"))
    await nobody_is_left()


DEAR = "{ households(first: 200) { nodes { " + "members { household { " * 5 + "headName" + " } }" * 5 + " } } }"
DEEP = "{ me { posts " + "{ unit { parent " * 20 + "{ name }" + " } }" * 20 + " } }"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_SYNTAX"),
        ("subscription { nothing }", "GRAPHQL_INVALID"),
        ("subscription { happened { cursor } again: happened { cursor } }", "GRAPHQL_INVALID"),
        ("subscription { happened(after: 1) { cursor } }", "GRAPHQL_INVALID"),
        ('subscription { happened(after: "x") { cursor } }', "BAD_CURSOR"),
        ('subscription { happened(objectType: "Nothing") { cursor } }', "UNKNOWN_TYPE"),
        ('subscription { happened(region: "1234567") { cursor } }', "INVALID_UNIT_CODE"),
        ('subscription { executionProgress(request: "SG91c2Vob2xkOjc") { done } }', "BAD_ID"),
        ("subscription H($after: String!) { happened(after: $after) { cursor } }", "BAD_VARIABLES"),
        (DEEP, "TOO_DEEP"),
        ("{ nothing }", "GRAPHQL_INVALID"),
        ("query A { me { name } } query B { me { name } }", "UNKNOWN_OPERATION"),
        ],
)  # fmt: skip
async def test_documents_pass_the_same_gates_as_over_http(service: Any, query: str, code: str) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe("1", query)
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "1"), message
        assert message["payload"][0]["extensions"]["code"] == code
        await client.quiet()
    if query.startswith(("{", "query")):
        assert (await service.post({"query": query})).json()["errors"] == message["payload"]


async def test_a_subscription_is_not_posted(service: Any) -> None:
    answer = await service.post({"query": "subscription { happened { cursor } }"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "SUBSCRIBE_BY_SOCKET"
    assert "data" not in answer.json()


async def test_an_unexpected_error_is_masked(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Any) -> Any:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("api.resolvers.endpoint.read_operation", broken)
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe("1", ME)
        message = await client.hear()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(message)


async def test_a_disabled_account_is_shut_out_at_once(service: Any, database: Any) -> None:
    owner = await database.owner.connect()
    account = "update account set state = $1 where name like 'neighbour%'"
    accounts = service.application._endpoint.worker.accounts
    try:
        async with connected(service.address) as client:
            await client.begin(service.token("neighbour"))
            await client.subscribe("1")
            await owner.execute(account, "DISABLED")
            accounts.invalidate()
            assert await client.closed() == (4403, "ACCOUNT_DISABLED")
        async with connected(service.address) as client:
            await client.say(type="connection_init", payload={"token": service.token("neighbour")})
            assert await client.closed() == (4403, "ACCOUNT_DISABLED")
    finally:
        await owner.execute(account, "ACTIVE")
        await owner.close()
        accounts.invalidate()


LARGE = "{ __schema { types { name description fields { name description type { name } } } } }"


async def test_a_client_that_does_not_take_what_it_is_sent_is_let_go(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "TAKING", 0.3)
    async with connected(service.address, max_queue=1, compression=None) as client:
        await client.begin(service.token("county"))
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(flood(client), 60)
    await nobody_is_left()


async def flood(client: Client) -> None:
    """Ask for much and take none of the answers."""
    for number in range(400):
        await client.subscribe(str(number), LARGE)
        await asyncio.sleep(0.02)


async def nobody_is_left() -> None:
    for _ in range(1000):
        if not socket.Connection.open:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a connection was not let go")


async def test_two_clients_hear_their_own(service: Any) -> None:
    async with connected(service.address) as first, connected(service.address) as second:
        for client, official in ((first, "county"), (second, "village")):
            await client.begin(service.token(official))
            await client.subscribe("1", ME)
        names = [(await client.next("1"))["me"]["name"] for client in (first, second)]
    assert names == ["county@500110", "village@500110001201"]


def test_the_names_used_here_are_the_products() -> None:
    assert socket.SUBPROTOCOL == SUBPROTOCOL
    assert Client

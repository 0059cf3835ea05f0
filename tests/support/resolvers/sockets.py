"""A graphql-transport-ws client as bare as the protocol, so that a test can also break it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

SUBPROTOCOL: Any = "graphql-transport-ws"
HAPPENED = """subscription H($actions: [String!], $objectType: String, $region: String, $after: String) {
  happened(actions: $actions, objectType: $objectType, region: $region, after: $after) {
    cursor action objectType at role object { __typename id ... on Household { headName phone } } } }"""


class Client:
    """One connection; what comes in is kept in order."""

    def __init__(self, link: ClientConnection) -> None:
        self.link = link

    async def say(self, **message: Any) -> None:
        await self.link.send(json.dumps(message))

    async def hear(self, seconds: float = 20) -> Any:
        return json.loads(await asyncio.wait_for(self.link.recv(), seconds))

    async def begin(self, token: str | None) -> Any:
        await self.say(type="connection_init", payload={"authorization": f"Bearer {token}"} if token else {})
        message = await self.hear()
        assert message["type"] == "connection_ack", message
        return message

    async def subscribe(self, name: str, query: str = HAPPENED, **variables: Any) -> None:
        await self.say(type="subscribe", id=name, payload={"query": query, "variables": variables})

    async def next(self, name: str) -> Any:
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", name), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def happened(self, name: str) -> Any:
        return (await self.next(name))["happened"]

    async def quiet(self) -> None:
        """Nothing more has come: a ping is answered first."""
        await self.say(type="ping")
        assert await self.hear() == {"type": "pong"}

    async def closed(self, seconds: float = 20) -> tuple[int, str]:
        """The code and reason it was closed with, whatever still came before."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.link.recv()
        except ConnectionClosed as end:
            assert end.rcvd
            return end.rcvd.code, end.rcvd.reason


@asynccontextmanager
async def connected(address: str, subprotocols: Any = (SUBPROTOCOL,), **more: Any) -> AsyncIterator[Client]:
    """A connection to the product at an http address."""
    url = address.replace("http", "ws", 1) + "/graphql"
    async with connect(url, subprotocols=list(subprotocols) or None, proxy=None, **more) as link:
        yield Client(link)

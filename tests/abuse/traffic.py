"""流量 Requests over one connection that is kept, with little work here: the server is what should be busy."""

import asyncio
import json
from typing import Any

HOST = "127.0.0.1"


def request_of(body: bytes, token: str | None, path: str = "/graphql") -> bytes:
    """A request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
    head += f"authorization: Bearer {token}\r\n" if token else ""
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def asking(token: str | None, query: str, **variables: Any) -> bytes:
    """A request for an operation."""
    return request_of(json.dumps({"query": query, "variables": variables}).encode(), token)


class Line:
    """A connection that asks one request after the other, opened again when the server ends it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """The status of the answer; 0 when the connection ended without one."""
        try:
            if self._writer is None or self._writer.is_closing():
                self._reader, self._writer = await asyncio.open_connection(HOST, self._port, limit=2**24)
            self._writer.write(request)
            assert self._reader is not None
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
            await self._reader.readexactly(length)
            if b"connection: close" in lines:
                self.close()
            return int(head.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self.close()
            return 0

    async def send(self, request: bytes) -> None:
        """Send without waiting for the answer."""
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)
        self._writer.write(request)
        await self._writer.drain()

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

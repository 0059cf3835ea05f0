"""代理 A TCP proxy on 127.0.0.1 before a PostgreSQL server, which can swallow, refuse, reset, be slow, and heal."""

import asyncio
import socket
import struct
from contextlib import suppress

from api.database import Dsn


class Proxy:
    """Passes bytes on, `latency` seconds late.

    While `swallowing` it takes and drops them, as a half-open link does; while `refusing` it closes what is opened.
    """

    def __init__(self, server: Dsn) -> None:
        self._path = f"{server.host}/.s.PGSQL.{server.port}"
        self.swallowing = self.refusing = False
        self.latency = 0.0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End every connection."""
        for task in list(self._tasks):
            task.cancel()

    def reset(self) -> None:
        """End every connection with a reset, as a host that forgot it does."""
        for client in list(self._clients):
            connected = client.get_extra_info("socket")
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.cut()

    async def stop(self) -> None:
        """Listen no longer."""
        if self._listener is not None:
            self._listener.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self.refusing:
            writer.close()
            return
        try:
            upstream, downstream = await asyncio.open_unix_connection(self._path)
        except OSError:  # no server there
            writer.close()
            return
        self._clients.add(writer)
        try:
            ways = [
                asyncio.create_task(self._pass_on(reader, downstream)),
                asyncio.create_task(self._pass_on(upstream, writer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._clients.discard(writer)
            writer.close()
            downstream.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.latency:
                    await asyncio.sleep(self.latency)
                if not self.swallowing:
                    writer.write(data)
                    await writer.drain()

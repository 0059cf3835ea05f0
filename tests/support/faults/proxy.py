"""代理 A TCP proxy on 127.0.0.1 before a PostgreSQL server, which can swallow, refuse and heal."""

import asyncio
from contextlib import suppress

from api.database import Dsn


class Proxy:
    """Passes bytes on, or takes and drops them while `swallowing`, as a half-open link does; `refusing` closes."""

    def __init__(self, server: Dsn) -> None:
        self._path = f"{server.host}/.s.PGSQL.{server.port}"
        self.swallowing = self.refusing = False
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End every connection."""
        if self._listener is not None:
            self._listener.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self.refusing:
            writer.close()
            return
        upstream, downstream = await asyncio.open_unix_connection(self._path)
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
            writer.close()
            downstream.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not self.swallowing:
                    writer.write(data)
                    await writer.drain()

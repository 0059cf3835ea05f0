"""套接字协议 WebSocket connections with limits below the application: parts of a read, fragments, what is not taken.

uvicorn parses whatever one read brings at once: a quarter of a megabyte of empty frames held the loop for a second. It
answers pings whether or not the client reads, and keeps fragments of a message that never ends.
"""

from collections import deque
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

PART = 4 * 1024
"""Bytes parsed before others have their turn: at most 700 frames, a few milliseconds."""
MOST_FRAGMENTS = 1_000
"""Fragments of one message."""
MOST_UNREAD = 4 * 1024 * 1024
"""Bytes sent that the client has not taken; an answer and its pongs are less."""


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket connection, held to the limits."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._unparsed: deque[bytes] = deque()
        self._scheduled = False

    def data_received(self, data: bytes) -> None:
        """Bytes came: parse a part, and the rest in later rounds of the loop."""
        self._unparsed.append(data)
        if not self._scheduled and not self.read_paused:
            self._parse()

    async def receive(self) -> Any:
        """The next message; when there is none left, read on."""
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._go_on()
        return message

    def _parse(self) -> None:
        self._scheduled = False
        if not self._unparsed or self.disconnected:
            self._unparsed.clear()
            return
        data = self._unparsed.popleft()
        if len(data) > PART:
            self._unparsed.appendleft(data[PART:])
        super().data_received(data[:PART])
        if len(self.frames) > MOST_FRAGMENTS or self.transport.get_write_buffer_size() > MOST_UNREAD:
            self._unparsed.clear()
            self.transport.abort()
        elif not self.read_paused:
            self._go_on()

    def _go_on(self) -> None:
        """Parse what is left in the loop's next round, or read more."""
        if not self._unparsed:
            self.transport.resume_reading()
        elif not self._scheduled:
            self._scheduled = True
            self.transport.pause_reading()
            self.loop.call_soon(self._parse)

"""连接设置 Settings of every connection, whoever opens it: its link dies with either end, and its statements end.

STATEMENT and LONG are seconds in which a statement ends: STATEMENT unless whoever connects says otherwise, LONG for
commands and migrations, which load a province or build an index. The reader's statements end with their requests.
"""

import asyncio
import socket
from contextlib import suppress

from api.database.connection import OwnConnection

STATEMENT, LONG = 15.0, 3600.0
LINK_SETTINGS = {
    "client_connection_check_interval": "1s",
    "search_path": "public",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
}
"""The server notices a client that left, so a statement whose cancellation was lost ends as well. The others stand
before what a login may have set as its own defaults (ALTER ROLE)."""
_USER_TIMEOUT = 3000  # milliseconds that sent data may stay without acknowledgement
_SOCKET_OPTIONS = (("TCP_USER_TIMEOUT", _USER_TIMEOUT), ("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 2))


def set_socket_options(connection: OwnConnection) -> None:
    """Have the system itself end a TCP connection whose packets are lost; the driver sets none of these."""
    transport: asyncio.Transport = connection._transport  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family == socket.AF_UNIX:
        return
    with suppress(OSError):  # a system that lacks one lacks the second line of defence alone
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _SOCKET_OPTIONS:
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

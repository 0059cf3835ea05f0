"""帧 The messages of graphql-transport-ws as they come in: each checked, or the connection ends with 4400."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import Problem
from api.resolvers.http.request import MOST_BYTES, decoded

LONGEST_ID = 128
MESSAGE_TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})
WITH_ID = frozenset({"subscribe", "complete"})


class BadFrame(Exception):  # noqa: N818 - the client's
    """A message that is none of the protocol's; its text is the reason given."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A message: its type, its operation's id where it has one, its payload."""

    type: str
    id: str
    payload: Any


def frame_of(message: Mapping[str, Any]) -> Frame:
    """The frame in an ASGI message; BadFrame."""
    text = message.get("text")
    if not isinstance(text, str):
        raise BadFrame("Expected text")
    if len(text) > MOST_BYTES or len(body := text.encode(errors="replace")) > MOST_BYTES:
        raise BadFrame("Message too large")
    try:
        frame = decoded(body)
    except Problem:
        raise BadFrame("Expected JSON") from None
    if not isinstance(frame, dict) or frame.get("type") not in MESSAGE_TYPES:
        raise BadFrame("Unknown message type")
    return Frame(frame["type"], _id(frame), frame.get("payload"))


def _id(message: Mapping[str, Any]) -> str:
    if message["type"] not in WITH_ID:
        return ""
    name = message.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID:
        raise BadFrame("Expected an id")
    return name


def credentials(payload: Any) -> str | None:
    """The Authorization header that connection_init carries: `authorization`, or a `token` alone."""
    if not isinstance(payload, dict):
        return None
    for name, value in payload.items():
        if isinstance(value, str) and name.lower() == "authorization":
            return value
    token = payload.get("token")
    return f"Bearer {token}" if isinstance(token, str) else None

"""Bodies, frames and handshakes with canaries, whole and broken, for every door that reads one. Q38"""

from typing import Any

from tests.support.planner.canaries import BROKEN
from tests.support.resolvers.canaries import CANARY
from tests.support.resolvers.sockets import SUBPROTOCOL

TOKEN = [{"account": CANARY, "password": CANARY, "post": 1}, {"account": CANARY, "password": CANARY, "post": CANARY},
         {"account": CANARY}, {CANARY: CANARY}, {"account": {CANARY: CANARY}, "password": [CANARY]}]  # fmt: skip
BODIES: dict[str, list[Any]] = {
    "/graphql": [
        {"query": CANARY},
        {"query": "{ me { name } }", "operationName": CANARY, "variables": {CANARY: CANARY}},
        {"query": "query A { me { name } } query B { me { name } }", "operationName": CANARY},
        {"query": {CANARY: CANARY}},
        {"query": "{ me { name } }", "variables": CANARY},
        {"query": "{ me { name } }", "variables": [CANARY]},
        {"query": "{ me { name } }", "operationName": {CANARY: 1}},
        {"query": "{ me { name } }", "extensions": CANARY},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": CANARY}}},
        {"extensions": {"persistedQuery": {"version": CANARY, "sha256Hash": {CANARY: 1}}}},
        {"documentId": CANARY},
        {"documentId": f"sha256:{CANARY}", "query": CANARY},
        {"documentId": {CANARY: CANARY}},
        {"id": CANARY, CANARY: CANARY},
        [{"query": CANARY}],
        *({"query": text, "variables": {CANARY: CANARY}} for text in BROKEN),
    ],
    "/token": TOKEN,
    "/password": [*TOKEN, {"account": CANARY, "password": CANARY * 3, "codes": [CANARY, CANARY]},
                  {"account": CANARY, "password": CANARY * 3, "current": CANARY},
                  {"account": CANARY, "password": CANARY, "codes": {CANARY: CANARY}},
                  {"account": CANARY, "password": 741852, "current": [CANARY]}],
    "/evidence": [],
}  # fmt: skip
"""Bodies that each door reads a part of; every door also gets the ones that no door reads."""
RAW = (
    CANARY.encode(),
    f'{{"query": "{CANARY}'.encode(),
    f'"{CANARY}"'.encode(),
    f"[{CANARY}]".encode(),
    f'--{CANARY}\r\ncontent-disposition: form-data; name="{CANARY}"\r\n\r\n{CANARY}\r\n--{CANARY}--'.encode(),
    b"\xff\xfe" + CANARY.encode("utf-16-le"),
    f"%PDF-1.7 {CANARY} %%EOF".encode(),
)
FRAMES: tuple[Any, ...] = (
    CANARY,
    [CANARY],
    {"type": CANARY},
    {CANARY: CANARY},
    {"type": "subscribe", "payload": {"query": CANARY}},
    {"type": "subscribe", "id": {CANARY: 1}, "payload": {"query": CANARY}},
    {"type": "subscribe", "id": CANARY * 20, "payload": {"query": CANARY}},
    {"type": "subscribe", "id": "1", "payload": CANARY},
    {"type": "subscribe", "id": "1", "payload": {"query": {CANARY: 1}}},
    {"type": "subscribe", "id": "1", "payload": {"query": "{ me { name } }", "variables": CANARY}},
    {"type": "subscribe", "id": "1", "payload": {"documentId": CANARY}},
    {"type": "ping", "payload": {CANARY: CANARY}},
    {"type": "pong", "payload": CANARY},
    {"type": "complete", "id": CANARY},
    {"type": "connection_init", "payload": {"authorization": CANARY}},
    *({"type": "subscribe", "id": "1", "payload": {"query": text, "variables": {CANARY: CANARY}}} for text in BROKEN),
)  # fmt: skip
SUBSCRIPTION = "subscription ($a: [String!], $o: String, $r: String, $c: String)"
SUBSCRIPTIONS = tuple(
    {"type": "subscribe", "id": "1", "payload": {"query": f"{SUBSCRIPTION} {{ happened(actions: $a, objectType: $o,"
     " region: $r, after: $c) { cursor } }", "variables": {name: [CANARY] if name == "a" else CANARY}}}
    for name in "aorc"
)  # fmt: skip
HANDSHAKES = [
    ("sec-websocket-key", CANARY),
    ("sec-websocket-version", CANARY),
    ("sec-websocket-version", "741852"),
    ("sec-websocket-protocol", f"{CANARY} {CANARY}"),
    ("sec-websocket-protocol", CANARY),
    ("sec-websocket-protocol", f'"{CANARY}'),
    ("sec-websocket-extensions", f"{CANARY} = {CANARY};;"),
    ("sec-websocket-extensions", f"permessage-deflate; server_max_window_bits={CANARY}"),
    ("connection", f"Upgrade, {CANARY} {CANARY}"),
    ("upgrade", f"websocket {CANARY}"),
    ("upgrade", CANARY),
    ("origin", f"https://{CANARY}"),
    ("authorization", CANARY),
    (f"x {CANARY}", CANARY),
]
HANDSHAKE = {
    "host": "127.0.0.1",
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    "sec-websocket-protocol": SUBPROTOCOL,
}
"""The headers of a handshake that is taken."""

"""极限 The limit: our own SQL by a bare ASGI handler. No GraphQL, no sign-in, no policy, no tracing: only its bytes."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from api.database.reader import SETTINGS

HEADERS = (b"content-type", b"application/json; charset=utf-8")
POOL = 4

STATEMENTS: dict[str, list[str]] = json.loads(Path(os.environ["BENCH_STATEMENTS"]).read_text())
"""Of each question the SQL, and the texts around what it yields."""
AROUND = {
    name: (b'{"data":' + before.encode(), after.encode() + b"}") for name, (_, before, after) in STATEMENTS.items()
}

_free: "asyncio.LifoQueue[dict[str, Any]]" = asyncio.LifoQueue()


async def _connect() -> None:
    dsn = json.loads(os.environ["BENCH_DSN"])
    for _ in range(POOL):
        connection = await asyncpg.connect(**dsn, server_settings=SETTINGS)
        _free.put_nowait({name: await connection.prepare(sql) for name, (sql, _, _) in STATEMENTS.items()})


async def app(scope: Any, receive: Any, send: Any) -> None:
    """One request: {"statement": name, "arguments": [...]}."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await _connect()
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    request = orjson.loads(body)
    statements = await _free.get()
    try:
        data = await statements[request["statement"]].fetchval(*request["arguments"])
    finally:
        _free.put_nowait(statements)
    before, after = AROUND[request["statement"]]
    answer = b"".join((before, data, after))
    headers = [HEADERS, (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})

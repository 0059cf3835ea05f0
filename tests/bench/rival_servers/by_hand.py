"""手写 A reported clue by hand: asyncpg and a bare ASGI handler, one transaction, nothing judged, nobody signed in."""

import datetime
import hashlib
import json
import os
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import orjson

HEADERS = (b"content-type", b"application/json; charset=utf-8")
ACTOR: dict[str, Any] = json.loads(os.environ["BENCH_ACTOR"])
_pool: Any = None
CLAIM = "insert into idempotency (account, key, digest, at) values ($1, $2, $3, $4) on conflict do nothing returning id"
HOUSEHOLD = "select id, province, city, county, township, village from household where id = $1 for update"
CLUE = """insert into clue (household, source, found_on, state, due_on, version)
values ($1, $2, $3, 'OPEN', $4, 1) returning id"""
DEADLINE = """insert into deadline (household, clue, kind, nature, effect, length, runs_from, due_on)
values ($1, $2, 'IDENTIFICATION', 'AT_LATEST', 'REASON', 15, $3, $4)"""
ACT = """insert into act (household, step, taken_on, recorded_at, role, account, person, post, arguments)
values ($1, 'clue.report', $2, $3, $4, $5, $6, $7, $8::text::jsonb) returning id"""
EVENT = """insert into event (action, object_type, object_id, account, person, post, role, policy_version, facts, at,
  digest, province, city, county, township, village)
values ('clue.report', 'clue', $1, $2, $3, $4, $5, 'bench', $6::text::jsonb, $7, $8, $9, $10, $11, $12, $13)"""
MESSAGE = """insert into message (household, topic, recipient, content, at, attempts)
values ($1, 'clue.report', 'next', $2::text::jsonb, $3, 0)"""
REPLY = "update idempotency set reply = $3::text::jsonb where account = $1 and key = $2"


async def report(connection: Any, household: int, source: str, key: str) -> dict[str, Any]:
    """The transaction."""
    now = datetime.datetime.now(datetime.UTC)
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    due = today + datetime.timedelta(days=15)
    account, who = ACTOR["account"], (ACTOR["account"], ACTOR["person"], ACTOR["post"])
    request_digest = hashlib.sha256(orjson.dumps([household, source])).digest()
    async with connection.transaction():
        await connection.fetchval(CLAIM, account, key, request_digest, now)
        home = await connection.fetchrow(HOUSEHOLD, household)
        clue = await connection.fetchval(CLUE, household, source, today, due)
        await connection.execute(DEADLINE, household, clue, today, due)
        arguments = orjson.dumps({"source": source}).decode()
        act = await connection.fetchval(ACT, household, today, now, ACTOR["role"], *who, arguments)
        facts = orjson.dumps({"act": act, "on": today.isoformat(), "overridden": ""})
        digest = hashlib.sha256(facts).digest()
        place = (home["province"], home["city"], home["county"], home["township"], home["village"])
        await connection.execute(EVENT, clue, *who, ACTOR["role"], facts.decode(), now, digest, *place)
        await connection.execute(MESSAGE, household, orjson.dumps({"act": act}).decode(), now)
        reply = {"clue": clue, "act": act, "household": household}
        await connection.execute(REPLY, account, key, orjson.dumps(reply).decode())
    return {"clue": {"id": clue, "state": "OPEN", "dueOn": due}}


async def _as_it_is(_: Any) -> None:
    """Reset nothing: nothing is set."""


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application."""
    global _pool
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            dsn = json.loads(os.environ["BENCH_DSN"])
            _pool = await asyncpg.create_pool(
                **dsn, min_size=8, max_size=8, reset=_as_it_is, server_settings={"jit": "off"}
            )
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = (await receive())["body"]
    request = orjson.loads(body)
    async with _pool.acquire() as connection:
        data = await report(connection, request["household"], request["source"], request["key"])
    answer = orjson.dumps({"data": data})
    headers = [HEADERS, (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})

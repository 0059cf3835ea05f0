"""订阅 How soon one event reaches two hundred subscribers of one worker, each with a socket and an account of its own.

Seconds run from the COMMIT of the event to the first and to the last subscriber that has read it: sealing, the feed,
two statements under each one's rights, and the socket are all in it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from api.access.signin.local_issuer import LocalIssuer
from api.audit.ledger import AuditEntry, append
from api.clock import SystemClock
from api.settings import Settings, read
from api.workflow.policy.publish import bring_baseline
from tests.bench import cpu
from tests.bench.data import HOME, cluster
from tests.bench.rivals import Rival, python

SUBSCRIBERS, PAUSE = 200, 0.3
PLACE = {"province": "50", "county": "500110", "township": "500110001", "village": "500110001201"}
UNITS = """
insert into unit (code, name, tier, province, county, township, village, western, development_zone, unverified,
  valid_from)
select code, code, tier, province, county, township, village, true, false, false, '2023-06-30' from (values
  ('0', 'NATIONAL', null, null, null, null), ('500110', 'COUNTY', '50', '500110', null, null),
  ('500110001201', 'VILLAGE', '50', '500110', '500110001', '500110001201'))
  u (code, tier, province, county, township, village)
where not exists (select from unit k where k.code = u.code)"""
OFFICIALS = """
with p as (insert into person (name) select '官员' from generate_series(1, $1) returning id),
  a as (insert into account (person, name, state) select id, 'follower' || id, 'ACTIVE' from p returning id)
insert into post (account, unit, tier, department, duty, since, province, county)
select a.id, u.id, 'COUNTY', 'RURAL_REVITALIZATION', 'HANDLER', '2024-01-01', u.province, u.county
from a, unit u where u.code = '500110' returning account"""
HOUSEHOLD = """
insert into household (kind_of_household, head_name, people, unit, jurisdiction, safety_net, relocated, registered_on,
  version, updated_at, province, county, township, village)
select 'GENERAL', '测试户', 3, u.id, 'HUKOU', false, false, '2020-01-01', 1, now(),
  u.province, u.county, u.township, u.village from unit u where u.code = '500110001201' returning id"""
FOLLOWED = """subscription { happened(actions: ["clue.report"]) {
  cursor action at object { id ... on Household { headName monitoringState } } } }"""


@dataclass
class Arrivals:
    """When each subscriber had read the event of this moment."""

    wanted: int
    moments: list[float] = field(default_factory=list)
    all: asyncio.Event = field(default_factory=asyncio.Event)

    def came(self) -> None:
        """One more has it."""
        self.moments.append(time.perf_counter())
        if len(self.moments) == self.wanted:
            self.all.set()


def main(events: int, report: Any) -> None:
    """Measure in a loop of its own."""
    HOME.mkdir(parents=True, exist_ok=True)
    asyncio.run(measure(events, report))


async def measure(events: int, report: Any) -> None:
    """So many events, one after another, to everybody."""
    settings = read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": "telling"})
    with cluster(settings) as database:
        await database.prepare()
        owner, admin = await database.logins.owner.connect(), await database.admin.connect()
        try:
            household, accounts = await _ready(owner)
            postmaster = await admin.fetchval("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int")
            environment = {"SHOUWANG_HOME": str(settings.home), "SHOUWANG_DATABASE": settings.database}
            with python("followed", "api.app:create", environment, "--factory") as server:
                await _measure(database, server, postmaster, _tokens(settings, accounts), household, events, report)
        finally:
            await owner.close()
            await admin.close()


async def _ready(owner: Any) -> tuple[int, list[int]]:
    await bring_baseline(owner, datetime.now(UTC))
    await owner.execute(UNITS)
    return await owner.fetchval(HOUSEHOLD), [row["account"] for row in await owner.fetch(OFFICIALS, SUBSCRIBERS)]


def _tokens(settings: Settings, accounts: list[int]) -> list[str]:
    issuer = LocalIssuer.of(settings.home, SystemClock())
    return [issuer.issue(account, None, 3600) for account in accounts]


async def _measure(
    product: Any, server: Rival, postmaster: int, tokens: list[str], household: int, events: int, report: Any
) -> None:
    app = await product.logins.app.connect()
    first, last = [], []
    async with _following(server.port, tokens) as arrivals:
        spent = cpu.seconds(server.pid), cpu.seconds(postmaster)
        for _ in range(events):
            arrivals.moments.clear()
            arrivals.all.clear()
            happening = AuditEntry("clue.report", "household", household, {}, PLACE)
            await append(app, happening, None, datetime.now(UTC), policy_version="bench")
            committed = time.perf_counter()
            await asyncio.wait_for(arrivals.all.wait(), 60)
            first.append(arrivals.moments[0] - committed)
            last.append(arrivals.moments[-1] - committed)
            await asyncio.sleep(PAUSE)
        own, database = cpu.seconds(server.pid) - spent[0], cpu.seconds(postmaster) - spent[1]
        most = cpu.memory(server.pid)
    await app.close()
    report(f"{events} events to {len(tokens)} subscribers of one worker")
    for who, seconds in (("first", first), ("last", last)):
        report(f"  the {who} has it: p50 {median(seconds) * 1000:.0f} ms, p99 {_p99(seconds) * 1000:.0f} ms")
    tellings = events * len(tokens)
    report(
        f"  CPU for each telling: {own / tellings * 1e6:.0f} µs and {database / tellings * 1e6:.0f} µs of PostgreSQL"
    )
    report(f"  memory of the worker: {most.rss:.0f} MB")


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[-1]


@asynccontextmanager
async def _following(port: int, tokens: list[str]) -> AsyncIterator[Arrivals]:
    arrivals = Arrivals(len(tokens))
    async with AsyncExitStack() as stack:
        links = [await stack.enter_async_context(_connected(port, token)) for token in tokens]
        readers = [asyncio.create_task(_read(link, arrivals)) for link in links]
        await asyncio.sleep(1.0)
        try:
            yield arrivals
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)


@asynccontextmanager
async def _connected(port: int, token: str) -> AsyncIterator[ClientConnection]:
    url = f"ws://127.0.0.1:{port}/graphql"
    async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None, compression=None) as link:  # type: ignore[list-item]
        await link.send(json.dumps({"type": "connection_init", "payload": {"token": token}}))
        await link.recv()
        await link.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": FOLLOWED}}))
        yield link


async def _read(link: ClientConnection, arrivals: Arrivals) -> None:
    async for text in link:
        message = json.loads(text)
        if message["type"] != "next" or message["payload"]["data"]["happened"]["object"]["headName"] != "测试户":
            raise SystemExit(f"it was not told as asked: {text!r}")
        arrivals.came()

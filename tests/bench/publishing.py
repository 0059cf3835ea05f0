"""发布 How soon four workers under load obey a publication: every answer tells the policy it was given under.

Seconds run from the commit to the last acknowledgement, and to the last answer that was asked for after the commit and
still given under the policy before. Once with notifications, once by asking alone.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.cluster import Cluster, cluster
from api.settings import Settings, read
from api.workflow.policy.publish import await_adoption, bring_baseline
from tests.bench.data import HOME
from tests.bench.rivals import UVICORN, free_port, started
from tests.support.workflow.policy_people import CLOCK, Office

WORKERS, CONNECTIONS = 4, 12
ROW = "p, county:civil_affairs, view.income, household, sector, *, 66, deny, Q1"
QUESTION = {"query": "{ units(first: 20) { nodes { code name tier } } }"}
NATION = """
insert into unit (code, name, tier, western, development_zone, unverified, valid_from)
select '0', '国家', 'NATIONAL', false, false, false, '2023-06-30'
where not exists (select from unit where code = '0')"""
OFFICIAL = """
with p as (insert into person (name) values ('官员') returning id),
  a as (insert into account (person, name, state) select id, 'asker' || id, 'ACTIVE' from p returning id)
insert into post (account, unit, tier, department, duty, since)
select a.id, u.id, 'NATIONAL', 'RURAL_REVITALIZATION', 'HANDLER', '2024-01-01' from a, unit u
where u.code = '0' limit 1 returning account"""


@dataclass
class Answers:
    """When each answer was asked for, and under which policy it was given."""

    answers: list[tuple[float, float, str]] = field(default_factory=list)

    def last_of(self, version: str, since: float) -> float:
        """Seconds from that moment to the last answer under the policy that was asked for after it; 0 when none was."""
        late = [end - since for begun, end, answered in self.answers if begun >= since and answered == version]
        return max(late, default=0.0)


def main(publications: int, report: Any) -> None:
    """Measure both ways."""
    HOME.mkdir(parents=True, exist_ok=True)
    asyncio.run(measure(publications, report))


async def measure(publications: int, report: Any) -> None:
    """So many publications, one after another, under load."""
    settings = read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": "publishing"})
    with cluster(settings) as database:
        await database.prepare()
        token = await _ready(settings, database)
        for way in ("on", "off"):
            async with _serving(settings, way) as port:
                await _measure(database, port, token, publications, f"notifications {way}", report)


async def _ready(settings: Settings, database: Cluster) -> str:
    owner = await database.logins.owner.connect()
    try:
        await bring_baseline(owner, CLOCK.now())
        await owner.execute(NATION)
        account = await owner.fetchval(OFFICIAL)
    finally:
        await owner.close()
    return LocalIssuer.of(settings.home, SystemClock()).issue(account, None, 24 * 3600)


@asynccontextmanager
async def _serving(settings: Settings, notifications: str) -> AsyncIterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "api.app:create", "--factory", "--port", str(port), *UVICORN]
    environment = {
        "SHOUWANG_HOME": str(settings.home),
        "SHOUWANG_DATABASE": settings.database,
        "SHOUWANG_NOTIFICATIONS": notifications,
    }
    with started("four workers", [*command, "--workers", str(WORKERS)], environment, port):
        yield port


async def _measure(database: Cluster, port: int, token: str, publications: int, way: str, report: Any) -> None:
    connection = await database.logins.app.connect()
    office, answers, stop = Office(connection), Answers(), asyncio.Event()
    if not await connection.fetchval("select exists (select from policy_version where number = 2)"):
        await office.published(ROW)
    acknowledged, answered = [], []
    async with AsyncExitStack() as stack:
        url = f"http://127.0.0.1:{port}/graphql"
        asking = [asyncio.create_task(_ask(stack, url, token, answers, stop)) for _ in range(CONNECTIONS)]
        await _alive(connection)
        for _ in range(publications):
            old = await _superseded(connection)
            before = answers.answers[-1][2] if answers.given else ""
            await office.revert(old)
            commit = time.perf_counter()
            reached = await await_adoption(connection, 10)
            acknowledged.append(time.perf_counter() - commit)
            await asyncio.sleep(1.0)
            answered.append(answers.last_of(before, commit))
            if reached.adopted != reached.alive:
                report(f"{reached.adopted} of {reached.alive} workers obey publication {reached.publication}")
        stop.set()
        await asyncio.gather(*asking)
    await connection.close()
    report(f"{way}: {publications} publications, {WORKERS} workers, {len(answers.answers)} answers")
    for what, seconds in (("last acknowledgement", acknowledged), ("last answer under the old policy", answered)):
        report(f"  {what}: median {statistics.median(seconds) * 1000:.0f} ms, most {max(seconds) * 1000:.0f} ms")


async def _superseded(connection: Any) -> int:
    """A version that was in force and differs from the one that is."""
    return int(
        await connection.fetchval(
            "select v.id from policy_version v, policy_version head where head.state = 'PUBLISHED' and head.layer = '0'"
            " and v.state = 'SUPERSEDED' and v.layer = '0' and v.digest <> head.digest order by v.id limit 1"
        )
    )


async def _alive(connection: Any) -> None:
    for _ in range(600):
        if (await await_adoption(connection, 0)).alive >= WORKERS:
            return
        await asyncio.sleep(0.1)
    raise SystemExit("the workers did not come")


async def _ask(stack: AsyncExitStack, url: str, token: str, answers: Answers, stop: asyncio.Event) -> None:
    client = await stack.enter_async_context(
        httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=20)
    )
    while not stop.is_set():
        begun = time.perf_counter()
        body = (await client.post(url, json=QUESTION)).json()
        answers.answers.append((begun, time.perf_counter(), body["extensions"]["policyVersion"]))

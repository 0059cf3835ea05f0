"""演练 Reads and writes over real HTTP while something breaks, and the checker of what was acknowledged.

Every call is kept: when it began and ended, its status, whether it was acknowledged. A write reports a clue on a
household that no other write touches, with a key of its own, and is sent again with that key until it is acknowledged.
Afterwards the checker reads the database: each acknowledged write is there, and no write is there twice.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.planner.identifiers import global_id

WRITERS, READERS = 3, 3
PACE = 0.05
"""Seconds between two calls of one caller."""
READ = "{ households(first: 1) { totalCount } }"
WRITE = "mutation($in: ClueReportInput!) { clueReport(input: $in) { taken problems { code } clue { id } } }"
TABLES = {
    "clue": "select household from clue where household = any($1)",
    "act": "select household from act where household = any($1) and step = 'clue.report'",
    "event": "select a.household from event e join act a on a.id = (e.facts ->> 'act')::bigint"
    " where a.household = any($1) and e.action = 'clue.report'",
}
INSERT = """insert into household (kind_of_household, head_name, people, unit, jurisdiction, safety_net, relocated,
  registered_on, version, updated_at, province, county, township, village)
select 'GENERAL', '演练户', 3, u.id, 'HUKOU', false, false, '2020-01-01', 1, now(), u.province, u.county, u.township,
  u.village from unit u, generate_series(1, $1) where u.code = '500110001201' returning id"""


@dataclass(frozen=True)
class Call:
    """One request: what it was, when it began and ended, its status (0: no answer)."""

    kind: str
    begun: float
    ended: float
    status: int
    well: bool


@dataclass
class History:
    """What the callers saw."""

    calls: list[Call] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)

    def longest(self) -> float:
        return max(call.ended - call.begun for call in self.calls)

    def ill(self, since: float = 0) -> list[Call]:
        """The calls that began after that moment and were not well."""
        return [call for call in self.calls if call.begun >= since and not call.well]

    def recovery(self, healed: float) -> float:
        """Seconds after healing at which the last call began that was not well."""
        return max((call.begun - healed for call in self.ill(healed)), default=0.0)

    def seen(self) -> str:
        """What happened, in a few words."""
        statuses = sorted({call.status for call in self.calls if not call.well})
        ill = len(self.ill())
        refused = f"{ill} not answered well ({', '.join(map(str, statuses))})" if ill else "all answered well"
        return f"{len(self.calls)} calls, {refused}, the longest {self.longest():.1f} s"


class Drill:
    """Callers of a service. `token` gives a bearer token by the short name of an official."""

    def __init__(self, address: str, token: Callable[[str], str], owner: Callable[[], Awaitable[Any]]) -> None:
        self.address, self._token, self._owner = address, token, owner
        self._households: list[int] = []

    @asynccontextmanager
    async def running(self, writers: int = WRITERS, readers: int = READERS) -> AsyncIterator[History]:
        """Call while the block runs; on the way out every write that was begun is acknowledged, or it fails."""
        history, ending = History(), asyncio.Event()
        owner = await self._owner()
        self._households = [row["id"] for row in await owner.fetch(INSERT, 4000)]
        await owner.close()
        numbers = iter(self._households)
        # a connection of its own for each call, so that every worker is met
        async with httpx.AsyncClient(
            base_url=self.address, timeout=40, limits=httpx.Limits(max_keepalive_connections=0)
        ) as client:
            tasks = [asyncio.create_task(self._read(client, history, ending)) for _ in range(readers)]
            tasks += [asyncio.create_task(self._write(client, history, ending, numbers)) for _ in range(writers)]
            try:
                yield history
            finally:
                ending.set()
                await asyncio.wait_for(asyncio.gather(*tasks), 240)

    async def check(self, history: History) -> tuple[int, int]:
        """How many acknowledged writes are lost, and how many writes are there twice."""
        owner = await self._owner()
        lost: set[int] = set()
        doubled: set[int] = set()
        for sql in TABLES.values():
            households = [row["household"] for row in await owner.fetch(sql, self._households)]
            lost |= set(history.acknowledged) - set(households)
            doubled |= {number for number, count in Counter(households).items() if count > 1}
            assert set(households) <= history.sent, "nobody sent that"
        await owner.close()
        return len(lost), len(doubled)

    async def _read(self, client: httpx.AsyncClient, history: History, ending: asyncio.Event) -> None:
        paths = itertools.cycle(("/graphql", "/graphql", "/livez"))
        while not ending.is_set():
            path = next(paths)
            body = {"query": READ} if path == "/graphql" else None
            await self._call(client, history, path, body, "county", lambda answer: "errors" not in answer)
            await asyncio.sleep(PACE)

    async def _write(self, client: httpx.AsyncClient, history: History, ending: asyncio.Event, numbers: Any) -> None:
        while not ending.is_set():
            number = next(numbers)
            history.sent.add(number)
            values = {"id": global_id("Household", number), "version": 1, "key": f"drill-{number}"}
            body = {"query": WRITE, "variables": {"in": {**values, "source": "CADRE_SCREENING"}}}
            for attempt in itertools.count():
                await asyncio.sleep(4 * PACE if attempt else PACE)
                if await self._call(client, history, "/graphql", body, "village", _taken):
                    break
            history.acknowledged.append(number)

    async def _call(
        self,
        client: httpx.AsyncClient,
        history: History,
        path: str,
        body: Any,
        official: str,
        is_well: Callable[[Any], bool],
    ) -> bool:
        begun, status, well = time.monotonic(), 0, False
        headers = {"authorization": f"Bearer {self._token(official)}"}
        try:
            answer = await (client.post(path, json=body, headers=headers) if body else client.get(path))
            status = answer.status_code
            well = status == 200 and is_well(answer.json())
            if status == 503:
                assert answer.headers["retry-after"], path
        except httpx.TransportError:
            pass
        history.calls.append(Call("write" if official == "village" else path, begun, time.monotonic(), status, well))
        return well


def _taken(answer: Any) -> bool:
    taken = "errors" not in answer and answer["data"]["clueReport"]["taken"]
    assert taken or "errors" in answer, answer  # a refusal would say that the drill itself is wrong
    return bool(taken)

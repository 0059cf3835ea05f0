"""国家统一操作 One request of many items: decided, filed and executed by the nation's functions, stage by stage timed.

The rows are new at every run, made by SQL as the owner, in a database of their own on the bench's server. CPU is the
backend's own: on a busy machine it says more than the time that passed.
"""

import asyncio
import json
import time
from datetime import UTC, date, datetime
from typing import Any

from api.settings import read
from tests.bench import cpu
from tests.bench.data import HOME, cluster

PART = 500
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
UNIT = """
insert into unit (code, name, tier, province, county, township, village, western, development_zone, unverified,
  valid_from)
select '500110001201', '测试村', 'VILLAGE', '50', '500110', '500110001', '500110001201', true, false, false,
  '2023-06-30' where not exists (select from unit where code = '500110001201')"""
OFFICIAL = """
with p as (insert into person (name) values ('官员') returning id),
  a as (insert into account (person, name, state) select id, 'official' || id, 'ACTIVE' from p returning id)
insert into post (account, unit, tier, department, duty, since)
select a.id, u.id, 'NATIONAL', 'RURAL_REVITALIZATION', $1, '2024-01-01' from a, unit u limit 1 returning account, id"""
HOUSEHOLDS = """
insert into household (kind_of_household, head_name, people, unit, jurisdiction, safety_net, relocated, registered_on,
  version, updated_at, province, county, township, village)
select 'GENERAL', '测试户', 3, u.id, 'HUKOU', false, false, '2020-01-01', 1, $2,
  u.province, u.county, u.township, u.village from generate_series(1, $1), unit u where u.code = '500110001201'
returning id"""
CASES = """
insert into monitoring_case (household, category, state, identified_on, safety_net, version)
select h, 'MARGINAL', 'IDENTIFIED', '2026-02-01', false, 1 from unnest($1::bigint[]) h returning id"""
RISKS = """
insert into risk (household, monitoring_case, kind, state, found_on)
select household, id, k, 'OPEN', '2026-01-20' from monitoring_case, unnest(array['HOUSING', 'WATER']) k
where id = any($1)"""
MEASURES = """
insert into measure (household, monitoring_case, theme, kind, title, state, started_on, continuation, version)
select household, id, 'EMPLOYMENT', 'DEVELOPMENT', '公益岗位', 'UNDER_WAY', '2026-03-01', 'NONE', 1
from monitoring_case, generate_series(1, 2) where id = any($1)"""
ACT = """
insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post, arguments)
select household, id, $2, '2026-03-01', $3, 'county:rural_revitalization:handler', 1, 1, 1, '{}'
from monitoring_case where id = any($1)"""
ELIMINATED = """
update monitoring_case set state = 'RISK_ELIMINATED', eliminated_on = '2026-06-10', version = 2 where id = any($1)"""
COMPLETED = """
update measure set state = 'COMPLETED', completed_on = '2026-06-10', version = 2 where monitoring_case = any($1)"""
REQUEST = """
insert into national_request (province, state, size, composed_on, submitted_on, number, dated, grounds, version)
values ('50', 'SUBMITTED', $1, $2, $2, '渝乡振函〔2026〕1号', $2, '确需开展', 1) returning id"""
ITEMS = """
insert into request_item (household, monitoring_case, request, operation, target_act, grounds, state, proposed_on,
  version, proposer_person)
select c.household, c.id, $2, 'ROLLBACK', (select min(a.id) from act a where a.monitoring_case = c.id
  and a.household = c.household), '误标', 'SUBMITTED', $3, 1, 0
from monitoring_case c where c.id = any($1) returning id"""


async def measure(items: int, report: Any) -> None:
    """Execute one request of so many rollbacks; how long each stage took."""
    settings = read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": "national"})
    with cluster(settings) as database:
        await database.prepare()
        owner = await database.logins.owner.connect()
        nation = await database.logins.nation.connect()
        try:
            request, numbers = await _proposed(owner, items)
            reviewer = await owner.fetchrow(OFFICIAL, "REVIEWER")
            operator = await owner.fetchrow(OFFICIAL, "OPERATOR")
            await _decide(owner, nation, reviewer, request, numbers, report)
            await _execute(nation, operator, request, report)
            left = await owner.fetchval(
                "select count(*) from monitoring_case c join request_item i on i.monitoring_case = c.id"
                " where i.request = $1 and (c.state, i.state) = ('IDENTIFIED', 'EXECUTED')",
                request,
            )
            report(f"{left} of {items} cases are back where they were")
        finally:
            await owner.close()
            await nation.close()


async def _proposed(owner: Any, items: int) -> tuple[int, list[int]]:
    async with owner.transaction():
        await owner.execute(UNIT)
        households = [row["id"] for row in await owner.fetch(HOUSEHOLDS, items, NOON)]
        cases = [row["id"] for row in await owner.fetch(CASES, households)]
        for sql in (RISKS, MEASURES):
            await owner.execute(sql, cases)
        await owner.execute(ACT, cases, "assistance.start", NOON)
        for sql in (ELIMINATED, COMPLETED):
            await owner.execute(sql, cases)
        await owner.execute(ACT, cases, "elimination.announce", NOON)
        request = await owner.fetchval(REQUEST, items, DAY)
        numbers = [row["id"] for row in await owner.fetch(ITEMS, cases, request, DAY)]
    await owner.execute("vacuum analyze")
    return request, sorted(numbers)


class Watch:
    """Seconds and the backend's CPU seconds since it was made."""

    def __init__(self, connection: Any) -> None:
        self.backend: int = connection.get_server_pid()
        self.began, self.cpu = time.perf_counter(), cpu.seconds(self.backend)

    def __str__(self) -> str:
        return f"{time.perf_counter() - self.began:.2f} s, CPU {cpu.seconds(self.backend) - self.cpu:.2f} s"


async def _decide(owner: Any, nation: Any, who: Any, request: int, numbers: list[int], report: Any) -> None:
    watch = Watch(owner)
    digests = dict(await owner.fetch("select i, request_digest(i) from unnest($1::bigint[]) i", numbers))
    report(f"digests of {len(numbers)} items: {watch}")
    watch = Watch(nation)
    await nation.fetchval(
        "select nation_decide($1, $2, $3, $4, $5, $6, $7, $8, 'bench', null)",
        *(who["account"], who["id"], request, numbers, [True] * len(numbers), [digests[number] for number in numbers]),
        *(["材料属实"] * len(numbers), NOON),
    )
    report(f"decided: {watch}")
    args = (who["account"], who["id"], request, "备2026-1", NOON)
    await nation.fetchval("select nation_file($1, $2, $3, $4, $5, 'bench', null)", *args)


async def _execute(nation: Any, who: Any, request: int, report: Any) -> None:
    watch = Watch(nation)
    async with nation.transaction():
        begun = json.loads(
            await nation.fetchval("select nation_begin($1, $2, $3, $4)", who["account"], who["id"], request, NOON)
        )
        report(f"begun: {watch}")
        last, done = 0, 0
        while last is not None:
            stopwatch = Watch(nation)
            part = json.loads(
                await nation.fetchval("select nation_part($1, $2, $3, 'bench', null)", begun["execution"], last, PART)
            )
            last, done = part["last"], done + part["done"]
            report(f"  {done} executed, this part: {stopwatch}")
        await nation.fetchval("select nation_end($1, 'bench', null)", begun["execution"])
    report(f"committed: {watch}")


def main(items: int, report: Any) -> None:
    """Measure in a loop of its own."""
    HOME.mkdir(parents=True, exist_ok=True)
    asyncio.run(measure(items, report))

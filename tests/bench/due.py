"""到期 Ten thousand time limits due on one day: a page of them listed beside a page of ten, and one far inside."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from api.planner.identifiers import cursor_sql
from api.rules.words.judging import DeadlineKind
from tests.bench import rivals, rounds
from tests.bench.data import COUNTY, World
from tests.bench.load import Measured
from tests.bench.queries import Case, bodies

MANY, FEW = 10_000, 10
QUERY = """query Due($day: Date!, $region: String!, $after: String) {
  deadlines(first: 10, after: $after, filter: {region: $region, overdueOn: $day}, order: {by: DUE_ON}) {
    nodes { id limit dueOn household { id headName } } pageInfo { hasNextPage endCursor } } }"""
_INSERT = """
insert into deadline (household, kind, nature, effect, length, runs_from, due_on)
select h.id, k.name, 'AT_LATEST', 'ALERT', 15, $1::date - 15, $1
from (select id from household where county = $2 order by id offset $3 limit $4) h, unnest($5::text[]) k(name)
where not exists (select from deadline where due_on = $1)"""
_DEEP = f"""
select {cursor_sql("DUE_ON", "id", "due_on")} from deadline
where due_on = $1 and county = $2 order by id offset $3 limit 1"""


async def cases(world: World) -> dict[int, Case]:
    """Lists of ten and of ten thousand, and the latter's middle under minus one; the rows are made where missing."""
    kinds = [kind.name for kind in DeadlineKind][:10]
    owner = await world.cluster.logins.owner.connect()
    try:
        days = await owner.fetchrow("select date '1999-12-30' as few, date '2000-12-30' as many")
        await owner.execute(_INSERT, days["few"], COUNTY, 0, FEW // len(kinds), kinds)
        await owner.execute(_INSERT, days["many"], COUNTY, FEW, MANY // len(kinds), kinds)
        await owner.execute("analyze deadline")
        deep = await owner.fetchval(_DEEP, days["many"], COUNTY, MANY // 2)
    finally:
        await owner.close()
    arguments = {FEW: ("1999-12-31", None), MANY: ("2000-12-31", None), -1: ("2000-12-31", deep)}
    return {
        many: Case(f"due {many}", f"到期 due {many}", "Due", "county", (variables,), (variables,))
        for many, (day, after) in arguments.items()
        for variables in ({"day": day, "region": COUNTY, "after": after},)
    }


def run(world: World, count: int, seconds: int, report: Callable[[str], None]) -> dict[int, Measured]:
    """The medians of each list."""
    with rivals.ours(world) as product:
        rival = replace(product, token=world.tokens["county"])
        measured = {}
        for many, case in asyncio.run(cases(world)).items():
            entry = rounds.Entry(rival, bodies(case, {"Due": QUERY}, case.ours), rounds.row_number)
            report(case.title)
            measured[many] = rounds.run(case, {"ours": entry}, world.postmaster, count, seconds, report)["ours"]
    return measured

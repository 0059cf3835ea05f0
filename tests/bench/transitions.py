"""环节 Steps a second: a clue reported, through the product, by hand in asyncpg, and by a function of PostGraphile's.

All three write the same rows in one transaction: promise, clue, deadline, act, event, message. The product also signs
in, decides, judges, and reads its answer back under the caller's rights.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.planner.identifiers import global_id
from tests.bench.data import COUNTY, HOME, World
from tests.bench.load import Measured, measure
from tests.bench.rivals import Rival, dsn, ours, postgraphile, python
from tests.bench.rounds import WARM_UP, answer, in_words, median

MOST = 10_000
"""Requests prepared for each second of a round: each has a key of its own, for none may be a repetition."""
OFFICIAL = f"township.rural_revitalization.handler@{COUNTY}%"
OURS = """mutation S($input: ClueReportInput!) { clueReport(input: $input) {
  taken problems { code } clue { id state dueOn } } }"""
THEIRS = """mutation S($input: BenchReportInput!) { benchReport(input: $input) { result { rowId state dueOn } } }"""
FUNCTION = Path(__file__).parent / "rival_servers" / "transition.sql"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who reports: account, person, post, role; the households of the unit."""

    account: int
    person: int
    post: int
    role: str
    token: str
    households: list[int]


async def actor(world: World) -> Actor:
    """The township official, and PostGraphile's function in his name."""
    owner = await world.cluster.logins.owner.connect()
    try:
        row = await owner.fetchrow(
            "select a.id, a.person, p.id as post, u.township,"
            " lower(concat_ws(':', u.tier, p.department, p.duty)) as role"
            " from account a join post p on p.account = a.id join unit u on u.id = p.unit"
            " where a.name like $1 order by a.name desc limit 1",
            OFFICIAL,
        )
        rows = await owner.fetch("select id from household where township = $1 order by id limit 400", row["township"])
        token = LocalIssuer.of(world.settings.home, SystemClock()).issue(row["id"], None, 24 * 3600)
        found = Actor(row["id"], row["person"], row["post"], row["role"], token, [one["id"] for one in rows])
        await _install(owner, found)
        return found
    finally:
        await owner.close()


async def _install(owner: Any, found: Actor) -> None:
    who = {"account": found.account, "person": found.person, "post": found.post, "role": f"'{found.role}'"}
    text = FUNCTION.read_text()
    for name, value in who.items():
        text = text.replace(f":{name}", str(value))
    await owner.execute(text)


def bodies(name: str, found: Actor, seconds: int) -> list[bytes]:
    """The requests of one round to one server."""
    run = secrets.token_hex(6)
    many = len(found.households)
    chosen = [(found.households[index % many], f"{run}-{index}") for index in range(MOST * seconds)]
    if name == "ours":
        inputs = [
            {"id": global_id("Household", one), "version": 1, "key": key, "source": "CADRE_SCREENING"}
            for one, key in chosen
        ]
        return [json.dumps({"query": OURS, "variables": {"input": one}}).encode() for one in inputs]
    if name == "postgraphile":
        given = [{"ofHousehold": str(one), "key": key, "source": "CADRE_SCREENING"} for one, key in chosen]
        return [json.dumps({"query": THEIRS, "variables": {"input": one}}).encode() for one in given]
    return [json.dumps({"household": one, "key": key, "source": "CADRE_SCREENING"}).encode() for one, key in chosen]


@contextmanager
def servers(world: World, found: Actor, *, with_postgraphile: bool) -> Iterator[dict[str, Rival]]:
    """The product, the transaction by hand and, where there is Node, PostGraphile."""
    who = {"account": found.account, "person": found.person, "post": found.post, "role": found.role}
    environment = {"BENCH_DSN": dsn(world.cluster.logins.app), "BENCH_ACTOR": json.dumps(who)}
    with ours(world) as product, python("hand", "tests.bench.rival_servers.by_hand:app", environment) as hand:
        running = {"ours": replace(product, token=found.token), "hand": hand}
        if not with_postgraphile:
            yield running
            return
        with postgraphile(world, "bench_all", None) as theirs:
            yield {**running, "postgraphile": theirs}


def run(
    world: World, rounds: int, seconds: int, told: Callable[[str], None], *, with_postgraphile: bool
) -> dict[str, Measured]:
    """The medians of each server."""
    found = asyncio.run(actor(world))
    measured: dict[str, list[Measured]] = {}
    with servers(world, found, with_postgraphile=with_postgraphile) as running:
        for turn in range(-1, rounds):  # the first is to warm up
            for name in list(running)[:: 1 if turn % 2 else -1]:
                one = _round(world, name, running[name], found, WARM_UP if turn < 0 else seconds)
                if turn >= 0:
                    measured.setdefault(name, []).append(one)
    medians = {name: median(measured[name]) for name in running}
    for name, one in medians.items():
        told(in_words(name, one))
    return medians


def _round(world: World, name: str, rival: Rival, found: Actor, seconds: int) -> Measured:
    (first, *rest) = bodies(name, found, seconds)
    told = answer(rival, first)
    if b"OPEN" not in told:
        raise SystemExit(f"{name} reported no clue: {told!r}")
    file = HOME / f"bodies-{name}.txt"
    file.write_bytes(b"\n".join(rest) + b"\n")
    return measure(rival, world.postmaster, file, len(told) * 3 // 4, seconds)

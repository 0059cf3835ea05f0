"""环节 Steps a second: a clue reported, through the product, by hand in asyncpg, and by a function of PostGraphile's.

All three write the same rows in one transaction: idempotency key, clue, deadline, act, event, message. The product also
signs in, decides, judges, and reads its answer back under the caller's rights.
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
        actor_ = Actor(
            row["id"], row["person"], row["post"], row["role"], token, [household["id"] for household in rows]
        )
        await _install(owner, actor_)
        return actor_
    finally:
        await owner.close()


async def _install(owner: Any, actor_: Actor) -> None:
    who = {"account": actor_.account, "person": actor_.person, "post": actor_.post, "role": f"'{actor_.role}'"}
    text = FUNCTION.read_text()
    for name, value in who.items():
        text = text.replace(f":{name}", str(value))
    await owner.execute(text)


def bodies(name: str, actor_: Actor, seconds: int) -> list[bytes]:
    """The requests of one round to one server."""
    run = secrets.token_hex(6)
    many = len(actor_.households)
    chosen = [(actor_.households[index % many], f"{run}-{index}") for index in range(MOST * seconds)]
    if name == "ours":
        inputs = [
            {"id": global_id("Household", household), "version": 1, "key": key, "source": "CADRE_SCREENING"}
            for household, key in chosen
        ]
        return [json.dumps({"query": OURS, "variables": {"input": variables}}).encode() for variables in inputs]
    if name == "postgraphile":
        variable_sets = [
            {"ofHousehold": str(household), "key": key, "source": "CADRE_SCREENING"} for household, key in chosen
        ]
        return [
            json.dumps({"query": THEIRS, "variables": {"input": variables}}).encode() for variables in variable_sets
        ]
    return [
        json.dumps({"household": household, "key": key, "source": "CADRE_SCREENING"}).encode()
        for household, key in chosen
    ]


@contextmanager
def servers(world: World, actor_: Actor, *, with_postgraphile: bool) -> Iterator[dict[str, Rival]]:
    """The product, the transaction by hand and, where there is Node, PostGraphile."""
    who = {"account": actor_.account, "person": actor_.person, "post": actor_.post, "role": actor_.role}
    environment = {"BENCH_DSN": dsn(world.cluster.logins.app), "BENCH_ACTOR": json.dumps(who)}
    with ours(world) as product, python("hand", "tests.bench.rival_servers.by_hand:app", environment) as hand:
        running = {"ours": replace(product, token=actor_.token), "hand": hand}
        if not with_postgraphile:
            yield running
            return
        with postgraphile(world, "bench_all", None) as theirs:
            yield {**running, "postgraphile": theirs}


def run(
    world: World, rounds: int, seconds: int, report: Callable[[str], None], *, with_postgraphile: bool
) -> dict[str, Measured]:
    """The medians of each server."""
    actor_ = asyncio.run(actor(world))
    measured: dict[str, list[Measured]] = {}
    with servers(world, actor_, with_postgraphile=with_postgraphile) as running:
        for turn in range(-1, rounds):  # the first is to warm up
            for name in list(running)[:: 1 if turn % 2 else -1]:
                round_ = _round(world, name, running[name], actor_, WARM_UP if turn < 0 else seconds)
                if turn >= 0:
                    measured.setdefault(name, []).append(round_)
    medians = {name: median(measured[name]) for name in running}
    for name, round_ in medians.items():
        report(in_words(name, round_))
    return medians


def _round(world: World, name: str, rival: Rival, actor_: Actor, seconds: int) -> Measured:
    (first, *rest) = bodies(name, actor_, seconds)
    body = answer(rival, first)
    if b"OPEN" not in body:
        raise SystemExit(f"{name} reported no clue: {body!r}")
    file = HOME / f"bodies-{name}.txt"
    file.write_bytes(b"\n".join(rest) + b"\n")
    return measure(rival, world.postmaster, file, len(body) * 3 // 4, seconds)

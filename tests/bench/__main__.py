"""运行基准 `make bench`: load what is missing, measure every size, write docs/benchmarks.md."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from api.access.policy import Policy
from tests.bench import cpu, due, queries, report, rivals, rounds, transitions
from tests.bench import national as national_operations
from tests.bench.compiled import compiled
from tests.bench.data import HOME, World, running, world
from tests.bench.results import Results

SIZES = (200_000, 2_000_000)
MANY_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    rounds: int
    seconds: int
    only: Sequence[str]
    against: Sequence[str]
    postgraphile: bool


def told(text: str) -> None:
    """Progress, on stderr."""
    click.echo(text, err=True)


@click.command()
@click.option("--households", multiple=True, type=click.IntRange(1000), help="户数 Sizes; 200000 and 2000000.")
@click.option("--rounds", "count", default=5, show_default=True, help="轮数 Rounds per question.")
@click.option("--seconds", default=2, show_default=True, help="每轮秒数 Seconds of a round.")
@click.option("--only", multiple=True, help="问题 Questions, such as Q1; all when none is given.")
@click.option("--against", multiple=True, help="对手 Servers, such as limit; all when none is given.")
@click.option("--national", type=click.IntRange(1), help="国家统一操作 Only: execute one request of so many items.")
@click.option("--write/--no-write", default=True, help="写入 Write docs/benchmarks.md.")
def main(
    households: Sequence[int],
    count: int,
    seconds: int,
    only: Sequence[str],
    against: Sequence[str],
    national: int | None,
    *,
    write: bool,
) -> None:
    """运行基准 Measure the read path against its limit, PostGraphile and plain Strawberry."""
    if national is not None:
        national_operations.main(national, told)
        return
    HOME.mkdir(parents=True, exist_ok=True)
    with_postgraphile = (not against or bool({"postgraphile", "rls"} & set(against))) and rivals.install()
    wanted = Wanted(count, seconds, only, against, with_postgraphile)
    command = f'make bench ARGS="{" ".join(sys.argv[1:])}"' if sys.argv[1:] else "make bench"
    results = Results(command, os.getloadavg()[0])
    for size in households or SIZES:
        with running(size) as (settings, found):
            ready = asyncio.run(world(size, settings, found, told))
            _questions(ready, results, wanted)
            if not against and not only:
                if not results.policy:
                    _policy(ready, results, wanted)
                told(f"{size} households, clues reported")
                postgraphile = wanted.postgraphile
                results.steps[size] = transitions.run(ready, count, seconds, told, with_postgraphile=postgraphile)
                results.due[size] = due.run(ready, count, seconds, told)
    if write:
        report.write(results)


def _questions(ready: World, results: Results, wanted: Wanted) -> None:
    results.postgresql = ready.version
    results.rows[ready.households] = ready.rows
    chosen = [case for case in queries.cases(ready) if not wanted.only or case.name in wanted.only]
    statements = {case.name: asyncio.run(compiled(ready, case)) for case in chosen}
    file = HOME / "statements.json"
    file.write_text(json.dumps({name: [one.sql, one.before, one.after] for name, one in statements.items()}))
    with rivals.all_rivals(ready, file, with_postgraphile=wanted.postgraphile) as servers:
        rest = {name: cpu.memory(one.pid) for name, one in servers.items()}
        for case in chosen:
            told(f"{ready.households} households, {case.title}")
            entries = rounds.entries(case, ready, servers, statements[case.name])
            entries = {
                name: one for name, one in entries.items() if not wanted.against or name in ("ours", *wanted.against)
            }
            medians = rounds.run(case, entries, ready.postmaster, wanted.rounds, wanted.seconds, told)
            results.medians[ready.households, case.name] = medians
        load = {name: cpu.memory(one.pid) for name, one in servers.items()}
    results.memory[ready.households] = {"rest": rest, "load": load}


def _policy(ready: World, results: Results, wanted: Wanted) -> None:
    """Q1 under the baseline, and under the baseline with more rows."""
    case, few = queries.cases(ready)[0], len(Policy.load().rules)
    told(f"{case.title}, {few} and {MANY_ROWS} policy rows")
    body = queries.bodies(case, queries.OURS, case.ours)
    with rivals.ours(ready) as baseline, rivals.ours(ready, policy_rows=MANY_ROWS) as more:
        entries = {
            str(rows): rounds.Entry(replace(rival, token=ready.tokens[case.official]), body, rounds.row_number)
            for rows, rival in ((few, baseline), (MANY_ROWS, more))
        }
        found = rounds.run(case, entries, ready.postmaster, wanted.rounds, wanted.seconds, told)
    results.policy = {int(rows): one for rows, one in found.items()}


if __name__ == "__main__":
    main()

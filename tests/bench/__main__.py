"""运行基准 `make bench`: load what is missing, measure every size, write docs/benchmarks.md."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from api.access.policy import Policy
from tests.bench import (
    cpu,
    due,
    importing,
    ledger,
    national,
    publishing,
    queries,
    report,
    rivals,
    rounds,
    telling,
    transitions,
)
from tests.bench.compiled import compiled
from tests.bench.data import HOME, World, running, world
from tests.bench.results import Results

SIZES = (200_000, 2_000_000)
MANY_ROWS = 5000
ALONE = {
    "national": (national.main, "国家统一操作 Only: execute one request of so many items."),
    "publishing": (publishing.main, "发布 Only: so many publications under load."),
    "telling": (telling.main, "订阅 Only: so many events to 200 subscribers."),
    "import": (importing.main, "导入 Only: import spreadsheets of so many rows."),
    "ledger": (ledger.main, "台账 Only: verify a ledger of so many events."),
}
"""What is measured by itself when it is asked for: its name, how, and its help."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    rounds: int
    seconds: int
    only: Sequence[str]
    against: Sequence[str]
    postgraphile: bool


def say(text: str) -> None:
    """Progress, on stderr."""
    click.echo(text, err=True)


def alone(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each of ALONE, which measures that and nothing else."""
    for name, (measure, text) in ALONE.items():

        def only(context: click.Context, _: click.Parameter, number: int | None, measure: Any = measure) -> None:
            if number is not None:
                measure(number, say)
                context.exit()

        command = click.option(
            f"--{name}", type=click.IntRange(1), callback=only, expose_value=False, is_eager=True, help=text
        )(command)
    return command


@click.command()
@alone
@click.option("--households", multiple=True, type=click.IntRange(1000), help="户数 Sizes; 200000 and 2000000.")
@click.option("--rounds", "count", default=5, show_default=True, help="轮数 Rounds per question.")
@click.option("--seconds", default=2, show_default=True, help="每轮秒数 Seconds of a round.")
@click.option("--only", multiple=True, help="问题 Questions, such as Q1; all when none is given.")
@click.option("--against", multiple=True, help="对手 Servers, such as limit; all when none is given.")
@click.option("--write/--no-write", default=True, help="写入 Write docs/benchmarks.md.")
def main(
    households: Sequence[int],
    count: int,
    seconds: int,
    only: Sequence[str],
    against: Sequence[str],
    *,
    write: bool,
) -> None:
    """运行基准 Measure the read path against its limit, PostGraphile and plain Strawberry."""
    HOME.mkdir(parents=True, exist_ok=True)
    with_postgraphile = (not against or bool({"postgraphile", "rls"} & set(against))) and rivals.install()
    wanted = Wanted(count, seconds, only, against, with_postgraphile)
    command = f'make bench ARGS="{" ".join(sys.argv[1:])}"' if sys.argv[1:] else "make bench"
    results = Results(command, os.getloadavg()[0])
    for size in households or SIZES:
        with running(size) as (settings, database):
            ready = asyncio.run(world(size, settings, database, say))
            _questions(ready, results, wanted)
            if not against and not only:
                if not results.policy:
                    _policy(ready, results, wanted)
                say(f"{size} households, clues reported")
                postgraphile = wanted.postgraphile
                results.steps[size] = transitions.run(ready, count, seconds, say, with_postgraphile=postgraphile)
                results.due[size] = due.run(ready, count, seconds, say)
    if write:
        report.write(results)


def _questions(ready: World, results: Results, wanted: Wanted) -> None:
    results.postgresql = ready.version
    results.rows[ready.households] = ready.rows
    chosen = [case for case in queries.cases(ready) if not wanted.only or case.name in wanted.only]
    statements = {case.name: asyncio.run(compiled(ready, case)) for case in chosen}
    file = HOME / "statements.json"
    file.write_text(
        json.dumps({name: [statement.sql, statement.before, statement.after] for name, statement in statements.items()})
    )
    with rivals.all_rivals(ready, file, with_postgraphile=wanted.postgraphile) as servers:
        rest = {name: cpu.memory(server.pid) for name, server in servers.items()}
        for case in chosen:
            say(f"{ready.households} households, {case.title}")
            entries = rounds.entries(case, ready, servers, statements[case.name])
            entries = {
                name: entry
                for name, entry in entries.items()
                if not wanted.against or name in ("ours", *wanted.against)
            }
            medians = rounds.run(case, entries, ready.postmaster, wanted.rounds, wanted.seconds, say)
            results.medians[ready.households, case.name] = medians
        load = {name: cpu.memory(server.pid) for name, server in servers.items()}
    results.memory[ready.households] = {"rest": rest, "load": load}


def _policy(ready: World, results: Results, wanted: Wanted) -> None:
    """Q1 under the baseline, and under the baseline with more rows."""
    case, few = queries.cases(ready)[0], len(Policy.load().rules)
    say(f"{case.title}, {few} and {MANY_ROWS} policy rows")
    body = queries.bodies(case, queries.OURS, case.ours)
    with rivals.ours(ready) as baseline, rivals.ours(ready, policy_rows=MANY_ROWS) as more:
        entries = {
            str(rows): rounds.Entry(replace(rival, token=ready.tokens[case.official]), body, rounds.row_number)
            for rows, rival in ((few, baseline), (MANY_ROWS, more))
        }
        durations = rounds.run(case, entries, ready.postmaster, wanted.rounds, wanted.seconds, say)
    results.policy = {int(rows): version for rows, version in durations.items()}


if __name__ == "__main__":
    main()

"""策略修改 What an edit of one row costs in a policy of many: building it, its difference, its checks; and all of it.

`make bench-policy` measures and writes docs/benchmarks-policy.md. The rows are what 31 provinces would lay over the
nation's: denials for single counties, of roles and actions that the nation's rows speak of, so that they do collide.
"""

import asyncio
import gc
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from api.access.actions import ACTIONS
from api.access.formula.unit_folding import Places
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.review.checks import Today, check
from api.access.review.difference import difference
from api.access.role import role_named
from api.access.versions.provincial import effective
from api.access.words import ANY
from api.planner.plan.permit import Rights
from api.rules.words.vocabulary import Kind

T = TypeVar("T")
PAGE = Path("docs/benchmarks-policy.md")
SIZES = (1_000, 5_000)
AIM = 2.0  # seconds for difference and checks of an edit to a policy of a thousand rows
BEAT = 0.005  # seconds between two heartbeats of the loop while a thread compiles
ROLES = ("county", "township", "village:rural_revitalization", "county:health", "county:rural_revitalization:handler")
ACTIONS_DENIED = ("view.income", "view.health", "view.bank", "view.contact", "read")
EDITS = {
    "一县一行 a denial for one county": "county:health, view.income, household, subtree, *, {county}, deny, ours",
    "全国一行 a denial everywhere": "county, view.income|view.basic, household, subtree, *, *, deny, ours",
    "新的权限 a right for a department": "education, view.income, household, sector, *, *, allow, Q1",
    "经办层级 a right of all casework": "casework, view.identity, household|case, cooperating, *, *, allow, ours",
    "停一个环节 a step closed in one county": "*, identification.approve, proceeding, all, *, {county}, deny, ours",
}


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of processor, medians over the rounds."""

    what: str
    build: float
    difference: float
    check: float
    changes: int

    @property
    def judged(self) -> float:
        """What an editor waits for."""
        return self.difference + self.check


def tree() -> Places:
    """A hundred counties in each of 31 provinces, and their provinces."""
    counties = {f"{province}{city:02d}{county:02d}": province for province in range(11, 42) for city, county in _CODES}
    paths = {code: ("0", str(province), f"{province}{code[2:4]}", code) for code, province in counties.items()}
    return {**paths, **{str(province): ("0", str(province)) for province in range(11, 42)}}


_CODES = tuple(product(range(1, 11), range(1, 11)))


def grown(nation: Policy, rows: int, places: Places) -> Policy:
    """The nation's policy under as many provincial rows as make `rows` in all."""
    counties = [code for code in places if len(code) == 6]
    words = product(ROLES, ACTIONS_DENIED, counties)
    every = (
        Rule(role, action, "household", "subtree", "*", county, "deny", "ours", Source(county[:2]))
        for role, action, county in words
    )
    # Every 15th, so that all provinces and roles have their share.
    layers: dict[str, list[Rule]] = {}
    for rule in islice(islice(every, 0, None, 15), rows - len(nation.rules)):
        layers.setdefault(rule.unit[:2], []).append(rule)
    return effective(nation, layers, places)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor a piece of work took, which a busy machine doesn't lengthen; and what it made."""
    gc.collect()
    start = process_time()
    result = work()
    return process_time() - start, result


def edit(large: Policy, what: str, text: str, rounds: int) -> Timed:
    """One edit, judged as a draft is; each round on policies nothing was asked of before."""
    rule = Rule(*text.format(county="330505").split(", "), source=Source("draft", 1))
    places, taken = large.units.places, []
    for _ in range(rounds):
        before = Policy(large.model, large.rules, large.links, places)
        places_after = {**places, "330505": ("0", "33", "3305", "330505")}
        build, after = timed(lambda b=before, k=places_after: Policy(b.model, [*b.rules, rule], b.links, k))
        difference_time, changes = timed(lambda b=before, a=after: difference(b, a))
        checked, findings = timed(lambda b=before, a=after, c=changes: check(b, a, c, Today(places=a.units.places)))
        taken.append((build, difference_time, checked, len(changes) + len(findings)))
    build, difference_time, checked, count = (median(column) for column in zip(*taken, strict=True))
    return Timed(what, build, difference_time, checked, int(count))


def compiled(policy: Policy) -> int:
    """Compile every plan there is; how many."""
    requests = ((action, kind) for action in ACTIONS for kind in Kind if ACTIONS[action].kind in (None, kind))
    return sum(
        policy.formula(role, action, kind) is not None
        for action, kind in requests
        for role in policy.representative_roles(ANY, action, kind)
    )


async def beside_the_loop(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of work in a thread, and the longest the loop was late meanwhile."""
    running = asyncio.create_task(asyncio.to_thread(work))
    start = last = perf_counter()
    late = 0.0
    while not running.done():
        await asyncio.sleep(BEAT)
        late, last = max(late, perf_counter() - last - BEAT), perf_counter()
    await running
    return perf_counter() - start, late


def lines(rounds: int) -> Iterator[str]:
    """The page."""
    nation, places = Policy.load(), tree()
    yield "# 策略基准 Policy benchmarks\n"
    yield "由 `make bench-policy` 生成，勿手改。Written by `make bench-policy`: seconds of processor, medians.\n"
    today = date.today()  # noqa: DTZ011 - the day of the machine
    yield f"- {today}, {os.cpu_count()} cores ({platform.machine()}), CPython {platform.python_version()},"
    yield f"  load average {os.getloadavg()[0]:.1f} at the start, {rounds} rounds"
    yield "- 规则 Rows: the baseline, and denials of 31 provinces for single counties; no plan was compiled before\n"
    for size in SIZES:
        large = grown(nation, size, places)
        yield f"## {len(large.rules)} 条规则 rules, {len(large.units.codes)} 个单位 units named\n"
        yield from _edits(large, rounds, aimed=size == SIZES[0])
        yield from _whole(large)


def _edits(large: Policy, rounds: int, *, aimed: bool) -> Iterator[str]:
    yield f"| 一行修改 one row | 重建 build | 差异 difference | 检查 check | 合计 both (≤ {AIM:.0f}) | 条 told |"
    yield "|---|---|---|---|---|---|"
    for what, text in EDITS.items():
        row = edit(large, what, text, rounds)
        judged = f"{row.judged:.3f}" if row.judged <= AIM or not aimed else f"**{row.judged:.3f}** 未达 missed"
        yield f"| {what} | {row.build:.3f} | {row.difference:.3f} | {row.check:.3f} | {judged} | {row.changes} |"
    yield ""


def _whole(large: Policy) -> Iterator[str]:
    fresh, again = (Policy(large.model, large.rules, large.links, large.units.places) for _ in range(2))
    seconds, count = timed(lambda: compiled(fresh))
    thread, late = asyncio.run(beside_the_loop(lambda: compiled(again)))
    county = next(code for code in sorted(large.units.codes) if code.startswith("33"))
    role, path = role_named("county:rural_revitalization:handler"), large.units.places[county]
    first, _ = timed(lambda: Rights(large, role, large.units.standing(path)).key)
    yield f"- 全部编译 Full compilation: {count} plans in {seconds:.2f} s"
    yield f"- 在线程中 In a thread: {thread:.2f} s on the clock, the event loop late by {1000 * late:.0f} ms at most"
    yield f"- 某县人员首次请求 First request of an official of {county}, rights folded: {1000 * first:.1f} ms\n"


if __name__ == "__main__":
    PAGE.write_text("\n".join(lines(rounds=5)).rstrip() + "\n", encoding="utf-8")

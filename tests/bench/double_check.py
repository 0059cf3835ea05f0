"""二次裁决的成本 What Casbin's second decision costs: on each locked action, and in the shadow of a step.

`python -m tests.bench.double_check` measures for some seconds and writes its section of docs/benchmarks-policy.md;
`make bench-policy` measures it after the edits.
"""

import os
import platform
from collections.abc import Iterator
from datetime import date
from statistics import median
from time import perf_counter, process_time

from api.access.double_check import DoubleCheck
from api.access.policy import Policy
from api.access.request import ObjectFacts
from api.access.role import role_named
from api.access.subject import Subject
from api.rules.words.vocabulary import Kind
from api.settings import read
from tests.bench.edits import PAGE, SIZES, grown, tree

TITLE = "## 二次裁决 Decisions taken twice"
CALLS = 200
ROUNDS = 5
PLACE = ("0", "33", "3305", "330505")
PLANS_ALONE, ALL_TWICE = DoubleCheck(), DoubleCheck(step_share=1.0)
LOCKED = ("withdraw.decide", Kind.REQUEST, ObjectFacts(PLACE, grant="reviewed"))
STEP = ("identification.verify_at_home", Kind.PROCEEDING, ObjectFacts(PLACE, state="VERIFYING"))


def subject(role_name: str, path: tuple[str, ...]) -> Subject:
    """An official of that role at the unit the path ends with."""
    role = role_named(role_name)
    return Subject(1, 1, 1, role.tier, role.department, role.duty, 1, path, role.name, 0)


NATIONAL = subject("national:rural_revitalization:reviewer", ("0",))
COUNTY = subject("county:rural_revitalization:handler", PLACE)


def microseconds(check: DoubleCheck, policy: Policy, who: Subject, decision: tuple[str, Kind, ObjectFacts]) -> float:
    """Microseconds of processor of one decision, the median of some rounds; plans and matcher are compiled before."""
    check.decide(policy, who, *decision)
    rounds = []
    for _ in range(ROUNDS):
        start = process_time()
        for _ in range(CALLS):
            check.decide(policy, who, *decision)
        rounds.append((process_time() - start) / CALLS)
    return 1e6 * median(rounds)


def plan_microseconds(policy: Policy, who: Subject, decision: tuple[str, Kind, ObjectFacts]) -> float:
    """Microseconds of processor of the compiled plan alone."""
    action, kind, facts = decision
    role = role_named(who.role)
    start = process_time()
    for _ in range(CALLS * ROUNDS):
        policy.allows(role, who.home, action, kind, facts)
    return 1e6 * (process_time() - start) / (CALLS * ROUNDS)


def rows() -> Iterator[str]:
    """One row of the table for each size of a policy."""
    nation, places = Policy.load(), tree()
    share = read({}).shadow_steps
    for policy in (nation, *(grown(nation, size, places) for size in SIZES)):
        start = perf_counter()
        _ = policy.oracle
        built = perf_counter() - start
        plan, twice = plan_microseconds(policy, NATIONAL, LOCKED), microseconds(PLANS_ALONE, policy, NATIONAL, LOCKED)
        step, sampled = microseconds(PLANS_ALONE, policy, COUNTY, STEP), microseconds(ALL_TWICE, policy, COUNTY, STEP)
        cells = (f"{plan:.0f}", f"{twice:.0f}", f"{twice - plan:.0f}", f"{step:.0f}", f"{sampled:.0f}")
        yield f"| {len(policy.rules)} | {' | '.join(cells)} | {share * (sampled - step):.2f} | {1000 * built:.0f} |"


def section() -> Iterator[str]:
    """The section of the page."""
    yield f"{TITLE}\n"
    yield "由 `python -m tests.bench.double_check` 生成。Written by that command: microseconds of processor, medians;"
    yield "the last column in milliseconds on the clock, once a version, in a thread before it is in force.\n"
    today = date.today()  # noqa: DTZ011 - the day of the machine
    yield f"- {today}, {os.cpu_count()} cores ({platform.machine()}), CPython {platform.python_version()},"
    yield f"  load average {os.getloadavg()[0]:.1f} at the start, {ROUNDS} rounds of {CALLS} decisions"
    yield "- 锁定动作一律裁决两次；其他环节按比例抽样，读取默认不抽样。Locked actions are all decided twice; of other"
    yield f"  steps the share {read({}).shadow_steps} by default, of reads none, which cost a comparison of a number\n"
    yield (
        "| 规则 rules | 锁定：计划 locked: plan alone | 两次 twice | 多付 more | 环节 a step | 抽中的 a sampled one "
        "| 影子均摊 the shadow, a step on average | 建 Casbin building it |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    yield from rows()


def write() -> None:
    """Replace the section at the end of the page."""
    page = PAGE.read_text(encoding="utf-8")
    before = page.split(f"\n{TITLE}\n")[0].rstrip()
    PAGE.write_text(f"{before}\n\n" + "\n".join(section()).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()

"""报告 docs/benchmarks.md: ratios of one run with the aims beside them, and what was measured to get them."""

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench.aims import AIMS, Aim
from tests.bench.load import Measured
from tests.bench.results import Results
from tests.bench.rivals import POSTGRAPHILE

PAGE = Path("docs/benchmarks.md")
SERVERS = {
    "ours": "守望 Shouwang",
    "limit": "(i) 极限 the limit",
    "rls": "(ii) PostGraphile, 行级安全 row-level security",
    "postgraphile": "(ii) PostGraphile, 条件 condition",
    "plain": "(iii) Strawberry + DataLoader",
}
LIBRARIES = ("asyncpg", "uvicorn", "uvloop", "graphql-core", "strawberry-graphql", "orjson", "opentelemetry-sdk")
SLOWER = 1.2


def write(results: Results) -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    text = "\n".join(
        [*_head(results), *_ratios(results), *_scale(results), *_policy(results), *_steps(results), *_raw(results)]
    )
    PAGE.write_text(text + "\n" + "\n".join([*_memory(results), *FAIRNESS]) + "\n")


def _head(results: Results) -> Iterator[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield "# 基准 Benchmarks"
    yield ""
    yield "由 `make bench` 生成，勿手改。Written by `make bench`. Ratios hold within one run on one machine."
    yield ""
    yield f"- 命令 Command: `{results.command}`, {date.today()}"  # noqa: DTZ011 - the day of the machine
    yield (
        f"- 机器 Machine: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, shared by servers, client"
        f" and database; load average {results.load:.1f} at the start"
    )
    yield f"- 版本 Versions: {', '.join(_versions(results))}"
    for size, rows in results.rows.items():
        yield f"- 数据 Data: {size} households: " + ", ".join(f"{name} {number}" for name, number in rows.items())
    yield "- 负载 Load: 16 keep-alive connections, one worker, order reversed each round, medians over the rounds"
    yield ""


def _versions(results: Results) -> Iterator[str]:
    yield f"PostgreSQL {results.postgresql}"
    yield f"CPython {platform.python_version()}"
    yield from (f"{name} {version(name)}" for name in LIBRARIES)
    lock = POSTGRAPHILE / "package.json"
    yield from (
        f"{name} {number}" for name, number in re.findall(r'"(postgraphile|node)": "([\d.]+)"', lock.read_text())
    )
    try:
        output = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
        yield "wrk " + (re.search(r"wrk \S*?(\d[\d.]+)", output) or ["", "of this system"])[1]
    except FileNotFoundError:
        yield "the bench's own client"


def _ratios(results: Results) -> Iterator[str]:
    yield "## 比值与目标 Ratios and aims"
    yield ""
    sizes = list(results.rows)
    yield "| 问题 question | 比值 ratio | 目标 aim |" + "".join(f" {size} |" for size in sizes)
    yield "|---|---|---|" + "---|" * len(sizes)
    for aim in AIMS:
        cells = [_cell(aim, results, size) for size in sizes]
        if any(cells):
            yield f"| {aim.case} | {aim.title} | {aim.words} | " + " | ".join(cells) + " |"
    yield ""


def _cell(aim: Aim, results: Results, size: int) -> str:
    medians = results.medians.get((size, aim.case), {})
    if "ours" not in medians or aim.against not in medians:
        return ""
    ratio = aim.ratio(medians["ours"], medians[aim.against])
    return f"{ratio:.2f}" if aim.met(ratio) else f"**{ratio:.2f}** 未达 missed"


def _scale(results: Results) -> Iterator[str]:
    sizes = sorted(results.rows)
    if len(sizes) < 2:
        return
    small, large = sizes[0], sizes[-1]
    yield f"## 规模 From {small} to {large} households"
    yield ""
    yield "| 问题 question | 慢几倍 times slower (aim for Q1, Q2: ≤ 1.2) | 数据库处理器 database CPU, times |"
    yield "|---|---|---|"

    def ours(size: int, case: str) -> Measured | None:
        return results.medians.get((size, case), {}).get("ours")

    for case in ("Q1", "Q1 last", "Q2", "Q3"):
        before, after = ours(small, case), ours(large, case)
        if before and after:
            slower, dearer = before.rate / after.rate, after.database / before.database
            missed = " 未达 missed" if case != "Q3" and slower > SLOWER else ""
            yield f"| {case} | {slower:.2f}{missed} | {dearer:.2f} |"
    for size in sizes:
        first, last = ours(size, "Q1"), ours(size, "Q1 last")
        if first and last:
            slower, dearer = first.rate / last.rate, last.database / first.database
            yield f"| Q1, {size}: 末页对首页 last page against first | {slower:.2f} | {dearer:.2f} |"
    yield ""


def _policy(results: Results) -> Iterator[str]:
    if not results.policy:
        return
    yield "## 策略行数 Policy rows"
    yield ""
    yield "Q1 of a county under the baseline and under the same policy with more rows; aim: the same cost."
    yield ""
    yield "| 行数 rows | 每秒 a second | 服务处理器 server CPU, ms |"
    yield "|---|---|---|"
    for rows, policy in results.policy.items():
        yield f"| {rows} | {policy.rate:.0f} | {policy.server:.3f} |"
    yield ""


def _steps(results: Results) -> Iterator[str]:
    if not results.steps:
        return
    yield "## 办理与到期 Steps and time limits"
    yield ""
    yield "A clue reported, with everything written beside it in its transaction; aims: 0.6 of the same transaction by"
    yield "hand, and no fewer than PostGraphile by one function. A page of ten time limits, of ten and of ten thousand"
    yield "due on one day; aim: the same time."
    yield ""
    yield "| 规模 | 什么 what | 每秒 a second | p50 ms | p99 ms | 服务 CPU ms | 数据库 CPU ms | 比值 ours ÷ it |"
    yield "|---|---|---|---|---|---|---|---|"
    for size, medians in results.steps.items():
        for name, milliseconds in medians.items():
            ratio, least = medians["ours"].rate / milliseconds.rate, _STEP_AIMS.get(name)
            missed = " 未达 missed" if least and ratio < least else ""
            yield _row(size, f"clueReport, {_STEP_SERVERS[name]}", milliseconds, f"{ratio:.2f}{missed}")
        measured = results.due[size]
        for many, milliseconds in measured.items():
            title = f"deadlines, {many} due" if many > 0 else "deadlines, the middle of ten thousand"
            yield _row(size, title, milliseconds, f"{milliseconds.rate / measured[10].rate:.2f} of ten's")
    yield ""


_STEP_AIMS = {"hand": 0.6, "postgraphile": 1.0}
_STEP_SERVERS = {
    "ours": "守望 Shouwang",
    "hand": "手写 asyncpg by hand",
    "postgraphile": "PostGraphile, 一个函数 one function",
}


def _row(size: int, title: str, run: Measured, ratio: str) -> str:
    numbers = f"{run.rate:.0f} | {run.p50:.1f} | {run.p99:.1f} | {run.server:.3f} | {run.database:.3f}"
    return f"| {size} | {title} | {numbers} | {ratio} |"


def _raw(results: Results) -> Iterator[str]:
    for size in results.rows:
        yield f"## 实测 Measured, {size} households"
        yield ""
        yield "| 问题 | 服务 server | 每秒 a second | p50 ms | p99 ms | 服务 CPU ms | 数据库 CPU ms | 错误 wrong |"
        yield "|---|---|---|---|---|---|---|---|"
        for (of, case), medians in results.medians.items():
            for name, title in SERVERS.items():
                if of == size and name in medians:
                    run = medians[name]
                    yield (
                        f"| {case} | {title} | {run.rate:.0f} | {run.p50:.1f} | {run.p99:.1f} | {run.server:.3f}"
                        f" | {run.database:.3f} | {run.bad} of {run.requests} |"
                    )
        yield ""


def _memory(results: Results) -> Iterator[str]:
    yield "## 内存 Memory of one worker, MB (resident / proportional)"
    yield ""
    yield "| 规模 households | 服务 server | 静止 at rest | 负载之后 under load |"
    yield "|---|---|---|---|"
    for size, moments in results.memory.items():
        for name in moments["rest"]:
            cells = [
                f"{moments[moment][name].rss:.0f} / {moments[moment][name].pss:.0f}" for moment in ("rest", "load")
            ]
            yield f"| {size} | {name} | {cells[0]} | {cells[1]} |"
    yield ""


FAIRNESS = """## 公平 What is like for like, and what is not

- Answers are compared for equality, cursors and the spelling of identifiers aside, before anything is measured;
  wrong and short answers are counted by their bodies.
- Ours checks a token, finds the subject, applies the policy with its masks, checks cost and deadline and makes a span
  of OpenTelemetry per request, which is batched and dropped. The limit, PostGraphile and plain Strawberry do none.
- The limit runs the very SQL our planner wrote, with parameters read from the body, by a bare ASGI handler.
- PostGraphile is asked for row numbers, which cost it nothing; our answers hold global identifiers. Its row-level
  security compares one column of `household` and `monitoring_case`; other tables are bare, as if they were reached
  through these only. Ours also finds households a county cooperates on. Its pool has 10 connections,
  ours 4 for reads and 8 for writes.
- Where Q1 costs PostgreSQL as much as PostGraphile does, it is what that does in Node or leaves out: of 0.5 ms
  global identifiers take 0.05.
- Steps: ours signs in, decides, judges on what it reads once the household is locked, seals the ledger's chain and
  reads its answer back, in six trips to the database; the other two only write, by hand in ten, PostGraphile in one
  function. All write the same rows; nobody delivers messages.
- The reader's policy on those two tables is `true`: PostgreSQL leaves it out of the plan.
""".splitlines()

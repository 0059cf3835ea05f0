"""权限策略 Permission policies as files: checked, tested, compared, and moved to the database and back. Q1"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from api.access.actions import step_actions
from api.access.formula.formula import FALSE
from api.access.policy import FOLDER, Policy
from api.access.reading.finding import POLICY_REFUSED
from api.access.request import ObjectFacts, Request
from api.access.review import checks
from api.access.review.cases import read_cases, run, uncovered
from api.access.review.difference import Change, difference
from api.access.review.matrix import permission_matrix
from api.access.review.sentence import explanation, row_sentence, sentence
from api.access.role import role_named
from api.access.words import KINDS
from api.cluster import cluster
from api.errors import Problem
from api.rules.words.judging import Severity
from api.rules.words.vocabulary import Department
from api.settings import read
from api.workflow.engine.errors import StepRefused
from api.workflow.policy import files

T = TypeVar("T")

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_POLICY = click.argument("folder", type=_FOLDER, default=FOLDER)
_LANGUAGES = ("zh", "en")


@click.group()
def command() -> None:
    """权限策略 Permission policies, as files and in the database. Exit status 2: refused; 1: a test failed."""


@command.command()
@_POLICY
@click.option("--against", type=_FOLDER, help="以此为现行策略 The policy it is an edit of.")
def check(folder: Path, against: Path | None) -> None:
    """检查 Read a policy strictly, compile and judge it; each finding with file, line, column and mend."""
    policy = _load(folder)
    findings = checks.inspect(policy) if against is None else checks.check(_load(against), policy)
    for finding in findings:
        click.echo(_finding(finding.facts_with_place()), err=True)
    if any(finding.severity is Severity.ERROR for finding in findings):
        sys.exit(2)
    click.echo(f"{len(policy.rules)} 条规则，版本 {policy.version}。 {len(policy.rules)} rules, version as told.")


@command.command()
@_POLICY
@click.option("--oracle-every", "every", default=20, help="每几次询问 Casbin 一次 Ask Casbin of every n-th; 0: never.")
def test(folder: Path, every: int) -> None:
    """测试 Run the policy's own cases in FOLDER/tests and name the rows that no case decides by."""
    policy = _load(folder)
    cases = _every_finding(read_cases, folder / "tests")
    with click.progressbar(cases, label="用例 cases", file=sys.stderr) as bar:
        failures = [failure for case in bar for failure in run(policy, [case], oracle_every=every)]
    for failure in failures:
        request_text = " ".join(failure.request.flat)
        expected, actual = failure.case.allowed, (failure.compiled, failure.casbin)
        click.echo(
            f"{failure.case.source} {failure.case.name}: {request_text}: 应为 expected {expected}, 实为 found {actual}"
        )
    idle = uncovered(policy, cases)
    for rule in idle:
        click.echo(f"{rule.source} 没有用例由此行裁决 no case is decided by this row: {row_sentence(rule, 'en')}")
    untested = sorted(step_actions() - {request.action for case in cases for request in case.requests})
    for action in untested:
        click.echo(f"没有用例询问环节 no case asks about the step {action}")
    asked_of = sum(len(case.requests) for case in cases)
    click.echo(f"{len(cases)} 个用例，{asked_of} 次询问。 {len(cases)} cases, {asked_of} requests.")
    if failures or idle or untested or not cases:
        sys.exit(1)


@command.command()
@click.argument("role")
@click.argument("home")
@click.argument("action")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("place")
@click.option("--cooperating", default="", help="配合单位路径 Path of the cooperating unit.")
@click.option("--sectors", default="", help="参与部门 Departments involved, joined by |.")
@click.option("--state", help="状态 State of the object.")
@click.option("--grant", default="none", help="报国家同意备案申请进度 How far its national request has come.")
@click.option("--folder", type=_FOLDER, default=FOLDER)
def explain(role: str, home: str, action: str, kind: str, place: str, folder: Path, **facts: str) -> None:
    """说明 Say whether ROLE at unit HOME may do ACTION to a KIND at PLACE (0/50/500110/…), with rows and questions."""
    request = Request.of(role_named(role), home, action, KINDS[kind], _facts(place, **facts))
    decision = _load(folder).answer(request)
    for language in _LANGUAGES:
        for line in explanation(decision, language):
            click.echo(line)


@command.command()
@click.argument("before")
@click.argument("after")
@click.option("--exit-code", is_flag=True, help="有差异时以 1 退出 Exit with 1 when they differ.")
def diff(before: str, after: str, exit_code: bool) -> None:
    """差异 Show the changes from BEFORE to AFTER, folders or versions of the database such as 3 or 50/2."""
    changes = difference(_either(before), _either(after))
    for change in changes:
        for line in _change(change):
            click.echo(line)
    if not changes:
        click.echo("权限相同。 They allow the same.")
    if changes and exit_code:
        sys.exit(1)


@command.command()
@click.argument("version")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(version: str, folder: Path) -> None:
    """导出 Write VERSION (3, or 50/2 of a province, or `head`) to FOLDER, as `policies/` is written."""
    stored = _in_database(partial(files.read, name=version))
    files.export(stored, folder)
    click.echo(f"版本 {stored.name}：{len(stored.content.rows)} 行，{len(stored.content.cases)} 个用例。")
    click.echo(f"Version {stored.name}: {len(stored.content.rows)} rows, {len(stored.content.cases)} cases.")


@command.command("import")
@_POLICY
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="编辑人员的账号 The editor's account.")
@click.option("--note", help="说明 What it is for.")
@click.option("--submit", is_flag=True, help="随即送审 Submit it as well.")
def import_(folder: Path, account: str, note: str | None, submit: bool) -> None:
    """导入 Make a draft of the rows and cases in FOLDER, in the name of a policy editor; prints its version."""
    act = partial(files.bring, folder=folder, account=account, note=note, submitted=submit)
    click.echo(_in_database(act).name)


@command.command()
@click.argument("version")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="批准人员的账号 The approver's account.")
@click.option("--approve", nargs=2, metavar="DIGEST DIFFERENCE", help="先行批准 Approve first: both digests as seen.")
def publish(version: str, account: str, approve: tuple[str, str] | None) -> None:
    """发布 Put an approved VERSION in force on every worker, in the name of a policy approver who did not edit it."""
    reached = _in_database(partial(files.put_in_force, name=version, account=account, seen=approve))
    click.echo(f"发布 {reached.publication}：{reached.adopted}/{reached.alive} 个进程已生效。")
    click.echo(f"Publication {reached.publication}: {reached.adopted} of {reached.alive} workers obey it.")


@command.command()
@_POLICY
def matrix(folder: Path) -> None:
    """权限表 The permission matrix and every policy word, as Markdown."""
    click.echo(permission_matrix(_load(folder)))


def _change(change: Change) -> list[str]:
    who, what = " ".join(change.roles), ", ".join(change.actions)
    kinds = "、".join(kind.zh for kind in change.kinds) + " " + ", ".join(kind.name.lower() for kind in change.kinds)
    kind = change.kinds[0] if len(change.kinds) == 1 else None
    changes = (("增 GAINS", change.gains), ("减 LOSES", change.loses))
    return [
        f"{title} {who}: {what}; {kinds}: {sentence(formula, 'zh', kind)} / {sentence(formula, 'en', kind)}"
        for title, formula in changes
        if formula != FALSE
    ]


def _facts(place: str, *, cooperating: str, sectors: str, state: str | None, grant: str) -> ObjectFacts:
    return ObjectFacts(
        place=tuple(place.split("/")),
        cooperating=tuple(cooperating.split("/")) if cooperating else (),
        sectors=frozenset(department for department in Department if department.name.lower() in sectors.split("|")),
        state=state,
        grant=grant,
    )


def _either(name: str) -> Policy:
    """A folder's policy, or what a stored version makes of the one in force."""
    folder = Path(name)
    return _load(folder) if folder.is_dir() else _in_database(partial(files.policy_of, name=name))


def _in_database(act: Callable[[files.Office], Awaitable[T]]) -> T:
    settings = read()
    with cluster(settings) as database:
        try:
            return asyncio.run(files.with_office(settings, database, act))
        except StepRefused as refused:
            for problem in refused.problems:
                click.echo(f"{problem.code}: {problem.zh}\n  {problem.en}", err=True)
            sys.exit(2)


def _load(folder: Path) -> Policy:
    return _every_finding(Policy.load, folder)


def _every_finding(read: Callable[[Path], T], folder: Path) -> T:
    try:
        return read(folder)
    except Problem as problem:
        if problem.code is not POLICY_REFUSED:
            raise
        for finding in problem.facts["findings"]:
            click.echo(_finding(finding), err=True)
        raise


def _finding(finding: Mapping[str, Any]) -> str:
    mend = finding["next"]
    return f"{finding['code']}\n  {finding['zh']}\n  {finding['en']}\n  → {mend['zh']}\n  → {mend['en']}"

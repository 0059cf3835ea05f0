"""策略类型 Types of policy administration: findings, differences, explanations, results of an act. Q1"""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.access.decision import Decision
from api.access.formula.formula import FALSE, Formula
from api.access.reading.row import Rule
from api.access.review.cases import Failure
from api.access.review.difference import Change
from api.access.review.sentence import explanation, miss_sentence, row_sentence, sentence
from api.access.words import low
from api.resolvers.policy.extent import side_field
from api.resolvers.steps.inputs import StepAnswer, described_field, row_read
from api.rules.words.judging import Severity
from api.schema.build import described, enum_of
from api.workflow.policy.publish import Adoption

SeverityEnum = enum_of(Severity)


@strawberry.type(name="PolicyFinding", description="查出 One thing found in a version: where, why, and its mend.")
class ShownFinding:
    """A finding as clients see it."""

    code: str = described_field("代码", "Stable code.")
    severity: SeverityEnum = described_field("轻重", "An error stands in the way; a warning asks for a note.")  # type: ignore[valid-type]
    file: str = described_field("来源", "Layer and number of the version, or a file of the release.")
    position: int = described_field("序号", "The row's place in the version; 0 when it is about all of it.")
    column: str | None = described_field("列", "The column of the row.")
    zh: str = described_field("中文", "What is wrong, in Chinese.")
    en: str = described_field("英文", "What is wrong, in English.")
    next_zh: str = described_field("改法", "What to do about it, in Chinese.")
    next_en: str = described_field("改法", "What to do about it, in English.")


def shown_finding(finding: Mapping[str, Any]) -> ShownFinding:
    """A finding as an error body carries it, as clients see it."""
    return ShownFinding(
        code=finding["code"],
        severity=SeverityEnum[finding["severity"]],
        file=finding["file"],
        position=finding["line"],
        column=finding["cell"],
        zh=finding["zh"],
        en=finding["en"],
        next_zh=finding["next"]["zh"],
        next_en=finding["next"]["en"],
    )


@strawberry.type(name="PolicyCaseFailure", description="不成立的用例 A case that is answered otherwise. Q1")
class ShownFailure:
    """A request of a case that was answered otherwise."""

    name: str = described_field("名称", "The case.")
    position: int = described_field("序号", "Its place in the version.")
    request: str = described_field("询问", "What was asked, as Casbin takes it.")
    expected: bool = described_field("应为", "Whether the case says it is allowed.")
    actual: bool = described_field("实为", "Whether it is.")


def shown_failure(failure: Failure) -> ShownFailure:
    """A failure as clients see it."""
    return ShownFailure(
        name=failure.case.name,
        position=failure.case.source.line,
        request=" ".join(failure.request.flat),
        expected=failure.case.allowed,
        actual=failure.compiled,
    )


@strawberry.type(name="PolicyChange", description="变化 What some roles gain and lose. Q1")
class ShownChange:
    """A change of a difference as clients see it."""

    change: strawberry.Private[Change]
    roles: list[str] = described_field("角色", "Who, as patterns tier:department:duty.")
    actions: list[str] = described_field("动作", "For which actions.")
    kinds: list[str] = described_field("对象", "On which kinds.")
    gains_zh: str | None = described_field("增", "On which objects they gain it, in Chinese; null where on none.")
    gains_en: str | None = described_field("增", "On which objects they gain it, in English.")
    loses_zh: str | None = described_field("减", "On which objects they lose it, in Chinese; null where on none.")
    loses_en: str | None = described_field("减", "On which objects they lose it, in English.")
    officials: int = described_field("涉及人员", "How many officials hold such a post today.")
    gained = side_field("gained", gains=True)
    lost = side_field("lost", gains=False)


def shown_change(change: Change, holders: Mapping[str, int]) -> ShownChange:
    """A change as clients see it."""
    only_kind = change.kinds[0] if len(change.kinds) == 1 else None

    def sentence_of(formula: Formula, language: str) -> str | None:
        return None if formula == FALSE else sentence(formula, language, only_kind)

    return ShownChange(
        change=change,
        officials=sum(holders.get(role.name, 0) for role in change.members),
        roles=list(change.roles),
        actions=list(change.actions),
        kinds=[low(kind) for kind in change.kinds],
        gains_zh=sentence_of(change.gains, "zh"),
        gains_en=sentence_of(change.gains, "en"),
        loses_zh=sentence_of(change.loses, "zh"),
        loses_en=sentence_of(change.loses, "en"),
    )


def _version() -> Any:
    text = described("策略版本", "The version as it is now, under the caller's rights.")
    return row_read("policyVersion", "PolicyVersion", text)


@strawberry.type(name="PolicyCheck", description="检查结果 What the editor of a version should know. Q1")
class ShownCheck:
    """The answer of `policyCheck`."""

    number: strawberry.Private[int | None]
    digest: str = described_field("摘要", "SHA-256 over its rows as they are now.")
    possible: bool = described_field("可送审", "Whether nothing stands in its way.")
    findings: list[ShownFinding] = described_field("查出", "Errors first, then warnings.")
    failures: list[ShownFailure] = described_field("不成立的用例", "At most 50.")
    uncovered: list[int] = described_field("无用例的行", "Positions of the rows it adds by which no case is decided.")
    policy_version = _version()


@strawberry.type(name="PolicyDifference", description="差异 What a version gives and takes; nothing is sampled. Q1")
class ShownDifference:
    """The answer of `policyDifference`."""

    number: strawberry.Private[int | None]
    digest: str = described_field("行摘要", "SHA-256 over its rows: what an approver signs, with the next.")
    difference: str = described_field("差异摘要", "SHA-256 over the difference.")
    conflict: bool = described_field("冲突", "Whether it was drafted from what is no longer in force.")
    changes: list[ShownChange] = described_field("变化", "Between what is in force and the version.")
    meanwhile: list[ShownChange] = described_field("其间变化", "Between what it was drafted from and what is in force.")
    policy_version = _version()


@strawberry.type(name="PolicyRule", description="所据之行 A row that a decision rests on. Q1")
class ShownRule:
    """A rule as clients see it."""

    source: str = described_field("来源", "Layer, number and position; or file and line of the release.")
    zh: str = described_field("中文", "What it says, in Chinese.")
    en: str = described_field("英文", "What it says, in English.")
    questions: list[str] = described_field("依据", "The questions it rests on.")
    locked: bool = described_field("锁定", "Whether no version can change it.")


def shown_rule(rule: Rule) -> ShownRule:
    """A rule as clients see it."""
    return ShownRule(
        source=str(rule.source),
        zh=row_sentence(rule, "zh"),
        en=row_sentence(rule, "en"),
        questions=list(rule.questions),
        locked=rule.locked,
    )


@strawberry.type(name="AccessExplanation", description="权限说明 Whether somebody may, and why or why not. Q1")
class ShownExplanation:
    """The answer of `explainAccess`."""

    allowed: bool = described_field("允许", "Whether it is allowed.")
    request: str = described_field("询问", "What was asked, as Casbin takes it.")
    policy: str = described_field("策略摘要", "The policy it was put to.")
    rows: list[ShownRule] = described_field("所据之行", "The rows that decided: those that allow, or those that deny.")
    questions: list[str] = described_field("依据", "The questions they rest on.")
    nearest: ShownRule | None = described_field("最接近的行", "For what no row speaks for: the row that came nearest.")
    needs_zh: str | None = described_field("所缺", "What that row would have needed, in Chinese.")
    needs_en: str | None = described_field("所缺", "What that row would have needed, in English.")
    zh: list[str] = described_field("中文", "All of it in sentences, in Chinese.")
    en: list[str] = described_field("英文", "All of it in sentences, in English.")


def shown_explanation(decision: Decision, version: str) -> ShownExplanation:
    """A decision as clients see it."""
    miss = decision.nearest
    return ShownExplanation(
        allowed=decision.allowed,
        request=" ".join(decision.request.flat),
        policy=version,
        rows=[shown_rule(rule) for rule in decision.rows],
        questions=list(decision.questions),
        nearest=None if miss is None else shown_rule(miss.rule),
        needs_zh=None if miss is None else miss_sentence(miss, decision, "zh"),
        needs_en=None if miss is None else miss_sentence(miss, decision, "en"),
        zh=list(explanation(decision, "zh")),
        en=list(explanation(decision, "en")),
    )


@strawberry.type(name="PolicyPublication", description="发布 How far a publication has come. Q1")
class ShownPublication:
    """Numbers of workers alive and of those that apply a publication."""

    number: int = described_field("发布序号", "Its number, nationwide.")
    adopted: int = described_field("已生效", "Workers that obey it.")
    alive: int = described_field("在线", "Workers that are alive.")


def shown_publication(reached: Adoption | None) -> ShownPublication | None:
    """A publication as clients see it, where there was one."""
    if reached is None:
        return None
    return ShownPublication(number=reached.publication, adopted=reached.adopted, alive=reached.alive)


@strawberry.type(name="PolicyPayload", description="办理结果 What became of an act on a version. Q1")
class PolicyPayload(StepAnswer):
    """The answer of every policy mutation."""

    publication: ShownPublication | None = described_field("发布", "Of publishing and restoring: how far it has come.")
    policy_version = _version()

"""规则表与参数表 Rules, parameters, sentences and deadlines as Markdown tables, for docs and lawyers. Q1–42"""

from collections.abc import Iterable, Mapping

from api.rules.checks.field_library import ALL_CHECKS
from api.rules.holder import Holder, Later
from api.rules.limits import deadlines, step_dates, tightening
from api.rules.limits.deadlines import DEADLINES
from api.rules.numbers.parameter import PARAMETERS, Parameter
from api.rules.privacy import notice, personal_data
from api.rules.registry import RULES, Rule
from api.rules.themes import (
    appointment,
    assessment,
    assistance,
    continuation,
    eligibility,
    elimination,
    four_eyes,
    green_channel,
    hotline,
    jurisdiction,
    low_income,
    planning,
    procedure,
    ratio_ledger,
    requests,
    responsibility,
    retention,
    safety_net,
    screening,
    survey,
    threshold,
    transfer,
)
from api.rules.verdict import SENTENCES

THEMES = (
    responsibility,
    appointment,
    tightening,
    assessment,
    low_income,
    screening,
    threshold,
    survey,
    eligibility,
    jurisdiction,
    transfer,
    assistance,
    planning,
    continuation,
    green_channel,
    elimination,
    safety_net,
    ratio_ledger,
    procedure,
    four_eyes,
    step_dates,
    deadlines,
    notice,
    personal_data,
    retention,
    requests,
    hotline,
)


def cited(questions: Iterable[int]) -> str:
    """Question numbers as docs cite them.

    >>> cited((7, 11))
    'Q7, Q11'
    """
    return ", ".join(f"Q{question}" for question in questions)


def markdown(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    heads = list(heads)
    body = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in body) + "\n"


def shown_value(parameter: Parameter) -> str:
    """A parameter's value with its unit, a dash while unset."""
    return "—" if parameter.value is None else f"{parameter.value} {parameter.dimension.zh}"


def shown_holders(calling: Iterable[str], declared: Holder | None) -> str:
    """List a rule's holders: steps and files that call it, those its declaration names, or that it is not in force yet.

    >>> shown_holders(["identification.end"], None)
    '`identification.end`'
    >>> shown_holders([], Later.HOTLINE)
    '尚未执行 not yet in force: 12317 平台 HOTLINE'
    """
    names = [f"`{name}`" for name in calling]
    if isinstance(declared, Later):
        names.append(f"尚未执行 not yet in force: {declared.zh} {declared.name}")
    elif declared is not None:
        names.append(str(declared))
    return ", ".join(names)


def _rule_row(rule: Rule, calling: Iterable[str]) -> list[str]:
    ours = " / ".join(rule.ours) if rule.ours else ""
    numbers = ", ".join(f"`{used.name}`" for used in rule.uses)
    held = shown_holders(calling, rule.held_by)
    name = f"`{rule.theme}.{rule.name}`"
    return [cited(rule.questions), rule.force.name, rule.zh, rule.en, ours, numbers, held, name]


def ordered_rules() -> list[Rule]:
    """Every rule, by question, theme and name."""
    return sorted(RULES.values(), key=lambda rule: (rule.questions, rule.theme, rule.name))


def rule_table(calling: Mapping[str, Iterable[str]]) -> str:
    """Every rule by its first question: force, both languages, what is ours, its numbers, what holds it.

    `calling`: the steps and files that call a rule, by its name.
    """
    heads = ("问 Question", "效力 Force", "规则", "Rule", "自定 Ours", "参数 Numbers", "执行 Held by", "函数 Function")
    return markdown(heads, (_rule_row(rule, calling[rule.name]) for rule in ordered_rules()))


def parameter_table() -> str:
    """Every number: value, question, force, since when, who may change it and in which direction, whether ours."""
    heads = (
        "问 Question",
        "参数 Name",
        "值 Value",
        "含义",
        "Meaning",
        "效力 Force",
        "自 Since",
        "可调整 Changed by",
        "自定 Ours",
    )
    rows = (
        [
            cited([row.question]),
            f"`{row.name}`",
            shown_value(row),
            row.zh,
            row.en,
            row.force.name,
            row.since.isoformat(),
            f"{row.tightened_by.zh}：{row.direction.zh} ({row.tightened_by.name} {row.direction.name})",
            "是 yes" if row.ours else "",
        ]
        for row in sorted(PARAMETERS.values(), key=lambda row: (row.question, row.name))
    )
    return markdown(heads, rows)


def sentence_table() -> str:
    """List all sentences of rules: stable code, question, force, effect, both languages, whether ours."""
    heads = ("代码 Code", "问 Question", "效力 Force", "后果 Effect", "中文", "English", "自定 Ours")
    rows = (
        [row.code, cited([row.question]), row.force.name, row.effect.name, row.zh, row.en, "是 yes" if row.ours else ""]
        for row in sorted(SENTENCES.values(), key=lambda row: (row.question, row.code))
    )
    return markdown(heads, rows)


def deadline_table() -> str:
    """Every kind of time limit: anchor, length, whether last or first day, force, what follows."""
    heads = ("时限 Deadline", "问 Question", "起算 Anchor", "期限 Length", "性质 Limit", "效力 Force", "后果 Effect")
    rows = (
        [
            f"{row.kind.zh} {row.kind.name}",
            cited([row.question]),
            f"{row.anchor.zh} {row.anchor.name}",
            shown_value(row.parameter),
            f"{row.limit.zh} {row.limit.name}",
            row.force.name,
            row.effect.name,
        ]
        for row in DEADLINES.values()
    )
    return markdown(heads, rows)


def check_table(calling: Mapping[str, Iterable[str]]) -> str:
    """Every consistency check: code, question, severity, field, both languages, bounds, holders, the counties' codes.

    `calling`: the steps that tell what a check finds, by its code.
    """
    heads = (
        "代码 Code",
        "问 Question",
        "级别 Severity",
        "字段 Field",
        "中文",
        "English",
        "参数 Bounds",
        "执行 Held by",
        "来源 Learnt from",
    )
    rows = (
        [
            code,
            cited([check.sentence.question]),
            check.severity.name,
            f"`{check.place}`",
            check.sentence.zh,
            check.sentence.en,
            ", ".join(f"`{used.name}`" for used in check.uses),
            shown_holders(calling[code], check.held_by),
            ", ".join(check.field_codes),
        ]
        for code, check in ALL_CHECKS.items()
    )
    return markdown(heads, rows)

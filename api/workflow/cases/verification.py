"""入户核实 Home verification writes the survey's next revision and the assessment of it. Q7, Q12"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.rules.limits.tightening import amount
from api.rules.numbers.parameters import HIGH_INCOME_FACTOR
from api.rules.themes.assessment import HouseholdFacts, assess, average_in_force, is_high_income
from api.rules.themes.survey import Expense, Income, per_capita_after_expense, per_capita_net_income, survey_adds_up
from api.rules.themes.threshold import NO_THRESHOLD, Threshold, is_in_range, threshold_for_identification
from api.rules.verdict import Verdict
from api.rules.words.judging import ExpenseKind, Route
from api.rules.words.vocabulary import HouseholdKind, ThresholdState
from api.schema.bounds import COUNTED
from api.schema.paths import Columns
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.green_channel import route
from api.workflow.engine.errors import StepRefused, breach_of
from api.workflow.engine.step import Argument

_MONEY = (
    ("wages", "工资性收入", "Wages in CNY a year."),
    ("business", "生产经营性收入", "Business income."),
    ("transfers", "转移性收入", "Transfers, pension and support included."),
    ("property", "财产性收入", "Property income."),
    ("business_expense", "生产经营性支出", "Business expense."),
    ("commercial_claims", "商业保险理赔", "Commercial insurance claims."),
    ("third_party_claims", "第三方赔偿", "Third-party compensation."),
    ("medical_expense", "医疗自付支出", "Medical expense after reimbursement."),
    ("education_expense", "教育刚性支出", "Tuition and boarding."),
    ("disaster_expense", "灾害事故支出", "Unavoidable disaster or accident cost."),
)
_GAPS = (
    ("education_gap", "义务教育未保障", "Compulsory education gap."),
    ("medical_gap", "基本医疗未保障", "Basic medical gap."),
    ("housing_gap", "住房安全未保障", "Safe housing gap."),
    ("water_gap", "饮水安全未保障", "Safe water gap."),
)
_JUDGEMENTS = (
    ("hardship", "基本生活严重困难", "Serious hardship of basic living, or a shock that makes it so."),
    ("copes_alone", "能自主应对", "Can solve it alone: a judgement."),
    ("income_stable", "收入稳定", "Income is stable: a judgement."),
    ("at_risk", "存在返贫致贫风险", "At risk: a judgement."),
)
SURVEY_ARGUMENTS = (
    Argument("counted", int, "计入人口数", "Members counted. Q15", required=True, bound=COUNTED),
    *(Argument(name, Decimal, zh, f"{en} Q12", required=True) for name, zh, en in _MONEY),
    *(Argument(name, bool, zh, f"{en} Q7", required=True) for name, zh, en in _GAPS),
)
ASSESSMENT_ARGUMENTS = (
    *(Argument(name, bool, zh, f"{en} Q7", required=True) for name, zh, en in _JUDGEMENTS),
    Argument("judgement", str, "研判意见", "Why it was judged so. Q7", required=True),
    Argument("risks", list[str], "风险类型", "Kinds of risk found. Q20", required=True, codes="RISK"),
)
_THRESHOLDS = """
select t.id, t.year, t.amount, t.state, u.code from threshold t join unit u on u.id = t.unit
where u.code = any($1::text[]) and t.year <= $2"""

_AVERAGES = """
select a.year, a.amount from rural_average a join unit u on u.id = a.unit where u.code = $1 and a.year <= $2"""


async def record_survey(ctx: HouseholdContext) -> int:
    """Add the next revision of the year's survey; revisions are never overwritten. Q12"""
    year = ctx.on.year
    last = await ctx.connection.fetchval(
        "select max(revision) from survey where household = $1 and year = $2", ctx.household["id"], year
    )
    amounts = {name: ctx.arguments[name] for name, _, _ in (*_MONEY, *_GAPS)}
    return ctx.defer_insert_with_id(
        "survey",
        household=ctx.household["id"],
        year=year,
        revision=(last or 0) + 1,
        surveyed_on=ctx.on,
        counted=ctx.arguments["counted"],
        **amounts,
    )


async def thresholds(ctx: HouseholdContext, year: int) -> tuple[list[Threshold], dict[tuple[str, int], int]]:
    """The thresholds that may apply to the household up to a year, and their ids by unit and year. Q10

    Read once a step: what its readers look at and what its effects freeze is the same.
    """
    key = f"thresholds up to {year}"
    rows = ctx.facts.get(key)
    if rows is None:
        rows = ctx.facts[key] = await ctx.connection.fetch(_THRESHOLDS, list(ctx.path), year)
    declared = [Threshold(row["code"], row["year"], row["amount"], ThresholdState[row["state"]]) for row in rows]
    return declared, {(row["code"], row["year"]): row["id"] for row in rows}


async def assess_household(ctx: HouseholdContext) -> None:
    """Record the survey, assess it against the threshold in force, and freeze both. Q7, Q10–13"""
    survey = await record_survey(ctx)
    year = _threshold_year(ctx)
    declared, ids = await thresholds(ctx, year)
    applied = threshold_for_identification(declared, ctx.path[::-1], year)
    if applied is None:
        raise StepRefused([breach_of(NO_THRESHOLD.judge(False))])
    per_capita = per_capita_net_income(income(ctx.arguments))
    compared = await compare_with_average(ctx, year)
    facts = _facts(ctx, in_range=is_in_range(per_capita, applied.threshold.amount), high_income=compared.high)
    assessment = assess(facts)
    threshold = applied.threshold
    ctx.defer_insert_with_id(
        "assessment",
        household=ctx.household["id"],
        proceeding=ctx.required_proceeding["id"],
        survey=survey,
        threshold=ids[threshold.unit, threshold.year],
        threshold_amount=threshold.amount,
        threshold_year=threshold.year,
        per_capita=per_capita,
        after_expense=compared.after_expense,
        rural_average=compared.average,
        rural_average_year=compared.year,
        in_range=facts.in_range,
        gap=facts.gap,
        hardship=facts.hardship,
        copes_alone=facts.can_cope_alone,
        income_stable=facts.income_stable,
        at_risk=facts.risk,
        high_income=facts.high_income,
        judgement=ctx.arguments["judgement"],
        outcome=assessment.outcome.name,
        category=assessment.category.name if assessment.category else None,
        grounds=[reason.code for reason in assessment.reasons],
        assessed_on=ctx.on,
        person=ctx.subject.person,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Per capita after compliant expense beside the county's rural average, frozen; `average` None when unknown."""

    after_expense: Decimal
    high: bool
    year: int | None = None
    average: Decimal | None = None


async def compare_with_average(ctx: HouseholdContext, year: int) -> Comparison:
    """Compare income with the county's newest rural average: high is at or above k times. Q13"""
    rows = await ctx.connection.fetch(_AVERAGES, ctx.household["county"], year)
    after = per_capita_after_expense(income(ctx.arguments), expenses(ctx.arguments))
    newest = average_in_force({row["year"]: row["amount"] for row in rows}, year)
    if newest is None:
        return Comparison(after, high=False)
    return Comparison(after, is_high_income(after, newest[1], amount(ctx.setting(HIGH_INCOME_FACTOR))), *newest)


def _threshold_year(ctx: HouseholdContext) -> int:
    """The year of the step; for a household in the green channel that of its entry (ours). Q10, Q24"""
    if route(ctx) is Route.GREEN_CHANNEL and ctx.case is not None:
        return ctx.entered_on.year
    return ctx.on.year


def survey_sound(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Amounts are in cents and not negative, and somebody is counted. Q12"""
    yield from survey_adds_up(income(ctx.arguments), expenses(ctx.arguments))


def expenses(amounts: Columns) -> tuple[Expense, ...]:
    """The expenses of a survey, as the rules take them. Q12"""
    return (
        Expense(ExpenseKind.MEDICAL, amounts["medical_expense"]),
        Expense(ExpenseKind.TUITION, amounts["education_expense"]),
        Expense(ExpenseKind.DISASTER_OR_ACCIDENT, amounts["disaster_expense"]),
    )


def income(arguments: Mapping[str, Any]) -> Income:
    """The incomes of a survey, as the rules take them."""
    amounts = {
        name: Decimal(arguments[name]) for name in ("wages", "business", "transfers", "property", "business_expense")
    }
    return Income(**amounts, members=arguments["counted"])


def _facts(ctx: HouseholdContext, *, in_range: bool, high_income: bool) -> HouseholdFacts:
    arguments = ctx.arguments
    return HouseholdFacts(
        kind=HouseholdKind[ctx.household["kind_of_household"]],
        in_range=in_range,
        gap=any(arguments[name] for name, _, _ in _GAPS),
        hardship=arguments["hardship"],
        income_stable=arguments["income_stable"],
        can_cope_alone=arguments["copes_alone"],
        high_income=high_income,
        risk=arguments["at_risk"],
    )

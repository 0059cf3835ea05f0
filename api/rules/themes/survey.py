"""信息采集表 Survey arithmetic: per-capita net income, claims beside it, compliant out-of-pocket expense. Q12

Amounts are CNY as Decimal, two decimals, rounded half up (ours). Claims stand beside net income, never in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import ClaimKind, ExpenseKind, Force

NEGATIVE_AMOUNT = sentence(
    "SURVEY_AMOUNT_NEGATIVE", 12, Force.MUST, zh="{item}不得为负数", en="{item} cannot be negative"
)
NOT_IN_CENTS = sentence(
    "SURVEY_AMOUNT_NOT_IN_CENTS", 12, Force.MUST, zh="{item}最多两位小数", en="{item} has two decimals at most"
)
NOBODY_COUNTED = sentence(
    "SURVEY_NOBODY_COUNTED", 12, Force.MUST, zh="计入人数应为正整数", en="at least one member is counted"
)
REIMBURSED_TOO_MUCH = sentence(
    "SURVEY_REIMBURSED_TOO_MUCH",
    12,
    Force.MUST,
    zh="报销金额不得超过医疗费用",
    en="reimbursement cannot exceed the medical expense",
)

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Income:
    """A household's income of a year, in CNY; `transfers` include basic pension and support from relatives."""

    wages: Decimal
    business: Decimal
    transfers: Decimal
    property: Decimal
    business_expense: Decimal
    members: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Payments received for illness, disaster or accident, in CNY."""

    kind: ClaimKind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Expense:
    """An expense looked at, in CNY; `reimbursed` is what medical protection paid; `necessary` or not counted."""

    kind: ExpenseKind
    amount: Decimal
    reimbursed: Decimal = NOTHING
    necessary: bool = True


def in_cents(amount: Decimal) -> Decimal:
    """Rounded half up to two decimals.

    >>> in_cents(Decimal("6999.995"))
    Decimal('7000.00')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


@rule(12, Force.MUST, zh="纯收入＝工资性＋生产经营性＋转移性＋财产性收入－生产经营性支出")
def net_income(income: Income) -> Decimal:
    """Net income: wages, business, transfers and property less business expense. Q12"""
    gross = income.wages + income.business + income.transfers + income.property
    return in_cents(gross - income.business_expense)


@rule(
    12,
    Force.MUST,
    zh="人均纯收入＝纯收入÷计入人数，口径与脱贫人口一致",
    ours=("四舍五入到分", "rounded half up to the cent"),
)
def per_capita_net_income(income: Income) -> Decimal:
    """Per-capita net income: net income divided by the members counted. Q12. ValueError when nobody is counted."""
    if income.members < 1:
        raise ValueError("nobody is counted")
    return in_cents(net_income(income) / income.members)


@rule(12, Force.MUST, zh="家庭理赔含商业保险理赔、第三方赔偿，不含“三重医疗保障”报销，单列不计入纯收入")
def claims_total(claims: Iterable[Claim]) -> Decimal:
    """Claims are commercial insurance and third-party compensation, not medical reimbursement. Q12"""
    counted = (claim.amount for claim in claims if claim.kind is not ClaimKind.MEDICAL_REIMBURSEMENT)
    return in_cents(sum(counted, NOTHING))


@rule(12, Force.MUST, zh="合规自付支出：报销后医疗自付、学费住宿费、灾害事故不可避免支出；非必要支出不计入")
def out_of_pocket(expenses: Iterable[Expense]) -> Decimal:
    """Compliant out-of-pocket: what is left after reimbursement of necessary expense; the rest does not count. Q12"""
    left = (max(row.amount - row.reimbursed, NOTHING) for row in expenses if row.necessary)
    return in_cents(sum(left, NOTHING))


@rule((12, 13), Force.MUST, zh="扣除合规自付支出后人均收入，用于判断“收入较高”")
def per_capita_after_expense(income: Income, expenses: Iterable[Expense]) -> Decimal:
    """Per-capita income after compliant out-of-pocket expense: what high income is judged by. Q12, Q13"""
    if income.members < 1:
        raise ValueError("nobody is counted")
    return in_cents((net_income(income) - out_of_pocket(expenses)) / income.members)


@rule(
    12,
    Force.MUST,
    zh="据实采集：各项金额非负、至多两位小数，报销不超过费用，计入人数至少一人",
    ours=("金额格式与人数的检查", "the checks of amounts and head count"),
)
def survey_adds_up(income: Income, expenses: Iterable[Expense] = ()) -> tuple[Verdict, ...]:
    """Amounts are not negative and in cents, somebody is counted, no more is reimbursed than spent. Q12"""
    items = ("wages", "business", "transfers", "property", "business_expense")
    amounts = [(item, getattr(income, item)) for item in items]
    spent = list(expenses)
    amounts += [(row.kind.name.lower(), amount) for row in spent for amount in (row.amount, row.reimbursed)]
    return (
        *(NEGATIVE_AMOUNT.judge(amount >= 0, item=item) for item, amount in amounts),
        *(NOT_IN_CENTS.judge(amount == in_cents(amount), item=item) for item, amount in amounts),
        NOBODY_COUNTED.judge(income.members >= 1),
        REIMBURSED_TOO_MUCH.judge(all(row.reimbursed <= row.amount for row in spent)),
    )

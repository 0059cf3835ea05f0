"""户档案 One household's record as the consistency checks see it: small frozen values, no row, no identifier. Q12

Field names are the tables' own, codes those of the shipped code lists. An identity number is given only where it
is being typed or imported, and no finding ever repeats it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.rules.themes.survey import Income, per_capita_net_income
from api.rules.words.vocabulary import (
    CaseState,
    Category,
    Continuation,
    Funding,
    Guarantee,
    HouseholdKind,
    HukouNature,
    Labour,
    MeasureKind,
    RiskState,
    Sex,
)

NOTHING = Decimal("0.00")
ON_AID = frozenset({"RURAL", "RURAL_TOP", "RURAL_DISPERSED", "RURAL_CONCENTRATED"})
"""Codes of rural allowance and extreme-poverty support."""


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member counted."""

    relation: str
    sex: Sex
    birth_date: date | None
    labour: Labour | None = None
    education: str | None = None
    student: str | None = None
    dropout_reason: str | None = None
    health: frozenset[str] = frozenset()
    disability_kind: str | None = None
    skill: str | None = None
    work_place: str | None = None
    work_months: int | None = None
    work_channel: str | None = None
    welfare_post: str | None = None
    resident_medical: bool | None = None
    employee_medical: bool | None = None
    employee_pension: bool | None = None
    allowance: str | None = None
    extreme_poverty: str | None = None
    hukou: HukouNature | None = None
    relocated: bool = False
    id_number: str | None = None


@dataclass(frozen=True, slots=True)
class RiskRecord:
    """A risk of the case."""

    kind: str
    state: RiskState = RiskState.OPEN
    disaster: str | None = None


@dataclass(frozen=True, slots=True)
class MeasureRecord:
    """A measure of the household."""

    theme: str
    item: str | None
    kind: MeasureKind
    funding: Funding | None = None
    amount: Decimal | None = None
    started_on: date | None = None
    ends_on: date | None = None
    continuation: Continuation = Continuation.NONE


@dataclass(frozen=True, slots=True)
class SurveyRecord:
    """A survey: the amounts of Q12 in CNY, members counted, guarantee gaps."""

    surveyed_on: date
    counted: int
    wages: Decimal | None = None
    business: Decimal | None = None
    transfers: Decimal | None = None
    property_income: Decimal | None = None
    business_expense: Decimal | None = None
    claims: Decimal | None = None
    out_of_pocket: Decimal | None = None
    gaps: frozenset[Guarantee] | None = None

    @property
    def amounts(self) -> tuple[Decimal | None, ...]:
        """Every amount, None where it was left open."""
        income = (self.wages, self.business, self.transfers, self.property_income, self.business_expense)
        return (*income, self.claims, self.out_of_pocket)

    @property
    def is_complete(self) -> bool:
        """Whether every amount and the guarantees were filled in."""
        return self.gaps is not None and None not in self.amounts

    @property
    def per_capita(self) -> Decimal:
        """Per-capita net income, open amounts read as nothing; nothing when nobody is counted."""
        wages, business, transfers, property_income, expense = (amount or NOTHING for amount in self.amounts[:5])
        income = Income(wages, business, transfers, property_income, expense, self.counted)
        return per_capita_net_income(income) if self.counted > 0 else NOTHING


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """The newest case, with the surveys its identification and its elimination rest on."""

    state: CaseState
    category: Category | None = None
    identified_on: date | None = None
    entered_on: date | None = None
    eliminated_on: date | None = None
    safety_net: bool = False
    risks: tuple[RiskRecord, ...] = ()
    threshold_amount: Decimal | None = None
    at_identification: SurveyRecord | None = None
    at_elimination: SurveyRecord | None = None

    @property
    def risk_kinds(self) -> frozenset[str]:
        """The kinds of its risks."""
        return frozenset(risk.kind for risk in self.risks)

    @property
    def is_eliminated(self) -> bool:
        """Whether its risk is marked as eliminated."""
        return self.state is CaseState.RISK_ELIMINATED

    @property
    def all_natural(self) -> bool:
        """Whether every risk was eliminated naturally."""
        return bool(self.risks) and all(risk.state is RiskState.NATURAL for risk in self.risks)


@dataclass(frozen=True, slots=True)
class HouseholdRecord:
    """A household on a day: members, newest case and survey, measures; `threshold` is the current year's."""

    day: date
    kind: HouseholdKind
    members: tuple[MemberRecord, ...]
    case: CaseRecord | None = None
    survey: SurveyRecord | None = None
    measures: tuple[MeasureRecord, ...] = ()
    farmland: Decimal | None = None
    threshold: Decimal | None = None

    @property
    def somebody_can_work(self) -> bool:
        """Whether a member is able to work."""
        return any(member.labour is Labour.ABLE for member in self.members)

    @property
    def nobody_can_work(self) -> bool:
        """Whether every member is without labour ability."""
        return bool(self.members) and all(member.labour is Labour.NONE for member in self.members)

    @property
    def themes(self) -> frozenset[str]:
        """The groups its measures belong to."""
        return frozenset(measure.theme for measure in self.measures)

    @property
    def items(self) -> frozenset[str | None]:
        """The items of its measures."""
        return frozenset(measure.item for measure in self.measures)


def age_on(birth_date: date, day: date) -> int:
    """Completed years of age on a day; somebody born on 29 February has the birthday on 1 March.

    >>> age_on(date(2008, 3, 2), date(2024, 3, 1))
    15
    """
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))

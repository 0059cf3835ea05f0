"""Facts that tests start from and change one thing of."""

from datetime import date
from decimal import Decimal

from api.rules.themes.assessment import HouseholdFacts
from api.rules.themes.elimination import EliminationFacts, IncomeCheck, Risk
from api.rules.words.vocabulary import CaseState, Guarantee, HouseholdKind, RiskState

AT_RISK = HouseholdFacts(
    kind=HouseholdKind.GENERAL,
    in_range=True,
    gap=False,
    hardship=True,
    income_stable=False,
    can_cope_alone=False,
    high_income=False,
    risk=True,
)

ELIMINABLE = EliminationFacts(
    state=CaseState.IDENTIFIED,
    safety_net=False,
    threshold=Decimal("8000.00"),
    income=(IncomeCheck(date(2024, 1, 31), Decimal("9000.00")),),
    guarantees=dict.fromkeys(Guarantee, True),
    risks=(Risk(RiskState.STABLE, date(2024, 5, 1)),),
    open_clues=0,
    judgement_recorded=True,
)
HALF_A_YEAR_ON = date(2024, 7, 31)

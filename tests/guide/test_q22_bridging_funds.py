"""22. 衔接资金: the uses the Guide names, to person and household first, pay follows work."""

import pytest

from api.rules.themes.assistance import funding_fits
from api.rules.words.judging import Effect, FundUse
from api.rules.words.vocabulary import Funding


@pytest.mark.parametrize("use", [use for use in FundUse if use is not FundUse.OTHER])
def test_a_named_use_holds(use):
    assert all(verdict.holds for verdict in funding_fits(Funding.BRIDGING_FUND, use))


def test_another_use_is_warned_never_refused():
    (verdict,) = (row for row in funding_fits(Funding.BRIDGING_FUND, FundUse.OTHER) if not row.holds)
    assert (verdict.code, verdict.effect) == ("FUND_USE_NOT_NAMED", Effect.ALERT)


@pytest.mark.parametrize("funding", [Funding.SECTOR, Funding.SOCIAL])
def test_other_funds_are_not_bound(funding):
    assert all(row.holds for row in funding_fits(funding, FundUse.OTHER, to_household=False, works=False))


def test_no_work_no_subsidy_and_persons_first():
    rows = funding_fits(Funding.BRIDGING_FUND, FundUse.DEVELOPMENT_SUBSIDY, to_household=False, works=False)
    assert [row.code for row in rows if not row.holds] == ["SUBSIDY_WITHOUT_WORK", "FUND_NOT_TO_PERSON"]

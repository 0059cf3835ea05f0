"""32. 占比超过 2%（西部 3%）: a ledger, not a fault, not a cap."""

from dataclasses import replace
from decimal import Decimal

import pytest

from api.rules.themes.ratio_ledger import LedgerFacts, counted_in_share, ledger_duties, share_is_large
from api.rules.words.judging import Effect
from api.rules.words.vocabulary import CaseState


@pytest.mark.parametrize(
    ("persons", "population", "western", "large"),
    [
        (20, 1000, False, False),
        (21, 1000, False, True),
        (20, 999, False, True),
        (30, 1000, True, False),
        (31, 1000, True, True),
        (25, 1000, True, False),
        (0, 0, False, False),
        (1, 0, False, True),
        (2_000_000, 100_000_000, False, False),
        (2_000_001, 100_000_000, False, True),
    ],
)
def test_exactly_the_line_is_not_above_it(persons, population, western, large):
    assert share_is_large(LedgerFacts(persons, population, western)) is large


def test_a_province_may_draw_the_line_lower():
    assert share_is_large(LedgerFacts(16, 1000, western=False), Decimal("0.015"))


def test_marked_safety_net_and_green_channel_are_not_counted():
    assert counted_in_share(CaseState.IDENTIFIED, safety_net=False)
    assert not counted_in_share(CaseState.IDENTIFIED, safety_net=True)
    assert not counted_in_share(CaseState.GREEN_CHANNEL, safety_net=False)
    assert not counted_in_share(CaseState.RISK_ELIMINATED, safety_net=False)


def test_below_the_line_nothing_is_owed():
    assert ledger_duties(LedgerFacts(20, 1000, western=False, cases_without_measures=3, screened=False)) == ()


def test_above_it_there_are_duties_which_alert_and_never_refuse():
    facts = LedgerFacts(21, 1000, western=False, cases_without_measures=3, screened=False)
    duties = ledger_duties(facts)
    assert [row.code for row in duties if not row.holds] == [
        "SHARE_LARGE",
        "LEDGER_WITHOUT_MEASURES",
        "LEDGER_NOT_SCREENED",
    ]
    assert {row.effect for row in duties} == {Effect.ALERT}
    assert "2.00%" in duties[0].zh
    done = ledger_duties(replace(facts, cases_without_measures=0, screened=True))
    assert [row.code for row in done if not row.holds] == ["SHARE_LARGE"]

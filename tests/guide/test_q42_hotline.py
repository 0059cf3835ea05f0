"""42. 12317 平台: accepted, assigned, urged, handled, evaluated; and the clue a call opens."""

from datetime import date
from itertools import product

import pytest

from api.rules.themes.hotline import NEXT, clue_opened_on, ticket_may_become
from api.rules.words.judging import TicketKind, TicketState

S = TicketState
CALLED, FOUND_ON = date(2024, 5, 6), date(2024, 5, 9)
ALLOWED = {
    (S.ACCEPTED, S.ASSIGNED),
    (S.ASSIGNED, S.URGED),
    (S.ASSIGNED, S.HANDLED),
    (S.URGED, S.URGED),
    (S.URGED, S.HANDLED),
    (S.HANDLED, S.EVALUATED),
}


@pytest.mark.parametrize(("present", "new"), list(product(TicketState, repeat=2)))
def test_order_of_handling(present, new):
    assert ticket_may_become(present, new).holds is ((present, new) in ALLOWED)


def test_every_state_says_what_follows():
    assert set(NEXT) == set(TicketState)


def test_a_households_own_call_dates_its_clue():
    assert clue_opened_on(TicketKind.SELF_DECLARATION, CALLED) == CALLED
    assert clue_opened_on(TicketKind.SELF_DECLARATION, CALLED, FOUND_ON) == CALLED


def test_a_report_opens_one_when_verified_dated_the_day_risk_was_found():
    assert clue_opened_on(TicketKind.REPORT, CALLED, FOUND_ON) == FOUND_ON
    assert clue_opened_on(TicketKind.REPORT, CALLED) is None


def test_a_question_opens_none():
    assert clue_opened_on(TicketKind.CONSULTATION, CALLED, FOUND_ON) is None

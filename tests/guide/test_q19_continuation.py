"""19. 政策延续: to maturity, to the agreement's end, to the end of the school stage."""

from datetime import date

import pytest

from api.rules.themes.continuation import Term, runs_until, screened_routinely, term_known
from api.rules.words.vocabulary import CaseState, Continuation

ELIMINATED = date(2024, 6, 1)
LATER, EARLIER = date(2026, 1, 31), date(2024, 5, 1)


@pytest.mark.parametrize(
    "continuation", [Continuation.LOAN_MATURITY, Continuation.POST_AGREEMENT, Continuation.SCHOOL_STAGE]
)
def test_a_measure_with_a_term_runs_to_its_end(continuation):
    assert runs_until(Term(continuation, LATER), ELIMINATED) == LATER
    assert runs_until(Term(continuation, EARLIER), ELIMINATED) == ELIMINATED
    assert not term_known(Term(continuation)).holds
    assert term_known(Term(continuation, LATER)).holds


def test_one_without_a_term_ends_with_the_elimination():
    assert runs_until(Term(Continuation.NONE), ELIMINATED) == ELIMINATED
    assert term_known(Term(Continuation.NONE)).holds


def test_universal_policies_go_by_their_own_rules():
    assert runs_until(Term(Continuation.SECTOR_RULES), ELIMINATED) is None


def test_routine_screening_goes_on_after_elimination():
    assert screened_routinely(CaseState.RISK_ELIMINATED)
    assert screened_routinely(None)
    assert not screened_routinely(CaseState.IDENTIFIED)

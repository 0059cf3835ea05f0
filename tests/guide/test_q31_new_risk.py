"""31. 消除后又出现新风险: identified again, as a new case."""

import pytest

from api.rules.themes.elimination import may_be_identified, needs_new_case
from api.rules.words.vocabulary import CaseState


@pytest.mark.parametrize(
    ("last", "new"),
    [
        (CaseState.RISK_ELIMINATED, True),
        (CaseState.WITHDRAWN, True),
        (CaseState.EXITED, True),
        (None, True),
        (CaseState.IDENTIFIED, False),
        (CaseState.GREEN_CHANNEL, False),
    ],
)
def test_a_new_case_unless_one_is_open(last, new):
    assert needs_new_case(last) is new


@pytest.mark.parametrize("last", [None, *CaseState])
def test_who_is_identified_is_not_identified_again(last):
    assert may_be_identified(last).holds is (last is not CaseState.IDENTIFIED)

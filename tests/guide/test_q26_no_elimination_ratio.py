"""26. 风险消除比例: none may be set; the gate knows nothing of others."""

import dataclasses
from typing import get_type_hints

from api.rules.numbers.parameter import PARAMETERS
from api.rules.themes.elimination import EliminationFacts, elimination_gate
from api.rules.themes.screening import holds_no_quota
from api.rules.words.judging import Dimension
from tests.support.guide.guide_facts import ELIMINABLE, HALF_A_YEAR_ON


def test_the_only_ratios_are_those_of_the_ledger():
    ratios = {row.name for row in PARAMETERS.values() if row.dimension is Dimension.RATIO}
    assert ratios == {"large_share", "large_share_west"}


def test_a_ratio_of_elimination_is_found_by_its_name():
    assert [verdict.question for verdict in holds_no_quota(["消除比例"])] == [9]
    assert holds_no_quota(["elimination_gate", "risk_eliminated"]) == ()


def test_the_gate_sees_one_case_only():
    assert set(get_type_hints(EliminationFacts)) == {field.name for field in dataclasses.fields(ELIMINABLE)}
    assert elimination_gate(ELIMINABLE, HALF_A_YEAR_ON) == elimination_gate(ELIMINABLE, HALF_A_YEAR_ON)
    assert holds_no_quota(get_type_hints(EliminationFacts)) == ()

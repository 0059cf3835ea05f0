"""6. 监测对象与农村低保对象的区别: two departments, neither decides for the other."""

import pytest

from api.rules.themes.low_income import recognised_by
from api.rules.words.judging import Recognition
from api.rules.words.vocabulary import Department


@pytest.mark.parametrize(
    ("group", "department", "holds"),
    [
        (Recognition.MONITORED, Department.RURAL_REVITALIZATION, True),
        (Recognition.MONITORED, Department.CIVIL_AFFAIRS, False),
        (Recognition.RURAL_ALLOWANCE, Department.CIVIL_AFFAIRS, True),
        (Recognition.RURAL_ALLOWANCE, Department.RURAL_REVITALIZATION, False),
        (Recognition.EXTREME_POVERTY, Department.RURAL_REVITALIZATION, False),
    ],
)
def test_recogniser(group, department, holds):
    assert recognised_by(group, department).holds is holds

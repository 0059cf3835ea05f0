"""2. 监测对象包括几类: three, and the category is computed from kind and range."""

import pytest

from api.rules.themes.assessment import category_of
from api.rules.words.vocabulary import Category, HouseholdKind


def test_there_are_three():
    assert {category.zh for category in Category} == {"脱贫不稳定户", "边缘易致贫户", "突发严重困难户"}


@pytest.mark.parametrize("kind", HouseholdKind)
@pytest.mark.parametrize("in_range", [True, False])
def test_every_household_at_risk_falls_into_exactly_one(kind, in_range):
    assert category_of(kind, in_range) in Category

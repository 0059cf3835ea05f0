"""3. 三类对象的概念: in range lifted or general; above the range either kind."""

import pytest

from api.rules.themes.assessment import category_of
from api.rules.words.vocabulary import Category, HouseholdKind


@pytest.mark.parametrize(
    ("kind", "in_range", "category"),
    [
        (HouseholdKind.LIFTED, True, Category.UNSTABLE_LIFTED),
        (HouseholdKind.GENERAL, True, Category.MARGINAL),
        (HouseholdKind.LIFTED, False, Category.SUDDEN_HARDSHIP),
        (HouseholdKind.GENERAL, False, Category.SUDDEN_HARDSHIP),
    ],
)
def test_category(kind, in_range, category):
    assert category_of(kind, in_range) is category

"""30. 已消除风险的脱贫户: managed as ordinary lifted households."""

from api.rules.themes.continuation import managed_after
from api.rules.words.judging import Management
from api.rules.words.vocabulary import HouseholdKind


def test_a_lifted_household_goes_back_to_lifted_management():
    assert managed_after(HouseholdKind.LIFTED) is Management.LIFTED
    assert managed_after(HouseholdKind.GENERAL) is Management.GENERAL

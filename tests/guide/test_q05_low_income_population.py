"""5. 监测对象与农村低收入人口: a union in which everybody counts once."""

from api.rules.themes.low_income import low_income_population
from api.rules.words.judging import Recognition

MONITORED, ALLOWANCE, EXTREME = Recognition.MONITORED, Recognition.RURAL_ALLOWANCE, Recognition.EXTREME_POVERTY


def test_each_person_counts_once_and_overlaps_are_told():
    population = low_income_population({MONITORED: {1, 2, 3}, ALLOWANCE: {3, 4}, EXTREME: {5}})
    assert population.total == 5
    assert population.groups == {MONITORED: 3, ALLOWANCE: 2, EXTREME: 1}
    assert population.overlaps[MONITORED, ALLOWANCE] == 1
    assert population.overlaps[MONITORED, EXTREME] == 0


def test_the_list_is_open():
    assert low_income_population({MONITORED: {1}, Recognition.OTHER: {2}}).total == 2


def test_nobody_is_nobody():
    assert low_income_population({}).total == 0

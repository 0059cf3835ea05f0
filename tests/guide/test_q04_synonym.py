"""4. 易返贫致贫人口与监测对象: one concept."""

from api.rules.themes.low_income import same_concept


def test_both_words_mean_monitoring_objects():
    assert same_concept("易返贫致贫人口") == same_concept("监测对象") == "监测对象"


def test_the_allowance_is_another_concept():
    assert same_concept("农村低保对象") is None

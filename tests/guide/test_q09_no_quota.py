"""9. 规模限制: none; no parameter, vocabulary or sentence can hold a quota."""

import dataclasses
import inspect

import pytest

from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.themes import assessment, elimination
from api.rules.themes.screening import holds_no_quota
from api.rules.words import judging, vocabulary


def test_no_parameter_holds_one():
    names = [text for row in PARAMETERS.values() for text in (row.name, row.zh, row.en)]
    assert holds_no_quota(names) == ()


def test_no_word_of_a_vocabulary_holds_one():
    words = [
        text
        for module in (vocabulary, judging)
        for item in vars(module).values()
        if inspect.isclass(item) and issubclass(item, vocabulary.Word)
        for word in item
        for text in (word.name, word.zh)
    ]
    assert len(words) > 100
    assert holds_no_quota(words) == ()


def test_no_rule_takes_one_as_an_argument():
    names = [name for rule in RULES.values() for name in inspect.signature(rule.function).parameters]
    assert len(names) > 50
    assert holds_no_quota(names) == ()


def test_neither_judgement_looks_at_how_many_there_are():
    for facts in (assessment.HouseholdFacts, elimination.EliminationFacts):
        names = {field.name for field in dataclasses.fields(facts)}
        assert not names & {"count", "total", "population", "share", "ratio", "quota", "limit"}


@pytest.mark.parametrize(
    "name", ["identification_quota", "识别名额", "max_cases", "消除比例要求", "required_elimination_ratio"]
)
def test_a_quota_is_found_by_its_name(name):
    (verdict,) = holds_no_quota(["publicity_days", name])
    assert (verdict.holds, verdict.code) == (False, "QUOTA_FORBIDDEN")

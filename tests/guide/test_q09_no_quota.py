"""9. 规模限制: none; no parameter, vocabulary or sentence can hold a quota."""

import dataclasses
import inspect
from dataclasses import replace
from decimal import Decimal

import pytest

from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.themes import assessment, elimination
from api.rules.themes.screening import holds_no_quota
from api.rules.words import judging, vocabulary
from api.rules.words.steps import StepId
from api.schema import catalogue
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import WORKFLOWS, Workflow, declare_workflow


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


def test_no_step_can_take_one():
    quota = Argument("limit_ratio", Decimal, "消除比例", "The ratio to reach.")
    step = Step(StepId("quota", "set", "设定", "Set it.", (9,)), arguments=(quota,))
    with pytest.raises(ValueError, match="quota"):
        declare_workflow(Workflow("quota", "指标", "Quotas", (step,), HouseholdHandler()))
    assert "quota" not in WORKFLOWS


def test_no_field_of_a_table_can_hold_one():
    declared = catalogue.catalogue()["Unit"]
    field = declared.fields["name"]
    named = replace(field, spec=replace(field.spec, zh="识别名额"))
    with pytest.raises(LookupError, match="quota"):
        catalogue._check(replace(declared, fields={**declared.fields, "name": named}), catalogue.catalogue())

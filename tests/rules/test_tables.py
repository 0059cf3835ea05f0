"""The generated tables hold every rule, number, sentence and deadline, one row each."""

import inspect

import pytest

from api.projection.holders import check_holders, holders
from api.rules import tables
from api.rules.checks.field_library import ALL_CHECKS
from api.rules.limits.deadlines import DEADLINES
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.verdict import SENTENCES


@pytest.mark.parametrize(
    ("table", "things"),
    [
        (lambda: tables.rule_table(holders()), RULES),
        (tables.parameter_table, PARAMETERS),
        (tables.sentence_table, SENTENCES),
        (tables.deadline_table, DEADLINES),
        (lambda: tables.check_table(check_holders()), ALL_CHECKS),
    ],
)
def test_one_row_each_and_all_rows_as_wide_as_the_head(table, things):
    lines = table().splitlines()
    assert len(lines) == len(things) + 2
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


def test_the_rows_say_what_a_lawyer_looks_for():
    row = next(line for line in tables.rule_table(holders()).splitlines() if "publicity_long_enough" in line)
    parts = ("Q34", "MUST", "村内公示不少于 5 天", "`publicity_days`", "by analogy", "`identification.submit`")
    assert all(part in row for part in parts)
    number = next(line for line in tables.parameter_table().splitlines() if "`publicity_days`" in line)
    assert all(part in number for part in ("5 天", "2023-03-22", "只能调高"))


def test_every_rule_is_bilingual_and_cites_its_question_in_its_docstring():
    for rule in RULES.values():
        assert any("\u4e00" <= character <= "\u9fff" for character in rule.zh), rule.name
        assert not any("\u4e00" <= character <= "\u9fff" for character in rule.en), rule.name


def test_no_rule_asks_a_clock_or_the_world():
    for theme in tables.THEMES:
        source = inspect.getsource(theme)
        assert not any(word in source for word in (".today(", ".now(", "import os", "import random", "open("))

"""Every number of the Guide stands in the parameters: no theme repeats one."""

import ast
import inspect

import pytest

from api.rules import tables
from api.rules.checks import field_library
from api.rules.numbers.parameter import PARAMETERS, DayOfYear

GUIDES_OWN = {5, 10, 15, 0.02, 0.03, 1.2}


@pytest.mark.parametrize("theme", [*tables.THEMES, *field_library.THEMES], ids=lambda theme: theme.__name__)
def test_no_theme_holds_a_number_of_the_guide(theme):
    cited = set()  # question numbers are the first argument of @rule and the second of sentence()
    tree = ast.parse(inspect.getsource(theme))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id.endswith(("rule", "sentence", "check", "_row")):
            cited |= {id(node) for argument in call.args for node in ast.walk(argument)}
    numbers = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in cited
    ]
    allowed = {"personal_data"}  # lengths of numbers, not of time
    assert theme.__name__.rpartition(".")[2] in allowed or not GUIDES_OWN & set(numbers)


def test_every_parameter_has_both_languages_and_a_value_that_fits():
    for row in PARAMETERS.values():
        assert row.zh != row.en
        assert row.value is None or isinstance(row.value, int | DayOfYear) or row.amount > 0

"""Every question 1 to 42 has a rule, a sentence or a parameter, and a test file of its own."""

import re
from pathlib import Path

import pytest

from api.rules import tables
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.verdict import SENTENCES

QUESTIONS = range(1, 43)
HERE = Path(__file__).parent
RULE_FILES = Path(tables.__file__).parent


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_rule_judges_it(question):
    assert [rule.name for rule in RULES.values() if question in rule.questions]


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_test_file_covers_it_and_cites_its_number(question):
    (file,) = HERE.glob(f"test_q{question:02}_*.py")
    text = file.read_text()
    assert text.startswith(f'"""{question}. ')
    named = {name for rule in RULES.values() if question in rule.questions for name in [rule.name]}
    used = set(re.findall(r"[a-z_]+", text))
    assert named & used, f"no rule of Q{question} is called in {file.name}"


def test_no_citation_leads_outside_the_guide():
    cited = {question for rule in RULES.values() for question in rule.questions}
    cited |= {sentence.question for sentence in SENTENCES.values()}
    cited |= {parameter.question for parameter in PARAMETERS.values()}
    assert cited == set(QUESTIONS)


def test_every_theme_with_a_rule_is_in_the_tables():
    declaring = {
        file.stem for file in RULE_FILES.rglob("*.py") if re.search(r"^@rule\(", file.read_text(), re.MULTILINE)
    }
    assert declaring == {rule.theme for rule in RULES.values()}
    assert declaring == {theme.__name__.rpartition(".")[2] for theme in tables.THEMES}


def test_every_rule_is_called_by_a_test_of_its_question():
    texts = {int(file.name[6:8]): file.read_text() for file in HERE.glob("test_q??_*.py")}
    silent = [
        rule.name
        for rule in RULES.values()
        if not any(re.search(rf"\b{rule.name}\b", texts[question]) for question in rule.questions)
    ]
    assert silent == []

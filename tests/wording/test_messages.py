"""What officials read: every sentence and every error, filled with facts of every kind, in both languages. Q1

A fact that has a code is rendered by its Chinese term, so no code reaches a Chinese text; no English text holds
Chinese; and nothing that HTTP may answer advises a command of the operator's shell.
"""

import importlib
import inspect
import pkgutil
import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

import api
from api.errors import CODES, Code, Term, fact_text, listed
from api.rules.verdict import SENTENCES
from api.rules.words.steps import STEPS
from api.rules.words.vocabulary import Word
from tests.support.wording.allowed import FOR_OPERATORS, NAMES, ROW_TYPES

for _module in pkgutil.walk_packages(api.__path__, "api."):
    importlib.import_module(_module.name)

FIELD = re.compile(r"\{[a-z_]+\}")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STATES = tuple(next(iter(words)) for words in Word.__subclasses__())
FACTS = (
    12,
    Decimal("7880.00"),
    date(2026, 3, 31),
    *STATES,
    listed(STATES[:3]),
    *(Term(step.action, step.zh, step.action) for step in STEPS.values()),
)

COMMAND = re.compile(r"\bshouwang |SHOUWANG_|DATABASE_URL|\bmake run\b|\bpiccolo ")
"""What only a person at a terminal could follow."""

CELLS = re.compile(r"是 or 否|户编号|户主证件号码|文化程度|在校生状况|健康|错误|家庭成员|户|“|”")
"""Columns, sheets and cells of the workbook, which are in Chinese whatever the language of the message."""


def filled(template: str, language: str) -> Iterator[str]:
    """The template with a fact of every kind in each of its places."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    for fact in FACTS if names else FACTS[:1]:
        yield template.format(**{name: fact_text(fact, language) for name in names})


def _owners() -> dict[str, str]:
    modules = [importlib.import_module(module.name) for module in pkgutil.walk_packages(api.__path__, "api.")]
    declaring = re.compile(r"\b_?(?:code|error|warning|declare|_[a-z]+)\(\s*\"([A-Z_]+)\"")
    return {code: module.__name__ for module in modules for code in declaring.findall(inspect.getsource(module))}


OWNERS = _owners()
AT_A_TERMINAL = {
    name
    for name, module in OWNERS.items()
    if any(module == room or module.startswith(f"{room}.") for room in FOR_OPERATORS)
}


def texts() -> Iterator[tuple[str, str, str]]:
    """(name, Chinese, English) of all that is said."""
    for code in CODES.values():
        yield code.name, code.zh, code.en
        yield f"{code.name} next", code.next_zh, code.next_en
    for sentence in SENTENCES.values():
        yield sentence.code, sentence.zh, sentence.en


@pytest.mark.parametrize(("name", "zh", "en"), list(texts()))
def test_no_code_stands_in_a_chinese_text_and_no_chinese_in_an_english_text(name: str, zh: str, en: str) -> None:
    at_a_terminal = name.split()[0] in AT_A_TERMINAL
    for text in filled(zh, "zh"):
        if not at_a_terminal:
            assert set(LATIN.findall(text)) <= NAMES | ROW_TYPES, text
    for text in filled(CELLS.sub("", en) if name.startswith("INTAKE") else en, "en"):
        assert not CHINESE.search(text), text


@pytest.mark.parametrize("code", [code for name, code in CODES.items() if name not in AT_A_TERMINAL])
def test_no_error_that_http_may_answer_advises_a_command(code: Code) -> None:
    for text in (code.zh, code.en, code.next_zh, code.next_en):
        assert not COMMAND.search(text)


def test_the_test_would_see_a_code_a_field_and_a_command() -> None:
    assert LATIN.findall("现为 MUST_IDENTIFY，accountName 为空") == ["MUST_IDENTIFY", "accountName"]
    assert COMMAND.search("run `shouwang policy check`")

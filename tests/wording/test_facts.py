"""Facts that fill a Chinese sentence: none is an English phrase or a text as somebody typed it. Q1, Q38

Read off the code: every call that raises a declared error, finds one in a policy or judges by a sentence. A fact the
Chinese text shows is a number, a day, a word of a vocabulary or a Term; never a constant text, an f-string or a repr.
Operators' errors may show paths, names of tables and what the system answered.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import string
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import api
from api.errors import Code
from api.rules.verdict import Sentence
from tests.support.wording.allowed import FOR_OPERATORS, SHOWN_AS_THEY_ARE

MODULES = [importlib.import_module(module.name) for module in pkgutil.walk_packages(api.__path__, "api.")]
WORD = re.compile(r"[A-Za-z]{3,}")
AS_TYPED = {"repr", "str", "join", "format", "unparse"}


def places(template: str) -> set[str]:
    """The facts a text shows."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def is_text(node: ast.expr) -> bool:
    """Whether an expression is a text for sure: a constant, an f-string, or what makes one of something."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Call):
        function = node.func
        return (getattr(function, "id", None) or getattr(function, "attr", "")) in AS_TYPED
    if isinstance(node, ast.IfExp):
        return is_text(node.body) or is_text(node.orelse)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) or is_text(node.value)
    if isinstance(node, ast.BoolOp):
        return any(map(is_text, node.values))
    return isinstance(node, ast.BinOp) and (is_text(node.left) or is_text(node.right))


def is_phrase(node: ast.expr) -> bool:
    """Whether an expression is a text with an English word of its own."""
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and WORD.search(part.value)
        for part in (node.values if isinstance(node, ast.JoinedStr) else [node])
    )


def declared(node: ast.expr, module: ModuleType) -> Code | Sentence | None:
    """The error or sentence an expression names."""
    if isinstance(node, ast.Attribute):
        owner = vars(module).get(node.value.id) if isinstance(node.value, ast.Name) else None
        value: Any = vars(owner).get(node.attr) if isinstance(owner, ModuleType) else None
    else:
        value = vars(module).get(node.id) if isinstance(node, ast.Name) else None
    return value if isinstance(value, Code | Sentence) else None


def facts_of(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """What a call names: its keywords, and the entries of a dictionary passed to it."""
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            for key, value in zip(argument.keys, argument.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), value


def texts_shown(module: ModuleType, source: str, wrong: Callable[[ast.expr], bool] = is_text) -> Iterator[str]:
    """Line, error and fact wherever a Chinese text would show a text."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        named = [*call.args[:1], *([call.func.value] if isinstance(call.func, ast.Attribute) else [])]
        what = next((declaration for node in named if (declaration := declared(node, module))), None)
        if what is None:
            continue
        name = what.name if isinstance(what, Code) else what.code
        chinese = places(what.zh + (what.next_zh if isinstance(what, Code) else ""))
        for fact, value in facts_of(call):
            if fact in chinese and wrong(value) and (name, fact) not in SHOWN_AS_THEY_ARE:
                yield f"{module.__name__}:{call.lineno}: {name} {fact} {ast.unparse(value)}"


def test_no_chinese_sentence_shows_an_english_phrase_or_what_was_typed() -> None:
    at_a_terminal = tuple(f"{room}." for room in FOR_OPERATORS)
    texts = [
        text
        for module in MODULES
        for text in texts_shown(
            module, inspect.getsource(module), is_phrase if f"{module.__name__}.".startswith(at_a_terminal) else is_text
        )
    ]
    assert texts == []


def test_the_test_would_see_a_phrase_and_a_repr() -> None:
    from api import errors

    for fact in ("'a date'", "repr(value)", "name[:40]", "f'{value} days'"):
        assert list(texts_shown(errors, f"Problem(INVALID_INPUT, expected={fact})")), fact
    assert not list(texts_shown(errors, "Problem(INVALID_INPUT, expected=12)"))

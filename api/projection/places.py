"""出处 File and line of every declaration, read off the source itself, so that a derived name leads back to it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import api

ROOT = Path(api.__path__[0]).parent


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file of the product; the path is relative to the product's folder."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose first plain argument is a text: how codes, parameters, sentences, filters and orders are declared.

    `scope` is the class it stands in, empty outside of classes.
    """

    callee: str
    name: str
    scope: str
    place: Place


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name bound in a class body or, with an empty scope, in a module: a column, a word, a root field, a step."""

    module: str
    scope: str
    name: str
    place: Place


@cache
def _calls_by_name() -> dict[str, list[Call]]:
    by_name: dict[str, list[Call]] = {}
    for file, tree in _sources():
        for call in _calls(tree, file, ""):
            by_name.setdefault(call.name, []).append(call)
    return by_name


@cache
def _attributes_by_name() -> dict[str, list[Attribute]]:
    by_name: dict[str, list[Attribute]] = {}
    for file, tree in _sources():
        for attribute in _attributes(tree, file):
            by_name.setdefault(attribute.name or attribute.scope, []).append(attribute)
    return by_name


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(Path(api.__path__[0]).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _calls(node: ast.AST, file: str, scope: str) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and child.args:
            callee, first = ast.unparse(child.func).rpartition(".")[2], child.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Call(callee, first.value, scope, Place(file, child.lineno))
        yield from _calls(child, file, child.name if isinstance(child, ast.ClassDef) else scope)


def _attributes(tree: ast.Module, file: str) -> Iterator[Attribute]:
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for statement in tree.body:
        yield from (Attribute(module, "", name, Place(file, statement.lineno)) for name in _bound(statement))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield Attribute(module, node.name, "", Place(file, node.lineno))
            for statement in node.body:
                for name in _bound(statement):
                    yield Attribute(module, node.name, name, Place(file, statement.lineno))


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name


def calls(name: str, *callees: str, scope: str | None = None) -> tuple[Place, ...]:
    """Find the calls that declare something with that text first; of any callee unless some are named."""
    return tuple(
        call.place
        for call in _calls_by_name().get(name, ())
        if (not callees or call.callee in callees) and scope in (None, call.scope)
    )


def class_of(kind: type) -> Place | None:
    """Find the line of a class."""
    return _attribute(kind, "")


def attribute_of(kind: type, name: str) -> Place | None:
    """Find the line that binds a name in a class or in one that it inherits from."""
    return next((place for base in kind.__mro__ if (place := _attribute(base, name)) is not None), None)


def _attribute(kind: type, name: str) -> Place | None:
    named = _attributes_by_name().get(name or kind.__name__, ())
    wanted = (kind.__module__, kind.__name__, name)
    return next(
        (attribute.place for attribute in named if (attribute.module, attribute.scope, attribute.name) == wanted), None
    )


def bound(scope: str, name: str) -> Place | None:
    """Find the line that binds a GraphQL name in a class of that name, in any module; without scope, in a module."""
    named = [*_attributes_by_name().get(name, ()), *_attributes_by_name().get(snake(name), ())]
    return next((attribute.place for attribute in named if attribute.scope == scope and attribute.name), None)


def snake(name: str) -> str:
    """The Python name behind a GraphQL one.

    >>> snake("revealPersonalData")
    'reveal_personal_data'
    """
    return re.sub("(?<=[a-z0-9])[A-Z]", lambda letter: f"_{letter.group()}", name).lower()


def function_of(function: Callable[..., Any]) -> Place:
    """Find the line on which a function begins, its decorators included."""
    code = function.__code__
    return Place(Path(code.co_filename).relative_to(ROOT).as_posix(), code.co_firstlineno)

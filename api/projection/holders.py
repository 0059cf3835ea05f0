"""执行者 Finds the holders of each rule: guards and effects that call it, read off their code, or declared ones.

A rule that a step's guard, reader or effect reaches is held by that step, one that other code of the product calls is
held by that function. What only the database or a later part of the product holds is named in the rule's `held_by`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import api
from api.projection.modules import every_module
from api.rules.checks.check import Stage
from api.rules.checks.field_library import ALL_CHECKS, FINDERS
from api.rules.registry import RULES
from api.workflow.registry import steps

RULE_ROOM = "api.rules"
NOT_HOLDING = (RULE_ROOM, "api.projection", "api.demo", "api.commands.demo")
"""Modules whose functions hold no rule by themselves: the rules, pages about them, invented data."""
DEPTH = 2
"""How deep tuples and mappings of functions are looked into: a table of functions is a value of one."""


@cache
def holders() -> Mapping[str, tuple[str, ...]]:
    """The holders of every rule by its name: steps as workflow.step, other code as its file; sorted."""
    every_module()  # declares every rule and every step
    by_function = {rule.function: name for name, rule in RULES.items()}
    callers: dict[str, set[str]] = {name: set() for name in RULES}
    of_steps: set[FunctionType] = set()
    for action, (_, step) in steps().items():
        for function in (*step.facts, *step.guards, *step.effects, step.nation):
            reached = reached_from(function, api.__name__)
            of_steps |= reached
            for rule in reached & by_function.keys():
                callers[by_function[rule]].add(action)
    for module in every_module():
        for function in set(_functions(vars(module).values(), module.__name__)) - of_steps:
            if not module.__name__.startswith(NOT_HOLDING):
                for rule in reached_from(function, RULE_ROOM) & by_function.keys():
                    callers[by_function[rule]].add(f"{module.__name__.replace('.', '/')}.py")
    return {name: tuple(sorted(held)) for name, held in callers.items()}


@cache
def check_holders() -> Mapping[str, tuple[str, ...]]:
    """The steps that tell what a consistency check finds, by its code; none for a check that no step can tell yet."""
    every_module()
    telling: dict[Stage, list[str]] = {stage: [] for stage in Stage}
    for action, (_, step) in sorted(steps().items()):
        reached = {function for guard in step.guards for function in reached_from(guard, api.__name__)}
        for stage, finder in FINDERS.items():
            if finder in reached:
                telling[stage].append(action)
    return {code: tuple(telling[check.stage]) if check.held_by is None else () for code, check in ALL_CHECKS.items()}


def _functions(values: Iterable[Any], module: str) -> Iterator[FunctionType]:
    """The functions and methods that a module itself defines."""
    for value in values:
        value = getattr(value, "__func__", getattr(value, "fget", value))
        if isinstance(value, FunctionType) and value.__module__ == module and value.__code__.co_filename != "<string>":
            yield value
        elif isinstance(value, type) and value.__module__ == module:
            yield from _functions(vars(value).values(), module)


def reached_from(function: Callable[..., Any] | None, room: str) -> set[FunctionType]:
    """Every function that a function names in its code, and so on within a room; itself included."""
    reached: set[FunctionType] = set()
    waiting = list(_of_value(function, DEPTH))
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting += (named for named in _named(current) if named.__module__.startswith(room))
    return reached


def _named(function: FunctionType) -> Iterator[FunctionType]:
    names = set(_names(function.__code__))
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            for member in names:
                yield from _of_value(getattr(value, member, None), DEPTH)
        else:
            yield from _of_value(value, DEPTH)
    for cell in function.__closure__ or ():
        yield from _of_value(cell.cell_contents, DEPTH)


def _names(code: CodeType) -> Iterator[str]:
    """The names in a function's code, that of functions inside it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _of_value(value: Any, depth: int) -> Iterator[FunctionType]:
    """The functions of the product in a value: itself, what it wraps, the methods of a class, entries of a table."""
    value = getattr(value, "__wrapped__", value)
    if isinstance(value, partial):
        yield from _of_value(value.func, depth)
    elif isinstance(value, FunctionType):
        if value.__module__.startswith(api.__name__):
            yield value
    elif isinstance(value, type):
        if value.__module__.startswith(api.__name__) and not issubclass(value, BaseException):
            yield from _functions(vars(value).values(), value.__module__)
    elif isinstance(value, Mapping) and depth:
        for entry in value.values():
            yield from _of_value(entry, depth - 1)
    elif isinstance(value, tuple | list | frozenset) and depth:
        for entry in value:
            yield from _of_value(entry, depth - 1)

"""可办环节 Available steps as SQL: a CASE over the row's kind and state with constant JSON; places decide the rest."""

from collections.abc import Sequence
from itertools import groupby

from api.access.formula.formula import FALSE, TRUE, Formula
from api.planner.plan.nodes import Available, Choice
from api.planner.sql.binder import quoted
from api.planner.sql.conditions import Place
from api.planner.sql.context import Context, Row
from api.planner.sql.json_expr import JsonExpr, sql
from api.planner.sql.object import place_columns

_NONE = "'[]'"


def write_available(node: Available, row: Row, context: Context) -> JsonExpr:
    """The steps a row offers, as a JSON array; which arm reached the row is decided first."""
    if any(part not in (TRUE, FALSE) for choice in node.choices for part in choice.visible):
        row.used.update(place_columns(row))
    place = context.place(row.permit, row.alias)
    arms = [_kinds(node.choices, index, row, place) for index in range(len(row.permit.arms))]
    if row.arm is None or len(set(arms)) <= 1:
        return sql(arms[0] if arms else _NONE)
    cases = "".join(f" when {index} then {text}" for index, text in enumerate(arms))
    return sql(f"case {row.arm}{cases} else {_NONE} end")


def _kinds(choices: Sequence[Choice], arm: int, row: Row, place: Place) -> str:
    open_ = sorted((choice for choice in choices if choice.visible[arm] != FALSE), key=lambda choice: choice.kind or "")
    by_kind = {kind: list(group) for kind, group in groupby(open_, key=lambda choice: choice.kind)}
    if None in by_kind:
        return _states(by_kind[None], arm, row, place)
    if not by_kind:
        return _NONE
    cases = "".join(f" when {quoted(kind or '')} then {_states(by_kind[kind], arm, row, place)}" for kind in by_kind)
    return f"case {row.column('kind')}{cases} else {_NONE} end"


def _states(choices: Sequence[Choice], arm: int, row: Row, place: Place) -> str:
    by_state: dict[str | None, list[Choice]] = {}
    for choice in choices:
        by_state.setdefault(choice.state, []).append(choice)
    if None in by_state:
        return _offers(by_state[None], arm, place)
    cases = "".join(f" when {quoted(state or '')} then {_offers(by_state[state], arm, place)}" for state in by_state)
    return f"case {row.column('state')}{cases} else {_NONE} end"


def _offers(choices: Sequence[Choice], arm: int, place: Place) -> str:
    if all(choice.visible[arm] == TRUE for choice in choices):
        return quoted(f"[{','.join(choice.text for choice in choices)}]")
    # array_to_string leaves out what is NULL
    parts = ",".join(_maybe(choice.text, choice.visible[arm], place) for choice in choices)
    return f"concat('[',array_to_string(array[{parts}],','),']')"


def _maybe(text: str, formula: Formula, place: Place) -> str:
    return quoted(text) if formula == TRUE else f"case when {place.sql(formula)} then {quoted(text)} end"

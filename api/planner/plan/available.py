"""可办环节 Which steps a row can offer a role: state ∩ policy, as far as it is known before the row is. DESIGN §10"""

from collections.abc import Sequence

import orjson

from api.access.formula.formula import FALSE, Formula, Grant, State, any_of, assume, atoms
from api.planner.document.selection import Asked
from api.planner.plan.nodes import Available, Choice
from api.planner.plan.permit import Permit, Rights
from api.rules.words.vocabulary import Kind
from api.schema.available_step import OFFERS, AvailableStep, Offer
from api.schema.catalogue import Type


def available(rights: Rights, permit: Permit, fields: Sequence[Asked]) -> Available:
    """The node: per kind and state of the row, the steps some row of the permit may offer."""
    mine = [one for one in OFFERS.values() if one.target == permit.type.name]
    return Available(tuple(choice for one in mine for choice in _choices(one, rights, permit, _text(one, fields))))


def _choices(one: Offer, rights: Rights, permit: Permit, text: str) -> list[Choice]:
    asked = (rights.formula(action, one.about) for action in one.actions)
    formula = _granted(any_of(asked), one.grant)
    choices = []
    for state in _states(permit.type):
        if one.states and state is not None and state not in one.states:
            continue
        # a decision knows the state of a proceeding alone; a step about anything else is in none
        here = _stateless(formula) if permit.type.kind is not Kind.PROCEEDING else _in_state(formula, state)
        shown = tuple(arm.given(here) for arm in permit.arms)
        if any(part != FALSE for part in shown):
            choices.append(Choice(one.kind if permit.type.kind is Kind.PROCEEDING else None, state, text, shown))
    return choices


def _states(type_: Type) -> Sequence[str | None]:
    words = type_.by_column["state"].spec.words if "state" in type_.by_column else None
    return [word.name for word in words] if words else [None]


def _in_state(formula: Formula, state: str | None) -> Formula:
    for atom in atoms(formula):
        if isinstance(atom, State):
            formula = assume(formula, atom, state in atom.words)
    return formula


def _stateless(formula: Formula) -> Formula:
    return _in_state(formula, None)


def _granted(formula: Formula, point: str) -> Formula:
    for atom in atoms(formula):
        if isinstance(atom, Grant):
            formula = assume(formula, atom, point in atom.words)
    return formula


def _text(one: Offer, fields: Sequence[Asked]) -> str:
    shown = {field.key: _value(one, field.name) for field in fields}
    return orjson.dumps(shown).decode()


def _value(one: Offer, name: str) -> str:
    return AvailableStep.__name__ if name == "__typename" else str(getattr(one, name))

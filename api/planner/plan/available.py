"""可办环节 Steps that a row can offer a role: state ∩ policy, as far as decided before the row is read. DESIGN §10"""

from collections.abc import Sequence

import orjson

from api.access.formula.formula import FALSE, Formula, Grant, State, any_of, assume, atoms
from api.planner.document.selection import SelectedField
from api.planner.plan.nodes import Available, Choice
from api.planner.plan.permit import Permit, Rights
from api.rules.words.vocabulary import Kind
from api.schema.available_step import OFFERS, AvailableStep, Offer
from api.schema.catalogue import Type


def available(rights: Rights, permit: Permit, fields: Sequence[SelectedField]) -> Available:
    """The node: per kind and state of the row, the steps some row of the permit may offer."""
    mine = [offer for offer in OFFERS.values() if offer.target == permit.type.name]
    return Available(
        tuple(choice for offer in mine for choice in _choices(offer, rights, permit, _text(offer, fields)))
    )


def _choices(offer: Offer, rights: Rights, permit: Permit, text: str) -> list[Choice]:
    permissions = (rights.formula(action, offer.about) for action in offer.actions)
    formula = _granted(any_of(permissions), offer.grant)
    choices = []
    for state in _states(permit.type):
        if offer.states and state is not None and state not in offer.states:
            continue
        # a decision knows the state of a proceeding alone; a step about anything else is in none
        here = _stateless(formula) if permit.type.kind is not Kind.PROCEEDING else _in_state(formula, state)
        visible = tuple(arm.simplify(here) for arm in permit.arms)
        if any(part != FALSE for part in visible):
            choices.append(Choice(offer.kind if permit.type.kind is Kind.PROCEEDING else None, state, text, visible))
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


def _text(offer: Offer, fields: Sequence[SelectedField]) -> str:
    values = {field.key: _value(offer, field.name) for field in fields}
    return orjson.dumps(values).decode()


def _value(offer: Offer, name: str) -> str:
    return AvailableStep.__name__ if name == "__typename" else str(getattr(offer, name))

"""Formulas built anew from their parts."""

from api.access.formula.formula import (
    And,
    Formula,
    Not,
    Or,
    all_of,
    any_of,
    negate,
)


def built(formula: Formula) -> Formula:
    """The same formula through the smart constructors."""
    match formula:
        case And(parts):
            return all_of(map(built, parts))
        case Or(parts):
            return any_of(map(built, parts))
        case Not(part):
            return negate(built(part))
    return formula

"""条件式样本 Random formulas and the naive meaning that the smart constructors are held against. Q1"""

from hypothesis import strategies as st

from api.access.formula.formula import (
    And,
    Constant,
    Cooperating,
    Facts,
    Formula,
    Grant,
    Not,
    Or,
    Own,
    Sector,
    State,
    Subtree,
    Within,
)

WORDS = ("A", "B", "C")
UNITS = ("50", "51", "500110", "50W")
_PATHS = ((), ("50",), ("51",), ("500110",), ("50W",), ("50", "500110"), ("51", "500110"), ("50", "50W"))

some_words = st.frozensets(st.sampled_from(WORDS), min_size=1)
atom = st.one_of(
    st.sampled_from([Own(), Subtree(), Cooperating(), Sector(), *map(Within, UNITS)]),
    st.builds(State, some_words),
    st.builds(Grant, some_words),
)
raw_formula = st.recursive(
    atom | st.sampled_from([Constant(True), Constant(False)]),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, max_size=4)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, max_size=4)),
    ),
    max_leaves=14,
)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Facts as in every world: own implies subtree, and a path has one unit of a tier."""
    subtree = draw(st.booleans())
    return Facts(
        own=subtree and draw(st.booleans()),
        subtree=subtree,
        cooperating=draw(st.booleans()),
        sector=draw(st.booleans()),
        state=draw(st.sampled_from([*WORDS, "-"])),
        grant=draw(st.sampled_from(WORDS)),
        path=frozenset(draw(st.sampled_from(_PATHS))),
    )


def naive(formula: Formula, world: Facts) -> bool:
    """The meaning of a formula, written the dull way."""
    match formula:
        case Constant(value):
            return value
        case And(parts):
            return all(naive(part, world) for part in parts)
        case Or(parts):
            return any(naive(part, world) for part in parts)
        case Not(part):
            return not naive(part, world)
        case State(words):
            return world.state in words
        case Grant(words):
            return world.grant in words
        case Within(unit):
            return unit in world.path
    return bool(getattr(world, type(formula).__name__.lower()))

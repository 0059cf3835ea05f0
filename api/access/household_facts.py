"""农户事实 Facts of a household that policies decide by: its place, cooperating place and sectors. Q1, Q16"""

from collections.abc import Iterable

from api.access.request import ObjectFacts
from api.rules.words.vocabulary import Department
from api.schema.paths import Columns, cooperating_path_of, path_of


def facts_of_household(household: Columns, sectors: Iterable[str], state: str | None) -> ObjectFacts:
    """The facts of a household with its tier columns, the departments involved, and the state policies mean."""
    return ObjectFacts(
        place=path_of(household),
        cooperating=cooperating_path_of(household),
        sectors=frozenset(map(Department.__getitem__, sectors)),
        state=state,
    )

"""居住条件 Dwelling, land and water of a household, as finished text: variants drawn beforehand. Q7, Q12"""

from collections.abc import Collection

from api.demo.copying import line
from api.demo.random_source import Stream, pick, stream

VARIANTS = 500
TROUBLES = frozenset({"HOUSING", "WATER"})


class Dwellings:
    """Variants of the columns from safe water on, by the troubles that show in them."""

    def __init__(self, seed: int) -> None:
        self._pools = {
            troubles: [
                _dwelling(stream(seed, "dwelling", sorted(troubles), number), troubles) for number in range(many)
            ]
            for troubles, many in (
                (frozenset[str](), VARIANTS),
                (frozenset({"HOUSING"}), 50),
                (frozenset({"WATER"}), 50),
                (TROUBLES, 50),
            )
        }
        self._sound = self._pools[frozenset()]

    def any(self, draw: Stream, troubles: Collection[str] = ()) -> str:
        """One variant."""
        return pick(draw, self._pools[TROUBLES.intersection(troubles)] if troubles else self._sound)


def _dwelling(draw: Stream, troubles: Collection[str]) -> str:
    grade = pick(draw, ("C", "D")) if "HOUSING" in troubles else pick(draw, ("A", "A", "B"))
    return line(
        *("WATER" not in troubles, grade, 40 + int(draw.random() * 180), draw.random() < 0.8, True),
        *(draw.random() < 0.96, pick(draw, ("CLEAN", "CLEAN", "FIREWOOD", "COAL"))),
        *(pick(draw, ("CONCRETE", "CONCRETE", "GRAVEL", "DIRT")), f"{draw.random() ** 3 * 6:.2f}"),
        *(f"{draw.random() * 9:.1f}", f"{draw.random() ** 2 * 30:.1f}", f"{draw.random() ** 3 * 8:.1f}", 0),
        *(f"{draw.random() ** 6 * 4:.1f}", draw.random() < 0.4, False),
    )

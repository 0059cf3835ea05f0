"""收支 Surveys: income around the threshold, expense that fits the risks, gaps while there are gaps. Q12"""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from api.demo.random_source import Stream, between, pick, stream

POOL = 4000


class Level(Enum):
    """Per-capita net income against the year's threshold."""

    USUAL = "as most households"
    IN_RANGE = "at or below the threshold"
    ABOVE = "above it after a shock"
    RECOVERED = "well above it, also next year's"


class Shape(NamedTuple):
    """The composition of a net income, in thousandths; `cost` is the part of business income spent on business."""

    wages: int
    transfers: int
    property: int
    cost: int


class SurveyFigures(NamedTuple):
    """A survey to be written: the day, how the household stood against which amount, and its troubles."""

    on: int
    level: Level
    limit: int
    troubles: Collection[str] = ()


class Incomes:
    """Pools of incomes, by level in thousandths of the threshold, and of their make-up."""

    def __init__(self, seed: int) -> None:
        draw = stream(seed, "incomes")
        self.factors = {
            Level.USUAL: tuple(_usual(draw) for _ in range(POOL)),
            Level.IN_RANGE: tuple(int(1000 - 550 * draw.random() ** 2) for _ in range(POOL)),
            Level.ABOVE: tuple(between(draw, 1100, 1900) for _ in range(POOL)),
            Level.RECOVERED: tuple(between(draw, 1300, 2100) for _ in range(POOL)),
        }
        self.shapes = tuple(_shape(draw) for _ in range(POOL))

    def amounts(self, draw: Stream, limit: int, counted: int, level: Level, *, works: bool) -> str:
        """The five amounts of net income as COPY text, in whole yuan; net per head is a whole number too."""
        net = limit * pick(draw, self.factors[level]) // 1000 * counted
        shape = pick(draw, self.shapes)
        wages = net * shape.wages // 1000 if works else 0
        transfers, rent = net * shape.transfers // 1000, net * shape.property // 1000
        business = net - wages - transfers - rent
        cost = business * shape.cost // 1000
        return f"{wages}\t{business + cost}\t{transfers}\t{rent}\t{cost}"


def _usual(draw: Stream) -> int:
    if draw.random() < 0.008:
        return between(draw, 800, 1000)  # in range and not identified: what screening is to find
    return 1150 + int(min(4500.0, draw.expovariate(1 / 1100)))


def _shape(draw: Stream) -> Shape:
    return Shape(between(draw, 150, 700), between(draw, 80, 250), between(draw, 0, 30), between(draw, 0, 500))


def expenses(draw: Stream, troubles: Collection[str], student: bool) -> str:
    """Claims, expenses and gaps as COPY text, in the order of the columns."""
    if not troubles:
        schooling = int(draw.random() * 6) * 500 if student else 0
        return f"0\t0\t{int(draw.random() * 30) * 100}\t{schooling}\t0\tf\tf\tf\tf"
    accident, ill = "ACCIDENT" in troubles, "ILLNESS" in troubles
    medical = between(draw, 30, 400) * 100 if ill or accident else int(draw.random() * 30) * 100
    commercial = medical // 4 if (ill or accident) and draw.random() < 0.15 else 0
    third_party = between(draw, 10, 200) * 100 if accident and draw.random() < 0.3 else 0
    schooling = between(draw, 8, 180) * 100 if "SCHOOLING" in troubles else 0
    disaster = between(draw, 20, 300) * 100 if accident or "DISASTER" in troubles else 0
    dropout = "t" if "SCHOOLING" in troubles and draw.random() < 0.03 else "f"
    housing, water = ("t" if name in troubles else "f" for name in ("HOUSING", "WATER"))
    return f"{commercial}\t{third_party}\t{medical}\t{schooling}\t{disaster}\t{dropout}\tf\t{housing}\t{water}"

"""机遇 Random draws that depend on nothing but what they are told: the same seed gives the same rows everywhere.

Each chunk of households and each pool has a stream of its own, so that neither the number of processes nor the order
of work changes a row.
"""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
Stream = random.Random


def stream(*parts: object) -> Stream:
    """A stream of its own for whatever the parts name.

    >>> stream(7, "chunk", 3).random() == stream(7, "chunk", 3).random()
    True
    """
    return Stream(":".join(map(str, parts)))


class Shares(Generic[T]):
    """Values with their shares, to draw many at once."""

    def __init__(self, shares: Sequence[tuple[T, float]]) -> None:
        self.values = [value for value, _ in shares]
        self.bounds = list(accumulate(share for _, share in shares))

    def draw(self, draw: Stream, count: int) -> list[T]:
        """Draw that many values."""
        return draw.choices(self.values, cum_weights=self.bounds, k=count)


def pick(draw: Stream, values: Sequence[T]) -> T:
    """One of the values, each as likely."""
    return values[int(draw.random() * len(values))]


def between(draw: Stream, least: int, most: int) -> int:
    """A whole number, both ends included: four times as fast as Random.randint."""
    return least + int(draw.random() * (most - least + 1))

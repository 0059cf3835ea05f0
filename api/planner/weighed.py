"""按重量缓存 A cache bounded by bytes, the least recently used out first: a count says nothing of what entries hold."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
SHARE = 8
"""An entry heavier than this part of the budget is not remembered: it would push out all that is in use."""


class Weighed(Generic[K, V]):
    """Entries with their weights in bytes; `budget` is the most that all of them weigh together."""

    def __init__(self, budget: int) -> None:
        self.budget, self.weight = budget, 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The entry under the key, now the one used last; None when there is none."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, weight: int) -> bool:
        """Remember a value, in place of an older one under its key; False when it is too heavy to be remembered."""
        self.remove(key)
        if weight * SHARE > self.budget:
            return False
        self._entries[key] = (value, weight)
        self.weight += weight
        while self.weight > self.budget:
            self.weight -= self._entries.popitem(last=False)[1][1]
        return True

    def weigh(self, key: K) -> int:
        """The weight of the entry under the key; 0 when there is none."""
        entry = self._entries.get(key)
        return 0 if entry is None else entry[1]

    def remove(self, key: K) -> None:
        """Forget the entry under the key, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.weight -= entry[1]

    def drop(self, unwanted: Callable[[K], bool]) -> None:
        """Forget the entries whose key is unwanted."""
        for key in [key for key in self._entries if unwanted(key)]:
            self.remove(key)

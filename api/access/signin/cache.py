"""缓存 A bounded memory of the newest answers: each is forgotten at its own time, the least used goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """A cache of at most `size` values, none after its time. Moments are seconds since 1970, given by the caller."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def get(self, key: K, now: float) -> V | None:
        """The value kept under `key`, None when there is none or its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if now >= entry[1]:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, until: float) -> None:
        """Keep `value` until that moment, or until it is the least recently used of too many."""
        self._entries[key] = (value, until)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def drop(self, unwanted: Callable[[V], bool]) -> None:
        """Forget every value that `unwanted` says yes to."""
        for key in [key for key, (value, _) in self._entries.items() if unwanted(value)]:
            del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)

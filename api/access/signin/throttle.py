"""限速 Failures in a sliding window, per account name and per address; who failed too often waits. In memory.

Each worker counts for itself, so several workers allow as many times more: still far too few to guess a password.
"""

import math
from collections import OrderedDict, deque

from api.access.signin.errors import SIGN_IN_THROTTLED
from api.errors import Problem


class Throttle:
    """At most `most` failures of one key in `window` seconds. Remembers the last `size` keys that failed."""

    def __init__(self, most: int, window: float, *, size: int = 50_000) -> None:
        self._most, self._window, self._size = most, window, size
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, key: str, now: float) -> None:
        """SIGN_IN_THROTTLED, with the seconds to wait, when the key failed too often."""
        failures = self._failures.get(key)
        if failures is None:
            return
        while failures and failures[0] <= now - self._window:
            failures.popleft()
        if not failures:
            del self._failures[key]
        elif len(failures) >= self._most:
            raise Problem(SIGN_IN_THROTTLED, retry_after=math.ceil(failures[-self._most] + self._window - now))

    def failed(self, key: str, now: float) -> None:
        """Count one failure of the key."""
        self._failures.setdefault(key, deque(maxlen=self._most)).append(now)
        self._failures.move_to_end(key)
        while len(self._failures) > self._size:
            self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """A success: its failures are over."""
        self._failures.pop(key, None)

    def undo(self, key: str) -> None:
        """Take back the newest failure of the key, counted before its check succeeded."""
        failures = self._failures.get(key)
        if failures:
            failures.pop()

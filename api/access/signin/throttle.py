"""限速 Failed sign-ins in a sliding window: who fails too often waits, and nobody waits for another's mistakes.

Three counts, each with its own bound, in a quarter of an hour:

    account and address   5   somebody who mistypes waits by himself
    account              50   from addresses where the account never signed in: guesses spread over many addresses
    address              50   different accounts that failed: one password tried on many accounts

An account that signed in from an address before is held back there by the first count alone. So neither a colleague
behind the same proxy nor a stranger who guesses can keep somebody from signing in at the usual place.
All of it is in memory, per worker: several workers allow as many times more, far too few to guess a password.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass

from api.access.signin.errors import SIGN_IN_THROTTLED
from api.errors import Problem

WINDOW = 900.0
"""Seconds that a failure counts."""
MOST_OF_PAIR, MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 5, 50, 50
REMEMBERED = 30 * 24 * 3600.0
"""Seconds that an account is remembered where it signed in."""


class Failures:
    """Failures of each key in a sliding window; the last `size` keys that failed are remembered.

    A failure counts once for its mark: an object of its own for every attempt, or what several attempts share.
    """

    def __init__(self, most: int, window: float, *, size: int = 50_000) -> None:
        self._most, self._window, self._size = most, window, size
        self._times: OrderedDict[str, OrderedDict[object, float]] = OrderedDict()

    def wait(self, key: str, now: float, mark: object) -> float:
        """Seconds until the key may fail again; 0 when it may now, or when the mark is counted already."""
        times = self._times.get(key)
        if times is None:
            return 0.0
        # what lies in the future was counted before the clock was put back
        while times and not now - self._window < next(iter(times.values())) <= now:
            times.popitem(last=False)
        if not times:
            del self._times[key]
        if len(times) < self._most or mark in times:
            return 0.0
        return next(iter(times.values())) + self._window - now

    def add(self, key: str, now: float, mark: object) -> bool:
        """Count a failure; whether its mark is new."""
        times = self._times.setdefault(key, OrderedDict())
        is_new = mark not in times
        times[mark] = now
        times.move_to_end(mark)
        while len(times) > self._most:
            times.popitem(last=False)
        self._times.move_to_end(key)
        while len(self._times) > self._size:
            self._times.popitem(last=False)
        return is_new

    def undo(self, key: str, mark: object) -> None:
        """Take a counted failure back."""
        times = self._times.get(key)
        if times is not None:
            times.pop(mark, None)

    def forget(self, key: str) -> None:
        """The failures of the key no longer count."""
        self._times.pop(key, None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, counted as a failure until it succeeds.

    throttle    where it is counted
    account     digest of the name that was typed
    address     where it came from
    mark        its own among the failures of pair and account
    is_first    whether the account is new among those that failed at the address
    """

    throttle: "Throttle"
    account: str
    address: str
    mark: object
    is_first: bool

    def succeeded(self, now: float) -> None:
        """The attempt proved who it was: it no longer counts, and the account is remembered at this address."""
        self.throttle.succeeded(self, now)


class Throttle:
    """Counts attempts to sign in by account, by address, and by both."""

    def __init__(self, *, size: int = 50_000) -> None:
        self._size = size
        self._pairs = Failures(MOST_OF_PAIR, WINDOW, size=size)
        self._accounts = Failures(MOST_OF_ACCOUNT, WINDOW, size=size)
        self._addresses = Failures(MOST_OF_ADDRESS, WINDOW, size=size)
        self._usual: OrderedDict[str, float] = OrderedDict()

    def attempt(self, account: str, address: str, now: float) -> Attempt:
        """Count an attempt; SIGN_IN_THROTTLED, with the seconds to wait, when there were too many.

        It is counted before it is checked, so that a hundred tries at once are not one.
        """
        pair, mark = _pair(account, address), object()
        wait = self._pairs.wait(pair, now, mark)
        if self._usual.get(pair, 0.0) <= now - REMEMBERED:
            wait = max(wait, self._accounts.wait(account, now, mark), self._addresses.wait(address, now, account))
        if wait > 0:
            raise Problem(SIGN_IN_THROTTLED, retry_after=math.ceil(wait))
        self._pairs.add(pair, now, mark)
        self._accounts.add(account, now, mark)
        # the account is the mark here: who tries one account again and again is one failure of the address
        is_first = self._addresses.add(address, now, account)
        return Attempt(self, account, address, mark, is_first)

    def succeeded(self, attempt: Attempt, now: float) -> None:
        """Take an attempt back, and remember the account at its address."""
        pair = _pair(attempt.account, attempt.address)
        self._pairs.forget(pair)
        self._accounts.undo(attempt.account, attempt.mark)
        if attempt.is_first:
            self._addresses.undo(attempt.address, attempt.account)
        self._usual[pair] = now
        self._usual.move_to_end(pair)
        while len(self._usual) > self._size:
            self._usual.popitem(last=False)


def _pair(account: str, address: str) -> str:
    return f"{account}@{address}"

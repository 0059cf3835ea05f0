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

    A failure has a name: the same name counts once when `distinct`.
    """

    def __init__(self, most: int, window: float, *, distinct: bool = False, size: int = 50_000) -> None:
        self._most, self._window, self._size, self._distinct = most, window, size, distinct
        self._times: OrderedDict[str, OrderedDict[object, float]] = OrderedDict()

    def wait(self, key: str, now: float, name: str = "") -> float:
        """Seconds until the key may fail again; 0 when it may now, or when `name` is among what it failed with."""
        times = self._times.get(key)
        if times is None:
            return 0.0
        while times and next(iter(times.values())) <= now - self._window:
            times.popitem(last=False)
        if not times:
            del self._times[key]
        if len(times) < self._most or (self._distinct and name in times):
            return 0.0
        return next(iter(times.values())) + self._window - now

    def add(self, key: str, now: float, name: str = "") -> object:
        """Count a failure; what takes it back."""
        times = self._times.setdefault(key, OrderedDict())
        mark: object = name if self._distinct else object()
        counted = mark in times
        times[mark] = now
        times.move_to_end(mark)
        while len(times) > self._most:
            times.popitem(last=False)
        self._times.move_to_end(key)
        while len(self._times) > self._size:
            self._times.popitem(last=False)
        return None if counted else mark

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
    marks       what takes it back among the failures of pair, account and address
    """

    throttle: "Throttle"
    account: str
    address: str
    marks: tuple[object, object, object]

    def succeeded(self, now: float) -> None:
        """The attempt proved who it was: it no longer counts, and the account is remembered at this address."""
        self.throttle.succeeded(self, now)


class Throttle:
    """Counts attempts to sign in by account, by address, and by both."""

    def __init__(self, *, size: int = 50_000) -> None:
        self._size = size
        self._pairs = Failures(MOST_OF_PAIR, WINDOW, size=size)
        self._accounts = Failures(MOST_OF_ACCOUNT, WINDOW, size=size)
        self._addresses = Failures(MOST_OF_ADDRESS, WINDOW, distinct=True, size=size)
        self._usual: OrderedDict[str, float] = OrderedDict()

    def attempt(self, account: str, address: str, now: float) -> Attempt:
        """Count an attempt; SIGN_IN_THROTTLED, with the seconds to wait, when there were too many.

        It is counted before it is checked, so that a hundred tries at once are not one.
        """
        pair = _pair(account, address)
        wait = self._pairs.wait(pair, now)
        if self._usual.get(pair, 0.0) <= now - REMEMBERED:
            wait = max(wait, self._accounts.wait(account, now), self._addresses.wait(address, now, account))
        if wait > 0:
            raise Problem(SIGN_IN_THROTTLED, retry_after=math.ceil(wait))
        marks = (
            self._pairs.add(pair, now),
            self._accounts.add(account, now),
            self._addresses.add(address, now, account),
        )
        return Attempt(self, account, address, marks)

    def succeeded(self, attempt: Attempt, now: float) -> None:
        """Take an attempt back, and remember the account at its address."""
        pair = _pair(attempt.account, attempt.address)
        _, of_account, of_address = attempt.marks
        self._pairs.forget(pair)
        self._accounts.undo(attempt.account, of_account)
        if of_address is not None:
            self._addresses.undo(attempt.address, of_address)
        self._usual[pair] = now
        self._usual.move_to_end(pair)
        while len(self._usual) > self._size:
            self._usual.popitem(last=False)


def _pair(account: str, address: str) -> str:
    return f"{account}@{address}"

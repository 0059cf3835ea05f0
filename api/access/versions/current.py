"""在用策略 The policy in force in this worker: one reference, swapped whole, so no request is half old and half new."""

from api.access.policy import Policy


class CurrentPolicy:
    """Holds the current version. Swapping is one assignment: safe for threads and tasks without a lock.

    A request takes `current` once and keeps it from its first check to its audit record.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @property
    def current(self) -> Policy:
        """The version in force now."""
        return self._policy

    def swap(self, policy: Policy) -> Policy:
        """Put another version in force; returns the one before, for the record."""
        before, self._policy = self._policy, policy
        return before

"""计划缓存 Compiled plans, bounded by bytes, by document, operation, shape of the variables, role and policy version.

What a plan depends on beyond that (how a region stands to the subject, the type of an identifier) is a tree of
decisions under the key; everything else is a parameter.
"""

from collections.abc import Callable, Hashable
from typing import Any

from api.access.subject import Subject
from api.planner.statement import Decisions, Statement
from api.planner.values import Decider, Variables
from api.planner.weighed import Weighed

BUDGET = 32 * 1024 * 1024
MOST_ANSWERS = 64
BYTES_A_PLAN, BYTES_A_CHARACTER = 4096, 4
"""A plan holds its SQL, the same text as bytes before and after, and a closure per parameter, about one in 40 bytes."""


class _Fork:
    """A decision and what follows each answer."""

    __slots__ = ("answers", "decider")

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.answers: dict[Any, _Fork | Statement] = {}


class Plans:
    """The compiled plans of one worker; `budget` is the most they weigh, in bytes."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._plans: Weighed[Hashable, _Fork | Statement] = Weighed(budget)

    def __len__(self) -> int:
        return len(self._plans)

    @property
    def weight(self) -> int:
        """The weight of all plans together, in bytes."""
        return self._plans.weight

    def drop(self, unwanted: Callable[[Any], bool]) -> None:
        """Forget the plans whose key is unwanted."""
        self._plans.drop(unwanted)

    def get(self, key: Hashable, variables: Variables, subject: Subject) -> Statement | None:
        """The plan under the key for this request; None when there is none yet."""
        entry = self._plans.get(key)
        while isinstance(entry, _Fork):
            entry = entry.answers.get(entry.decider(variables, subject))
        return entry

    def keep(self, key: Hashable, decisions: Decisions, statement: Statement) -> None:
        """Remember a plan under its key and the decisions it took."""
        weight = self._plans.weigh(key) + BYTES_A_PLAN + BYTES_A_CHARACTER * len(statement.sql)
        if not decisions.taken:
            self._plans.put(key, statement, weight)
            return
        root = self._plans.get(key)
        if not isinstance(root, _Fork):
            root = _Fork(decisions.taken[0][0])
        fork = root
        for (_, answer), (decider, _) in zip(decisions.taken, decisions.taken[1:], strict=False):
            following = fork.answers.get(answer)
            if not isinstance(following, _Fork):
                following = fork.answers[answer] = _Fork(decider)
            fork = following
        # a client chooses what is decided on (regions): answers without end would fill the cache with one document
        if len(fork.answers) >= MOST_ANSWERS:
            fork.answers.clear()
        fork.answers[decisions.taken[-1][1]] = statement
        self._plans.put(key, root, weight)

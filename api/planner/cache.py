"""计划缓存 Compiled plans, bounded, by document, operation, shape of the variables, role and policy version.

What a plan depends on beyond that (how a region stands to the subject, the type of an identifier) is a tree of
decisions under the key; everything else is a parameter.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from api.access.subject import Subject
from api.planner.statement import Decisions, Statement
from api.planner.values import Decider, Variables

MOST_KEYS = 2048
MOST_ANSWERS = 64


class _Fork:
    """A decision and what follows each answer."""

    __slots__ = ("answers", "decider")

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.answers: dict[Any, _Fork | Statement] = {}


class Plans:
    """The compiled plans of one worker."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._plans: OrderedDict[Hashable, _Fork | Statement] = OrderedDict()

    def __len__(self) -> int:
        return len(self._plans)

    def drop(self, unwanted: Callable[[Any], bool]) -> None:
        """Forget the plans whose key `unwanted` says yes to."""
        for key in [key for key in self._plans if unwanted(key)]:
            del self._plans[key]

    def find(
        self, key: Hashable, variables: Variables, subject: Subject, make: Callable[[Decisions], Statement]
    ) -> Statement:
        """The plan under the key for this request; made, and kept, when there is none yet."""
        entry = self._plans.get(key)
        while isinstance(entry, _Fork):
            entry = entry.answers.get(entry.decider(variables, subject))
        if entry is not None:
            self._plans.move_to_end(key)
            return entry
        decisions = Decisions(variables, subject)
        statement = make(decisions)
        self._keep(key, decisions, statement)
        return statement

    def _keep(self, key: Hashable, decisions: Decisions, statement: Statement) -> None:
        if not decisions.taken:
            self._plans[key] = statement
        else:
            fork = self._plans.get(key)
            if not isinstance(fork, _Fork):
                fork = self._plans[key] = _Fork(decisions.taken[0][0])
            for (_, answer), (decider, _) in zip(decisions.taken, decisions.taken[1:], strict=False):
                following = fork.answers.get(answer)
                if not isinstance(following, _Fork):
                    following = fork.answers[answer] = _Fork(decider)
                fork = following
            if len(fork.answers) >= MOST_ANSWERS:
                fork.answers.clear()
            fork.answers[decisions.taken[-1][1]] = statement
        if len(self._plans) > self._most:
            self._plans.popitem(last=False)

"""重复字段 Limits repetitions of one response key in one place: validation compares each such field with each other.

graphql-core's rule is quadratic in fields of one key that are merged; 495 of them took it seconds. The pairs are
counted here in linear work, before anything is validated.
"""

from collections.abc import Mapping

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from api.errors import Problem, Term
from api.planner.errors import TOO_DEEP

MOST_PAIRS, MOST_VISITS = 5_000, 10_000
PAIRS = Term("repeatedFields", "同名字段的两两组合数", "pairs of repeated fields")
VISITS = Term("mergedFields", "合并的字段数", "merged fields")


class Repetition:
    """Counts pairs of merged fields over a whole document."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._pairs = self._visits = 0

    def check(self, sets: list[SelectionSetNode]) -> int:
        """The pairs in all selection sets together; TOO_DEEP beyond the limit, of pairs or of fields looked at."""
        waiting: list[list[SelectionSetNode]] = [[part] for part in sets]
        while waiting:
            for nodes in self._merged(waiting.pop()).values():
                self._pairs += len(nodes) * (len(nodes) - 1) // 2
                _within(PAIRS, self._pairs, MOST_PAIRS)
                below = [node.selection_set for node in nodes if node.selection_set is not None]
                if below:
                    waiting.append(below)
        return self._pairs

    def _merged(self, sets: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        merged: dict[str, list[FieldNode]] = {}
        waiting, visited = list(sets), set[str]()
        while waiting:
            for part in waiting.pop().selections:
                self._visits += 1
                _within(VISITS, self._visits, MOST_VISITS)
                if isinstance(part, FieldNode):
                    merged.setdefault((part.alias or part.name).value, []).append(part)
                elif isinstance(part, InlineFragmentNode):
                    waiting.append(part.selection_set)
                elif isinstance(part, FragmentSpreadNode) and part.name.value not in visited:
                    visited.add(part.name.value)
                    if part.name.value in self._fragments:  # validation reports one that is not there
                        waiting.append(self._fragments[part.name.value].selection_set)
        return merged


def _within(what: Term, number: int, limit: int) -> None:
    if number > limit:
        raise Problem(TOO_DEEP, what=what, found=number, limit=limit)

"""申请进度 Stages of an item of a national request as locks name them: the one mapping from its states. RULES §4"""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.words.request_states import ItemState

_POINTS: Mapping[ItemState, str] = MappingProxyType(
    {
        ItemState.PROPOSED: "proposed",
        ItemState.STALE: "proposed",
        ItemState.REVIEWED: "reviewed",
        ItemState.SUBMITTED: "reviewed",
        ItemState.APPROVED: "decided",
    }
)


def point_of(state: ItemState) -> str:
    """The point an item in this state has reached: one of GRANTS.

    >>> point_of(ItemState.SUBMITTED), point_of(ItemState.SENT_BACK), point_of(ItemState.EXECUTED)
    ('reviewed', 'none', 'none')
    """
    return _POINTS.get(state, "none")

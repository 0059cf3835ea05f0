"""不相容职责 Four eyes: the acts one person never both does, whatever accounts it holds. RULES §2 (ours), Q33, Q40"""

from collections.abc import Collection

from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import ActPair, Force

SAME_PERSON = sentence(
    "SAME_PERSON",
    33,
    Force.MUST,
    zh="同一人不得办理{pair}",
    en="one person never does both: {pair}",
    ours=True,
)


@rule(
    (33, 40),
    Force.MUST,
    zh="同一人不得既核实又批准、既上报又决定、既决定又执行、既编辑又批准",
    ours=("按人而不按账号比较", "persons are compared, not accounts"),
)
def different_persons(pair: ActPair, earlier: Collection[int], now: int) -> Verdict:
    """The same person never verifies and approves, submits and decides, decides and executes, edits and approves.

    `earlier` are the person ids that did the first act of the pair, `now` the one about to do the second.
    """
    return SAME_PERSON.judge(now not in earlier, pair=pair)

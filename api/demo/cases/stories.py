"""监测经历 The history of a household: its spells as monitoring object, and a clue of today. Q2, Q24–Q31, Q34

The shares are ours, chosen so that about 15 % of households have a case and every state occurs in a small province,
but for WITHDRAWN: only the nation's functions end a case so, and the demo calls none of them. RULES §4
"""

from dataclasses import dataclass
from enum import Enum

from api.demo.random_source import Shares


class Spell(Enum):
    """One spell, with one clue, one case and one plan."""

    MONITORED = "identified, monitored today"
    FRESH = "approved these days, not yet announced"
    SAFETY_NET = "identified, marked as safety-net household"
    BY_CHANNEL = "identified after the green channel"
    ELIMINATING = "identified, its elimination under way"
    ELIMINATED = "risk eliminated"
    ELIMINATED_EARLY = "risk eliminated years ago"
    AGAIN = "identified again after an earlier elimination"
    IN_CHANNEL = "in the green channel"
    EXITED = "left the green channel"


class Tail(Enum):
    """A clue beside or after the spells."""

    NONE = "no clue"
    OPEN = "open, nothing begun"
    UNDER_WAY = "open, identification under way"
    CLOSED = "closed without identification"


@dataclass(frozen=True, slots=True)
class Story:
    """One course of events; `share` in ten thousand households."""

    share: int
    spells: tuple[Spell, ...] = ()
    tail: Tail = Tail.NONE
    off_the_books: bool = False

    @property
    def clues(self) -> int:
        """The number of its clues."""
        return len(self.spells) + (self.tail is not Tail.NONE)


QUIET = Story(8198)
STORIES = (
    QUIET,
    Story(30, tail=Tail.OPEN),
    Story(50, tail=Tail.UNDER_WAY),
    Story(210, tail=Tail.CLOSED),
    Story(12, off_the_books=True),
    Story(560, (Spell.MONITORED,)),
    Story(15, (Spell.FRESH,)),
    Story(75, (Spell.SAFETY_NET,)),
    Story(25, (Spell.BY_CHANNEL,)),
    Story(35, (Spell.ELIMINATING,)),
    Story(600, (Spell.ELIMINATED,)),
    Story(10, (Spell.ELIMINATED,), Tail.OPEN),
    Story(10, (Spell.ELIMINATED,), Tail.UNDER_WAY),
    Story(30, (Spell.MONITORED,), Tail.OPEN),
    Story(90, (Spell.ELIMINATED_EARLY, Spell.AGAIN)),
    Story(15, (Spell.IN_CHANNEL,)),
    Story(5, (Spell.EXITED, Spell.AGAIN)),
    Story(30, (Spell.EXITED,)),
)
ANY = Shares([(story, story.share) for story in STORIES])
RISKS = Shares([(1, 60), (2, 30), (3, 10)])
"""How many risks a spell has."""

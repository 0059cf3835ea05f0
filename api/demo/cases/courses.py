"""过程 Dates of a spell, from the clue to its end, on days that keep the Guide's order and limits. Q24–Q27, Q33–37

Days are ordinals (date.toordinal). Nothing lies after the day of the load.
"""

from dataclasses import dataclass

from api.demo.cases.step_offsets import Timeline
from api.demo.cases.stories import Spell
from api.demo.random_source import Stream, between, pick

DAYS_BACK: dict[Spell, tuple[int, int]] = {
    Spell.MONITORED: (36, 1280),
    Spell.SAFETY_NET: (36, 1280),
    Spell.BY_CHANNEL: (60, 1200),
    Spell.ELIMINATING: (320, 1280),
    Spell.ELIMINATED: (330, 1380),
    Spell.ELIMINATED_EARLY: (1150, 1380),
    Spell.AGAIN: (36, 640),
    Spell.IN_CHANNEL: (0, 40),
    Spell.EXITED: (720, 1200),
}
"""How many days before the load the clue was found."""
OLDEST = max(most for _, most in DAYS_BACK.values())
CHANNEL = (Spell.BY_CHANNEL, Spell.IN_CHANNEL, Spell.EXITED)
RECOVERED_BEFORE = (185, 230)
"""Days before elimination is opened on which income was first verified above the threshold: over half a year. Q27"""
UNTIL_ELIMINATION = 250
ALL = 8
"""Steps of a timeline."""


@dataclass(slots=True)
class Procedure:
    """Identification or elimination: day it was opened, day its timeline counts from, how many steps are taken."""

    opened: int
    start: int
    timeline: Timeline
    steps: int = ALL

    @property
    def verified(self) -> int:
        """Day of the home verification."""
        return self.start + self.timeline.verified

    @property
    def approved(self) -> int:
        """Day of the county's approval, if it came so far."""
        return self.start + self.timeline.approved


@dataclass(slots=True)
class Course:
    """The days of one spell; None for what did not happen."""

    spell: Spell
    found_on: int
    entered: int | None = None
    identification: Procedure | None = None
    recovered: int | None = None
    elimination: Procedure | None = None
    ended: int | None = None

    @property
    def identified(self) -> int | None:
        """Day of identification: approval, or entry in the green channel. Q36"""
        if self.identification is None:
            return None
        return self.identification.approved if self.entered is None else self.entered

    @property
    def over(self) -> int | None:
        """Day the case was eliminated (its approval, as `eliminated_on` of the rules), or exited."""
        return self.elimination.approved if self.spell in _ELIMINATED and self.elimination else self.ended


_ELIMINATED = (Spell.ELIMINATED, Spell.ELIMINATED_EARLY)


def course(spell: Spell, draw: Stream, on: int, timelines: tuple[Timeline, ...]) -> Course:
    """Days of a spell as seen on day `on`."""
    if spell is Spell.FRESH:
        return _fresh(draw, on, timelines)
    least, most = DAYS_BACK[spell]
    found_on = on - between(draw, least, most)
    if spell in CHANNEL:
        return _through_channel(spell, found_on, draw, on, timelines)
    went = Course(spell, found_on, identification=Procedure(found_on, found_on, pick(draw, timelines)))
    if spell is Spell.ELIMINATING:
        went.elimination = under_way(draw, on, timelines, most=6)
    elif spell in _ELIMINATED:
        latest = on - 40 if spell is Spell.ELIMINATED else found_on + 400
        opened = between(draw, found_on + UNTIL_ELIMINATION, latest)
        went.elimination = Procedure(opened, opened, pick(draw, timelines))
    if went.elimination:
        went.recovered = went.elimination.opened - between(draw, *RECOVERED_BEFORE)
    return went


def under_way(draw: Stream, on: int, timelines: tuple[Timeline, ...], most: int) -> Procedure:
    """A procedure of which some steps, `most` at most, are taken by today and the next is not."""
    timeline, steps = pick(draw, timelines), between(draw, 0, most)
    since = timeline[steps - 1] if steps else 0
    start = on - since - int(draw.random() * draw.random() * 12)
    return Procedure(start, start, timeline, steps)


def _fresh(draw: Stream, on: int, timelines: tuple[Timeline, ...]) -> Course:
    timeline = pick(draw, timelines)
    found_on = on - timeline.approved
    procedure = Procedure(found_on, found_on, timeline, ALL - 1)
    return Course(Spell.FRESH, found_on, identification=procedure)


def _through_channel(spell: Spell, found_on: int, draw: Stream, on: int, timelines: tuple[Timeline, ...]) -> Course:
    entered = min(on, found_on + between(draw, 0, 1))
    went = Course(spell, found_on, entered=entered)
    if spell is Spell.BY_CHANNEL:
        start = entered + between(draw, 0, 12)
        went.identification = Procedure(entered, start, pick(draw, timelines))
    elif spell is Spell.EXITED:
        went.ended = entered + between(draw, 8, 30)
    return went

"""轮廓 Plans the content of a chunk of households before any detail: families, stories, numbers of risks.

Cheap enough to be drawn twice: once to know how many ids each chunk needs, once by the process that fills it in. So
ids have no gaps, and each sealed value is bound to its row id before the row exists.
"""

from collections.abc import Iterator
from typing import NamedTuple

from api.demo.cases import stories
from api.demo.cases.stories import Spell, Story
from api.demo.people import families
from api.demo.people.families import Family
from api.demo.random_source import stream

CHUNK = 2000
NUMBERED = ("household", "member", "clue", "monitoring_case", "risk", "plan")
"""Tables whose ids are told beforehand, because another row or a seal names them."""


class Sketch(NamedTuple):
    """One household in outline: `risks` holds the number of risks of each spell."""

    family: Family
    story: Story
    risks: tuple[int, ...]


class Ids(NamedTuple):
    """A number for each of NUMBERED: how many rows, or the first id."""

    household: int
    member: int
    clue: int
    monitoring_case: int
    risk: int
    plan: int


class Chunk(NamedTuple):
    """Some households with numbers in a row: which, and the first ids of their rows."""

    number: int
    start: int
    size: int
    first: Ids


def sketches(seed: int, chunk: int, count: int) -> list[Sketch]:
    """The outline of a chunk."""
    draw = stream(seed, "outline", chunk)
    drawn = stories.ANY.draw(draw, count)
    kin = families.ANY.draw(draw, count)
    return [
        Sketch(family, story, ())
        if not story.spells
        else Sketch(
            families.SAFETY_NET.draw(draw, 1)[0] if Spell.SAFETY_NET in story.spells else family,
            story,
            tuple(stories.RISKS.draw(draw, len(story.spells))),
        )
        for family, story in zip(kin, drawn, strict=True)
    ]


def rows(outline: list[Sketch]) -> Ids:
    """Count the rows of the numbered tables in an outline."""
    spells = sum(len(sketch.story.spells) for sketch in outline)
    return Ids(
        household=len(outline),
        member=sum(len(sketch.family.roles) for sketch in outline),
        clue=sum(sketch.story.clues for sketch in outline),
        monitoring_case=spells,
        risk=sum(sum(sketch.risks) for sketch in outline),
        plan=spells,
    )


def chunks(seed: int, households: int, first: Ids) -> Iterator[Chunk]:
    """List all chunks in order; `first` are the first free ids."""
    for number, start in enumerate(range(0, households, CHUNK)):
        count = min(CHUNK, households - start)
        yield Chunk(number, start, count, first)
        first = Ids(*(id_ + more for id_, more in zip(first, rows(sketches(seed, number, count)), strict=True)))

"""过程 The days of every spell keep the order and the limits of the Guide, and none lies in the future."""

from datetime import date

import pytest

from api.clock import months_after
from api.demo.cases.courses import Course, Procedure, course, under_way
from api.demo.cases.step_offsets import Timeline, timelines
from api.demo.cases.stories import STORIES, Spell
from api.demo.random_source import stream
from api.rules.themes.procedure import publicity_long_enough
from api.rules.words.vocabulary import ProceedingKind

ON = date(2026, 5, 20)
TODAY = ON.toordinal()
POOL = timelines(7)
STEPS = (
    "verified", "authorized", "reviewed", "publicized", "submitted", "county_reviewed", "approved", "announced",
)  # fmt: skip


def day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def check(run: Procedure, kind: ProceedingKind) -> None:
    steps = [name for name in STEPS if kind is ProceedingKind.IDENTIFICATION or name != "authorized"]
    taken = {name: day(run.start + getattr(run.timeline, name)) for name in steps}
    assert list(taken.values()) == sorted(taken.values())
    assert publicity_long_enough(taken["publicized"], taken["submitted"]).holds
    assert run.opened <= run.start
    assert run.start + (run.timeline[run.steps - 1] if run.steps else 0) <= TODAY


def courses(spell: Spell) -> list[Course]:
    draw = stream("courses", spell.name)
    return [course(spell, draw, TODAY, POOL) for _ in range(300)]


@pytest.mark.parametrize("spell", Spell, ids=lambda spell: spell.name)
def test_every_spell_keeps_the_order(spell: Spell) -> None:
    for went in courses(spell):
        assert went.found_on <= TODAY
        if went.identification:
            check(went.identification, ProceedingKind.IDENTIFICATION)
        if went.elimination:
            check(went.elimination, ProceedingKind.ELIMINATION)
        days = [went.found_on, went.entered, went.identified, went.recovered, went.over]
        past = [day for day in days if day is not None]
        assert past == sorted(past)
        assert past[-1] <= TODAY


@pytest.mark.parametrize("spell", [Spell.ELIMINATED, Spell.ELIMINATED_EARLY])
def test_income_was_above_for_half_a_year_before_elimination(spell: Spell) -> None:
    for went in courses(spell):
        assert went.recovered is not None
        assert went.elimination is not None
        assert went.identification is not None
        assert went.identification.verified < went.recovered
        assert months_after(day(went.recovered), 6) <= day(went.elimination.opened)


def test_the_green_channel_dates_the_identification() -> None:
    assert all(went.identified == went.entered for went in courses(Spell.BY_CHANNEL))
    assert all(went.identified is None for spell in (Spell.IN_CHANNEL, Spell.EXITED) for went in courses(spell))


def test_a_second_spell_begins_after_the_first_ended() -> None:
    for story in STORIES:
        for first, second in zip(story.spells, story.spells[1:], strict=False):
            ends = [went.over for went in courses(first)]
            assert all(end is not None for end in ends)
            assert max(end for end in ends if end is not None) < min(went.found_on for went in courses(second))


def test_what_is_under_way_stops_before_approval() -> None:
    draw = stream("under way")
    for _ in range(300):
        run = under_way(draw, TODAY, POOL, most=6)
        check(run, ProceedingKind.IDENTIFICATION)
        assert run.steps < Timeline._fields.index("approved") + 1


def test_few_identifications_take_longer_than_fifteen_days() -> None:
    late = sum(timeline.approved > 15 for timeline in POOL) / len(POOL)
    assert 0.01 < late < 0.12

"""造户 The same seed makes the same rows, whoever makes them; ids have no gaps; stories have their shares."""

from collections import Counter
from itertools import chain

import pytest

from api.codes import read
from api.demo.cases.helping import ABLE, ANSWERS, DEPENDENT
from api.demo.cases.stories import ANY, STORIES
from api.demo.cases.troubles import RISKS
from api.demo.chunk_plan import CHUNK, NUMBERED, Chunk, Ids, chunks, rows, sketches
from api.demo.copying import COLUMNS
from api.demo.household_builder import HouseholdBuilder
from api.demo.places import _spread
from api.demo.random_source import stream
from api.demo.workers import build_chunks
from api.demo.world import World
from api.rules.words.vocabulary import Continuation, Department, Funding, MeasureKind
from api.sealing.keyring import new_keyring
from tests.support.demo.invented import SEED, plan_of

FIRST = Ids(1, 1, 1, 1, 1, 1)
SEALED = [
    (table, place) for table, names in COLUMNS.items() for place, name in enumerate(names) if name.endswith("_sealed")
]
KEYED = {name for name in chain.from_iterable(COLUMNS.values()) if name.endswith(("_sealed", "_index"))}
SMALL = Chunk(0, 0, 300, FIRST)


def lines(tables: dict[str, bytes]) -> dict[str, list[list[str]]]:
    return {table: [line.split("\t") for line in text.decode().splitlines()] for table, text in tables.items()}


def open_parts(tables: dict[str, bytes]) -> dict[str, list[list[str]]]:
    """Everything but ciphertexts and what is keyed."""
    return {
        table: [[cell for name, cell in zip(COLUMNS[table], line, strict=True) if name not in KEYED] for line in rows_]
        for table, rows_ in lines(tables).items()
    }


def test_the_same_seed_makes_the_same_rows_under_other_keys(world: World) -> None:
    again = World(plan_of(new_keyring()))
    assert open_parts(HouseholdBuilder(world, SMALL).tables()) == open_parts(HouseholdBuilder(again, SMALL).tables())


def test_a_process_that_made_other_chunks_before_makes_the_same(world: World) -> None:
    first, second = Chunk(0, 0, 60, FIRST), Chunk(1, 60, 60, Ids(61, 300, 50, 50, 50, 50))
    fresh, used = World(plan_of(new_keyring())), World(plan_of(new_keyring()))
    HouseholdBuilder(used, first).tables()
    assert open_parts(HouseholdBuilder(fresh, second).tables()) == open_parts(HouseholdBuilder(used, second).tables())


async def test_several_processes_make_the_same_in_order(world: World) -> None:
    some = [Chunk(number, 40 * number, 40, Ids(*[1000 * number + 1] * 6)) for number in range(5)]
    alone = [open_parts(tables) async for _, tables in build_chunks(world.plan, some, 1)]
    together = [(chunk, open_parts(tables)) async for chunk, tables in build_chunks(world.plan, some, 2)]
    assert together == list(zip(some, alone, strict=True))


def test_another_seed_makes_other_rows(world: World) -> None:
    other = World(plan_of(new_keyring(), SEED + 1))
    assert open_parts(HouseholdBuilder(world, SMALL).tables()) != open_parts(HouseholdBuilder(other, SMALL).tables())


def test_ids_have_no_gaps_and_the_outline_counts_them(world: World) -> None:
    line_sets = lines(HouseholdBuilder(world, SMALL).tables())
    counted = rows(sketches(world.seed, SMALL.number, SMALL.size))
    for table, number in zip(NUMBERED, counted, strict=True):
        assert [int(line[0]) for line in line_sets[table]] == list(range(1, number + 1)), table


def test_chunks_follow_each_other() -> None:
    outline = list(chunks(SEED, CHUNK + 500, FIRST))
    assert [(chunk.start, chunk.size) for chunk in outline] == [(0, CHUNK), (CHUNK, 500)]
    counted = rows(sketches(SEED, 0, CHUNK))
    assert outline[1].first == tuple(first + more for first, more in zip(FIRST, counted, strict=True))


def test_every_line_has_its_columns_and_nothing_to_escape(world: World) -> None:
    line_sets = lines(HouseholdBuilder(world, SMALL).tables())
    assert set(line_sets) == set(COLUMNS)
    for table, lines_ in line_sets.items():
        assert {len(line) for line in lines_} == {len(COLUMNS[table])}, table
        for cell in chain.from_iterable(lines_):
            assert cell == "\\N" or cell.startswith("\\\\x") or "\\" not in cell


def test_sealed_values_open_only_in_their_row(world: World) -> None:
    line_sets = lines(HouseholdBuilder(world, SMALL).tables())
    opened = 0
    for table, place in SEALED:
        column = COLUMNS[table][place].removesuffix("_sealed")
        for line in line_sets[table][:40]:
            if line[place] != "\\N":
                value = world.sealer.open(table, column, int(line[0]), bytes.fromhex(line[place].removeprefix("\\\\x")))
                assert line[place + 2][-1] == value[-1]
                opened += 1
    assert opened > 80


def test_every_story_has_its_share() -> None:
    drawn = Counter(ANY.draw(stream("shares"), 100_000))
    assert sum(story.share for story in STORIES) == 10_000
    for story in STORIES:
        assert drawn[story] == pytest.approx(story.share * 10, rel=0.25, abs=30)
    with_case = sum(number for story, number in drawn.items() if story.spells)
    assert 14_500 < with_case < 15_500


def test_measures_speak_the_code_lists_and_vocabularies() -> None:
    lists = {code_list.name: {item.code for item in code_list.items} for code_list in read()}
    assert set(RISKS) <= lists["RISK"]
    assert set(ANSWERS) == lists["RISK"] | {ABLE, DEPENDENT}
    for answer in chain.from_iterable(ANSWERS.values()):
        assert answer.theme in lists["MEASURE_THEME"]
        assert answer.item in lists["MEASURE_ITEM"]
        assert answer.item.startswith(answer.theme)
        assert answer.use is None or answer.use in lists["FUNDING_USE"]
        assert answer.department in Department.__members__
        assert answer.kind in MeasureKind.__members__
        assert answer.funding in Funding.__members__
        assert answer.continuation in Continuation.__members__
        assert answer.least <= answer.most


def test_the_able_get_development_and_the_dependent_a_safety_net() -> None:
    assert {answer.kind for answer in ANSWERS[ABLE]} == {"DEVELOPMENT"}
    assert {answer.kind for answer in ANSWERS[DEPENDENT]} == {"SAFETY_NET"}


def test_households_are_spread_without_loss() -> None:
    assert _spread([1.0, 0.0, 2.0, 1.0], 8) == [2, 0, 4, 2]
    assert sum(_spread([0.1] * 7, 1000)) == 1000

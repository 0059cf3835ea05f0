"""What one caller can make a worker and a server process remember, in bytes. RULES §5"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.database import Reader
from api.database.reader import BUDGET, SHARE, weight_of
from api.errors import Problem
from api.planner import cache
from api.planner.document import document as documents_module
from api.planner.document.document import Documents, Refused
from api.planner.plan.roots import PLANNED
from api.planner.weighed import SHARE as SHARE_OF_ENTRY
from api.planner.weighed import Weighed
from api.resolvers.schema import core
from api.roles import Logins

MEGABYTE = 1024 * 1024


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 400))))
def test_a_weighed_cache_never_holds_more_than_its_budget(puts: list[tuple[int, int]]) -> None:
    weighed: Weighed[int, int] = Weighed(1000)
    model: dict[int, int] = {}
    for key, weight in puts:
        fits = weighed.put(key, weight, weight)
        model.pop(key, None)
        assert fits is (weight * SHARE_OF_ENTRY <= 1000)
        if fits:
            model[key] = weight
        while sum(model.values()) > 1000:
            del model[next(iter(model))]
        assert weighed.weight == sum(model.values()) <= 1000
        assert len(weighed) == len(model)
    for key, weight in list(model.items()):
        assert weighed.get(key) == weight


def test_documents_and_plans_together_stay_below_64_megabytes() -> None:
    assert documents_module.BUDGET + cache.BUDGET <= 64 * MEGABYTE


def test_what_does_not_validate_is_not_remembered() -> None:
    documents = Documents(core(), PLANNED)
    for text in ("{ nothing }", "{", "{ me { " * 30 + "name" + " } }" * 30):
        with pytest.raises((Refused, Problem)):
            documents.find(text)
    assert (len(documents), documents.weight) == (0, 0)
    documents.find("{ me { name } }")
    assert len(documents) == 1


def test_documents_of_a_megabyte_are_not_remembered() -> None:
    documents = Documents(core(), PLANNED)
    for number in range(3):
        documents.find(f'{{ unit(code: "{number}{"国" * 350_000}") {{ name }} }}')
    assert documents.weight <= documents_module.BUDGET
    assert len(documents) == 0, "each would be an eighth of the budget and more"


def test_a_character_outside_the_first_plane_weighs_four_bytes() -> None:
    documents = Documents(core(), PLANNED)
    documents.find('{ unit(code: "' + "a" * 10_000 + '") { name } }')
    plain = documents.weight
    documents.find('{ unit(code: "' + "𠀀" * 10_000 + '") { name } }')
    assert documents.weight - plain >= 3 * plain / 2


async def test_prepared_statements_are_weighed_by_their_text(database: Logins) -> None:
    budget = 60 * weight_of("x" * 1000)
    reader = Reader(database.reader, 1, budget=budget)
    await reader.open()
    (slot,) = reader._slots
    held = "select to_json(count(*))::json from pg_prepared_statements where length(statement) > 500"
    for number in range(300):
        padding = "x" * (500 + number * 5)
        await reader.fetch(f"select to_json('{number}{padding}'::text)::json", [])
        assert slot.weight == sum(weight_of(sql) for sql in slot.statements) <= budget
    long_texts = len([sql for sql in slot.statements if len(sql) > 500])
    assert 10 < long_texts < 100
    assert int(await reader.fetch(held, [])) <= long_texts + 1, "the server let go of the others"
    await reader.close()


async def test_a_heavy_statement_runs_and_is_not_kept(database: Logins) -> None:
    reader = Reader(database.reader, 1)
    await reader.open()
    (slot,) = reader._slots
    text = "x" * (BUDGET // SHARE // weight_of("x"))
    assert await reader.fetch(f"select to_json(length('{text}'))::json", []) == str(len(text)).encode()
    assert (slot.statements, slot.weight) == ({}, 0)
    await reader.close()


def test_the_budget_of_a_connection() -> None:
    assert BUDGET <= 24 * MEGABYTE

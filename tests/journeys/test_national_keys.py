"""幂等键 Whatever fails while the nation acts, the same key ends it: no key is stuck, no act is doubled. Q40"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest

from api.resolvers.worker import Worker
from api.workflow.engine import idempotency, perform
from api.workflow.requests import nation
from api.workflow.requests.handler import RequestHandler
from tests.support.journeys.country import Country
from tests.support.journeys.requests_made import HERE, entries, on_request, proposed, submitted
from tests.support.journeys.steps_taken import codes

FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: RuntimeError("a defect"),
    lambda: asyncpg.ConnectionDoesNotExistError("the link is lost"),
    asyncio.CancelledError,
)
POINTS = ("load", "judge", "begin", "connect", "act", "store")
_numbers = itertools.count(1)


class Once:
    """Fails at one point, once: before it for what comes before the act's COMMIT, behind it for `act`."""

    def __init__(self, failure: Callable[[], BaseException]) -> None:
        self.failure, self.failed = failure, 0

    def fail(self) -> None:
        if not self.failed:
            self.failed += 1
            raise self.failure()

    def before(self, plain: Any) -> Any:
        async def failing(*positional: Any, **named: Any) -> Any:
            self.fail()
            return await plain(*positional, **named)

        return failing

    def behind(self, plain: Any) -> Any:
        async def failing(*positional: Any, **named: Any) -> Any:
            answer = await plain(*positional, **named)
            self.fail()
            return answer

        return failing

    def install(self, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
        places: dict[str, tuple[Any, str]] = {
            "load": (RequestHandler, "load"),
            "judge": (perform, "_judge"),
            "begin": (perform, "begin_act"),
            "store": (idempotency, "_store"),
        }
        if point in places:
            target, name = places[point]
            monkeypatch.setattr(target, name, self.before(getattr(target, name)))
        elif point == "connect":
            plain = Worker.nation

            @asynccontextmanager
            async def connecting(worker: Worker) -> AsyncIterator[Any]:
                self.fail()
                async with plain(worker) as connection:
                    yield connection

            monkeypatch.setattr(Worker, "nation", connecting)
        else:
            monkeypatch.setattr(nation, "_touched", self._touched(nation._touched))

    def _touched(self, plain: Any) -> Any:
        calls = itertools.count()

        def failing(ctx: Any) -> Any:
            if next(calls) == 1:  # the first call names the request for the statement, the second follows COMMIT
                self.fail()
            return plain(ctx)

        return failing


async def attempt(country: Country, request: int, **arguments: Any) -> Any:
    """One request to decide; None where it failed."""
    try:
        return await on_request(country, "nation", "requestDecide", request, **arguments)
    except (AssertionError, ValueError, httpx.HTTPError):  # no answer, or none in JSON
        return None


async def keys(country: Country, key: str) -> list[Any]:
    return await country.rows("select reply from idempotency where key = $1", key)


@pytest.mark.parametrize("failure", FAILURES, ids=["defect", "lost link", "cancelled"])
@pytest.mark.parametrize("point", POINTS)
async def test_the_same_key_ends_it(
    country: Country, point: str, failure: Callable[[], BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    answers = await entries(country, "nation", request, approved=True, why="情况属实")
    arguments = {"items": answers, "key": f"fails-here-{next(_numbers)}"}
    once = Once(failure)
    with monkeypatch.context() as failing:
        once.install(failing, point)
        assert await attempt(country, request, **arguments) is None
    assert once.failed
    decisions = await country.rows("select id from national_decision where request = $1", request)
    assert len(decisions) == (1 if point in ("act", "store") else 0)
    answer = await attempt(country, request, **arguments)
    assert answer["taken"], answer
    assert await country.rows("select count(*) from national_decision where request = $1", request) == [{"count": 1}]
    events = "select count(*) from event where action = 'request.decide' and object_type = 'NationalRequest'"
    assert await country.rows(f"{events} and object_id = $1", request) == [{"count": 1}]
    ((stored),) = await keys(country, arguments["key"])
    assert "judged" not in stored["reply"], "the key is answered"
    assert (await attempt(country, request, **arguments))["taken"], "and answers again"


async def test_a_failure_before_the_guards_does_not_skip_them(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    answers = await entries(country, "nation", request, approved=True, why="联系人电话13812345678")
    arguments = {"items": answers, "key": f"fails-here-{next(_numbers)}"}
    for failure in FAILURES:
        with monkeypatch.context() as failing:
            Once(failure).install(failing, "load")
            assert await attempt(country, request, **arguments) is None
        assert codes(await attempt(country, request, **arguments)) == {"PERSONAL_DATA"}
        assert await keys(country, arguments["key"]) == [], "a refusal releases the key"


async def test_a_key_that_nothing_came_of_is_free_for_another_act(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    answers = await entries(country, "nation", request, approved=True, why="情况属实")
    key = f"fails-here-{next(_numbers)}"
    with monkeypatch.context() as failing:
        failing.setattr(idempotency, "_RELEASE", "select $1::bigint, $2::text, $3::bytea")  # not even a release
        Once(FAILURES[0]).install(failing, "load")
        assert await attempt(country, request, items=answers, key=key) is None
    assert await keys(country, key) == [{"reply": None}]
    other = [{**entry, "why": "经复核情况属实"} for entry in answers]
    assert (await attempt(country, request, items=other, key=key))["taken"]
    assert codes(await attempt(country, request, items=answers, key=key)) == {"KEY_REUSED"}


async def test_the_same_key_at_once_acts_once(country: Country) -> None:
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    answers = await entries(country, "nation", request, approved=True, why="情况属实")
    arguments = {"items": answers, "key": f"at-once-{next(_numbers)}"}
    take = partial(country.take, "nation", "requestDecide", "NationalRequest", request)
    version = (await country.row("national_request", request))["version"]
    attempts = await asyncio.gather(*(take(version, **arguments) for _ in range(6)), return_exceptions=True)
    assert all(isinstance(answer, AssertionError) or answer["taken"] for answer in attempts), attempts
    assert {"TRY_AGAIN" in str(answer) for answer in attempts if isinstance(answer, AssertionError)} <= {True}
    assert (await attempt(country, request, **arguments))["taken"]
    assert await country.rows("select count(*) from national_decision where request = $1", request) == [{"count": 1}]

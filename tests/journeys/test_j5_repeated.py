"""J5 · A national execution that is repeated, without its key and after a link was cut: done once, answered alike. Q40

Keys are purged after some days; the nation's functions know by themselves what was executed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.database import OwnConnection
from tests.support.faults.report import report
from tests.support.journeys.country import Country
from tests.support.journeys.requests_made import HERE, decided, on_request, proposed, submitted
from tests.support.journeys.steps_taken import codes

TABLES = ("executed_item", "national_execution", "act", "event", "message", "request_item", "national_request", "note")


async def filed(country: Country, items: int = 3) -> int:
    country.today("2026-03-01")
    proposals = [await proposed(country, "county", HERE) for _ in range(items)]
    request = await submitted(country, "province", "province_reviewer", proposals)
    await decided(country, request)
    return request


async def picture(country: Country) -> dict[str, Any]:
    """The rows of everything that an execution writes, and of the cases it moves."""
    tables = (*TABLES, "monitoring_case", "risk", "deadline")
    return {table: await country.rows(f"select * from {table} order by id") for table in tables}


async def execute(country: Country, request: int, key: str, official: str = "operator", version: int = 0) -> Any:
    version = version or (await country.row("national_request", request))["version"]
    return await country.take(official, "requestExecute", "NationalRequest", request, version, key=key)


async def test_an_execution_is_the_same_once_its_key_is_purged(country: Country) -> None:
    request = await filed(country)
    version = (await country.row("national_request", request))["version"]
    first = await execute(country, request, "executed-once")
    assert first["taken"], first
    before = await picture(country)
    assert await execute(country, request, "executed-once", version=version) == first
    await country.owner.execute("delete from idempotency where key = 'executed-once'")
    assert await execute(country, request, "executed-once", version=version) == first
    assert await execute(country, request, "executed-anew", version=version) == first, "the key says nothing here"
    assert await picture(country) == before


async def test_only_the_same_call_of_the_same_official_is_a_repetition(country: Country) -> None:
    await country.appoint("second_operator", "0", "RURAL_REVITALIZATION", "OPERATOR")
    request = await filed(country, 1)
    version = (await country.row("national_request", request))["version"]
    assert (await execute(country, request, "executed-by-one"))["taken"]
    before = await picture(country)
    await country.owner.execute("delete from idempotency where key = 'executed-by-one'")
    other = await execute(country, request, "executed-by-two", "second_operator", version)
    assert not other["taken"]
    assert codes(other) >= {"WRONG_STATE"}
    later = await execute(country, request, "executed-later")
    assert codes(later) >= {"WRONG_STATE"}, "who has seen that it is executed asks for something else"
    assert await picture(country) == before


class Cut(OwnConnection):
    """A connection that dies at its statement of that number, before it is sent or after it was done."""

    left, after = 0, False

    async def fetchval(self, *args: Any, **options: Any) -> Any:
        return await self._cut(super().fetchval, *args, **options)

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await self._cut(super().execute, *args, **options)

    async def _cut(self, run: Any, *args: Any, **options: Any) -> Any:
        type(self).left -= 1
        if Cut.left == 0 and not Cut.after:
            self.terminate()
        value = await run(*args, **options)
        if Cut.left == 0 and Cut.after:
            self.terminate()
            raise ConnectionResetError
        return value


async def test_a_link_cut_at_any_statement_and_the_same_key_executes_once(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COMMIT's own answer lost included; each attempt is at a request of its own, and all end executed, once."""
    worker = country.worker

    @asynccontextmanager
    async def nation(_: Any) -> AsyncIterator[Any]:
        connection = await worker.nation_login.connect(connection_class=Cut)
        try:
            yield connection
        finally:
            connection.terminate()

    monkeypatch.setattr(type(worker), "nation", nation)
    lost_answers = number = 0
    for after in (False, True):
        for number in range(1, 40):
            request = await filed(country, 1)
            version = (await country.row("national_request", request))["version"]
            Cut.left, Cut.after = number, after
            answer = await attempt(country, request, version, f"cut-{after}-{number}")
            uncut = Cut.left > 0
            Cut.left = 0
            if answer is None:
                lost_answers += 1
                answer = await execute(country, request, f"cut-{after}-{number}", version=version)
            assert answer["taken"], answer
            done = await country.rows(
                "select x.id, e.item from national_execution x join executed_item e on e.execution = x.id"
                " where x.request = $1", request,
            )  # fmt: skip
            assert len(done) == 1
            acts = await country.rows(
                "select a.id from act a join request_item i on i.monitoring_case = a.monitoring_case"
                " where i.request = $1 and a.step like 'request.%execute%'", request,
            )  # fmt: skip
            assert len(acts) <= 1
            if uncut:
                break
    report("national_cut", f"{lost_answers} answers lost, before and after each of {number - 1} statements")
    assert lost_answers >= 10


async def attempt(country: Country, request: int, version: int, key: str) -> Any:
    """The answer, or None when it is told that the database could not be reached."""
    from tests.support.planner.reference import global_id

    query = "mutation S($input: RequestExecuteInput!) { requestExecute(input: $input) { taken problems { code } } }"
    answer = await country.client.post(
        "/graphql",
        json={
            "query": query,
            "variables": {"input": {"id": global_id("NationalRequest", request), "version": version, "key": key}},
        },
        headers={"authorization": f"Bearer {country.tokens['operator']}"},
    )
    body = answer.json()
    if "errors" not in body:
        return body["data"]["requestExecute"]
    assert answer.status_code == 503, body
    assert body["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE", body
    return None


async def test_an_execution_needs_a_clock_near_the_databases(country: Country) -> None:
    """The nation's functions believe a time within a minute of their own, and only a test database any other. Q40"""
    request = await filed(country, 1)
    before = await picture(country)
    await country.owner.execute(
        f"comment on database {(await country.rows('select current_database() d'))[0]['d']} is ''"
    )
    try:
        refused = await on_request(country, "operator", "requestExecute", request)
    finally:
        name = (await country.rows("select current_database() as name"))[0]["name"]
        await country.owner.execute(f"comment on database {name} is 'shouwang testdb'")
    assert codes(refused) == {"CLOCK_APART"}
    assert await picture(country) == before

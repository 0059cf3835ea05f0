"""二次裁决 Over HTTP: a locked action with a wrong plan is refused, changes nothing, and operators see it. Q40"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.access.compiling.compile import Compiler, Plan
from api.access.formula.formula import FALSE, TRUE, Constant
from tests.support.resolvers.service import Service

DRAFT = """mutation D($key: String!) { policyDraft(input: { layer: "0", key: $key, note: "试行 A trial." }) {
  problems { code zh en } } }"""
TABLES = """select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
  and relname <> 'session'"""


@pytest_asyncio.fixture
async def owner(database: Any) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    yield connection
    await connection.close()


async def counts(owner: Any) -> dict[str, int]:
    tables = [row["relname"] for row in await owner.fetch(TABLES)]
    return {table: await owner.fetchval(f'select count(*) from "{table}"') for table in tables}


@pytest.mark.parametrize(("official", "formula"), [("county", TRUE), ("editor", FALSE)])
async def test_a_wrong_plan_of_a_locked_action_is_refused_and_changes_nothing(
    service: Service, owner: Any, official: str, formula: Constant, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = Compiler.plan

    def wrong(self: Compiler, role: Any, action: str, kind: str) -> Plan:
        return Plan(formula, (), ()) if action == "policy.draft" else compiled(self, role, action, kind)

    before = await counts(owner)
    monkeypatch.setattr(Compiler, "plan", wrong)
    answer = (await service.post({"query": DRAFT, "variables": {"key": f"differ-{official}"}}, official)).json()
    assert "POLICY_ANSWERS_DIFFER" in str(answer), answer
    assert await counts(owner) == before
    ready = (await service.client.get("/readyz")).json()
    assert ready["ready"]
    assert ready["policyDiffers"]["locked"] >= 1
    monkeypatch.undo()
    again = (await service.post({"query": DRAFT, "variables": {"key": f"differ-{official}"}}, official)).json()
    assert "POLICY_ANSWERS_DIFFER" not in str(again)

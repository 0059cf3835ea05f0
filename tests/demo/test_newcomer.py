"""What a newcomer does with a demo case: shows it as of a past moment, and proposes to roll it back. Q33, Q40"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SetClock
from api.roles import Logins
from api.sealing import KeyringFile, Sealer
from tests.support.databases import mark_as_tests
from tests.support.demo.invented import ON
from tests.support.planner.reference import global_id
from tests.support.product import running, settings_of

NOON = datetime(ON.year, ON.month, ON.day, 4, tzinfo=UTC)
MISTAKEN = """
SELECT c.id, c.version, o.id AS account, a.id AS point, a.recorded_at AS at, c.eliminated_on, c.identified_on
FROM monitoring_case c JOIN account o ON o.name = 'county.rural_revitalization.handler@' || c.county
JOIN act a ON a.monitoring_case = c.id AND a.step = 'identification.announce'
WHERE c.state = 'RISK_ELIMINATED' AND NOT EXISTS (SELECT FROM monitoring_case n WHERE n.previous = c.id)
ORDER BY c.id LIMIT 1"""
AS_OF = """query A($id: ID!, $at: DateTime!) { caseAsOf(id: $id, at: $at) {
  step state identifiedOn eliminatedOn risks { state } measures { state } proceedings { kind state } } }"""
PROPOSE = """mutation P($input: RequestProposeInput!) { requestPropose(input: $input) {
  taken problems { code } requestItem { state effects(first: 50) { field before after } } } }"""

Ask = Any


@pytest_asyncio.fixture
async def client(own: Logins, sealer: Sealer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    KeyringFile(tmp_path).save(sealer.keyring)
    owner = await own.owner.connect()
    await mark_as_tests(owner, own.owner.database)
    await owner.close()
    settings = settings_of(own, tmp_path, SHOUWANG_CLOCK=NOON.isoformat())
    async with running(settings) as (_, address), httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client


async def test_a_demo_case_has_a_past_and_points_to_go_back_to(
    client: httpx.AsyncClient, own: Logins, tmp_path: Path
) -> None:
    owner = await own.owner.connect()
    case = await owner.fetchrow(MISTAKEN)
    await owner.close()
    token = LocalIssuer.of(tmp_path, SetClock(NOON)).issue(case["account"], None, 3600)

    async def ask(query: str, **variables: Any) -> Any:
        answer = await client.post(
            "/graphql", json={"query": query, "variables": variables}, headers={"authorization": f"Bearer {token}"}
        )
        assert "errors" not in answer.json(), answer.json()
        return answer.json()["data"]

    number = global_id("MonitoringCase", case["id"])
    then = (await ask(AS_OF, id=number, at=case["at"].isoformat()))["caseAsOf"]
    assert (then["state"], then["identifiedOn"], then["eliminatedOn"]) == (
        "IDENTIFIED", case["identified_on"].isoformat(), None,
    )  # fmt: skip
    assert {risk["state"] for risk in then["risks"]} == {"OPEN"}
    assert {"kind": "IDENTIFICATION", "state": "COMPLETED"} in then["proceedings"]
    now = (await ask(AS_OF, id=number, at=NOON.isoformat()))["caseAsOf"]
    assert (now["state"], now["eliminatedOn"]) == ("RISK_ELIMINATED", case["eliminated_on"].isoformat())
    assert "OPEN" not in {risk["state"] for risk in now["risks"]}

    arguments = {
        "id": number,
        "version": case["version"],
        "key": "newcomer",
        "operation": "ROLLBACK",
        "targetAct": global_id("Act", case["point"]),
        "grounds": "县级自查发现误标",
    }
    proposed = (await ask(PROPOSE, input=arguments))["requestPropose"]
    assert (proposed["taken"], proposed["problems"]) == (True, [])
    assert proposed["requestItem"]["state"] == "PROPOSED"
    effects = {
        (problem["field"], problem["before"], problem["after"]) for problem in proposed["requestItem"]["effects"]
    }
    assert {("state", "RISK_ELIMINATED", "IDENTIFIED"), ("state", "STABLE", "OPEN")} <= effects

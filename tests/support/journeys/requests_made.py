"""Cases to ask something of the nation for, and the way there, for journeys about national requests."""

import datetime
import hashlib
import json
from typing import Any
from urllib.parse import quote

from tests.support.journeys.country import Country
from tests.support.planner.reference import global_id

D = datetime.date
HERE, THERE, CORPS = "500110001201", "500110901201", "659001001201"
IDENTIFIED, ELIMINATED = D(2026, 2, 10), D(2026, 2, 20)
APPLICATION = {"number": "渝乡振函〔2026〕7号", "dated": "2026-03-01", "grounds": "批量误标风险消除，确需回退"}
_ACT = """insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person,
  post, arguments)
  values ($1, $2, $3, $4, '2026-02-28', 'county:rural_revitalization:handler', 1, 1, 1, '{}') returning id"""
VIEW = {
    "NationalRequest": """id state version size reason filingNumber availableSteps { step }
      items(first: 100) { totalCount nodes { id state version digest } }""",
    "RequestItem": "id state version digest returnReason decisionReason availableSteps { step }",
}


async def case_of(country: Country, village: str, *, eliminated: bool = True, **more: Any) -> tuple[int, int]:
    """A case of a village that was identified and, by mistake, eliminated, as its acts tell; case and first act."""
    path = country.world.units[village]
    household = await country.household(unit=country.world.unit_id[village], **path, **more)
    case = await country.owner.fetchval(
        "insert into monitoring_case (household, category, state, identified_on, safety_net, version)"
        " values ($1, 'MARGINAL', 'IDENTIFIED', $2, false, 1) returning id",
        household, IDENTIFIED,
    )  # fmt: skip
    await country.owner.execute(
        "insert into risk (household, monitoring_case, kind, state, found_on) values ($1, $2, 'HOUSING', 'OPEN', $3)",
        household,
        case,
        IDENTIFIED,
    )
    first = await country.owner.fetchval(_ACT, household, case, "identification.announce", IDENTIFIED)
    if eliminated:
        await country.owner.execute(
            "update risk set state='STABLE', eliminated_on=$2 where monitoring_case=$1", case, ELIMINATED
        )
        await country.owner.execute(
            "update monitoring_case set state='RISK_ELIMINATED', eliminated_on=$2, version=2 where id=$1",
            case,
            ELIMINATED,
        )
        await country.owner.execute(_ACT, household, case, "elimination.announce", ELIMINATED)
    return int(case), int(first)


async def propose(country: Country, official: str, case: int, **arguments: Any) -> Any:
    version = (await country.row("monitoring_case", case))["version"]
    arguments = {"grounds": "县级自查发现误标", **arguments}
    return await country.take(official, "requestPropose", "MonitoringCase", case, version, **arguments)


async def proposed(country: Country, official: str, village: str, operation: str = "ROLLBACK") -> int:
    """An item proposed for a new case of the village."""
    case, act = await case_of(country, village)
    target = {"targetAct": global_id("Act", act)} if operation == "ROLLBACK" else {}
    taken = await propose(country, official, case, operation=operation, **target)
    assert taken["taken"], taken
    return int((await country.rows("select id from request_item where monitoring_case = $1", case))[0]["id"])


async def read(country: Country, official: str, type_name: str, number: int) -> Any:
    query = f"query S($id: ID!) {{ node(id: $id) {{ ... on {type_name} {{ {VIEW[type_name]} }} }} }}"
    return (await country.ask(official, query, id=global_id(type_name, number)))["node"]


async def on_request(country: Country, official: str, step: str, request: int, **arguments: Any) -> Any:
    version = (await country.row("national_request", request))["version"]
    return await country.take(official, step, "NationalRequest", request, version, **arguments)


async def composed(country: Country, handler: str, items: list[int]) -> int:
    """A draft with these items, in it; its id."""
    first, *rest = items
    version = (await country.row("request_item", first))["version"]
    opened = await country.take(handler, "requestOpen", "RequestItem", first, version)
    assert opened["taken"], opened
    request = int((await country.row("request_item", first))["request"])
    if rest:
        named = [global_id("RequestItem", item) for item in rest]
        taken = await on_request(country, handler, "requestTakeUp", request, items=named)
        assert taken["taken"], taken
    return request


async def entries(country: Country, official: str, request: int, **answers: Any) -> list[dict[str, Any]]:
    """What to say of each item that is waiting for it, over the digests the official reads."""
    view = (await read(country, official, "NationalRequest", request))["items"]["nodes"]
    waiting = ("PROPOSED", "STALE", "SUBMITTED")
    return [{"item": item["id"], "digest": item["digest"], **answers} for item in view if item["state"] in waiting]


async def submitted(country: Country, handler: str, reviewer: str, items: list[int]) -> int:
    """A request with these items, reviewed and submitted; its id."""
    request = await composed(country, handler, items)
    decisions = await entries(country, reviewer, request, upheld=True)
    reviewed = await on_request(country, reviewer, "requestReview", request, items=decisions)
    assert reviewed["taken"], reviewed
    sent = await on_request(country, reviewer, "requestSubmit", request, **APPLICATION)
    assert sent["taken"], sent
    return request


async def decided(country: Country, request: int, *, rejected: tuple[int, ...] = (), official: str = "nation") -> None:
    """Every item of a submitted request decided on, and the request filed."""
    decisions = await entries(country, official, request, approved=True, why="情况属实")
    refused = {global_id("RequestItem", problem) for problem in rejected}
    for entry in decisions:
        if entry["item"] in refused:
            entry.update(approved=False, why="证据不足")
    taken = await on_request(country, official, "requestDecide", request, items=decisions)
    assert taken["taken"], taken
    filed = await on_request(country, official, "requestFile", request, filingNumber=f"国乡振备〔2026〕{request}号")
    assert filed["taken"], filed


async def upload(country: Country, official: str, item: int, name: str, content: bytes, /, **more: Any) -> Any:
    version = (await country.row("request_item", item))["version"]
    key = more.pop("key", hashlib.sha256(f"{official}{item}{name}".encode()).hexdigest())
    query = {"item": global_id("RequestItem", item), "version": version}
    headers = {"idempotency-key": key, "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    headers |= {"authorization": f"Bearer {country.tokens[official]}"} if official else {}
    return await country.client.post("/evidence", params={**query, **more}, content=content, headers=headers)


def answer_of(response: Any) -> Any:
    return json.loads(response.text)

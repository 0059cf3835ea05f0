"""首批人员 From no account at all to a village's handler: each tier is appointed by two people of one above."""

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from api.rules.privacy.identity_number import check_character
from tests.support.command_line import shouwang
from tests.support.planner.world import World
from tests.support.product import running, settings_of

TIERS = {"0": "nation", "50": "province", "500110": "county", "500110001": "township"}
VILLAGE = "500110001201"
_numbers = itertools.count(1)


def invented() -> str:
    """The next ID number that belongs to nobody: no county has the code 110000."""
    digits = f"11000019900101{next(_numbers):03}"
    return digits + check_character(digits)


def password(account: str) -> str:
    return "long enough for " + account[::-1]


class People:
    """Officials by account name, signed in as they come to be."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.tokens = client, dict[str, str]()

    async def sign_in(self, account: str) -> None:
        answer = await self.client.post("/token", json={"account": account, "password": password(account)})
        assert answer.status_code == 200, answer.text
        self.tokens[account] = answer.json()["access_token"]

    async def ask(self, account: str, query: str, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {self.tokens[account]}"}
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def appoint(self, above: str, account: str, unit: str, duty: str) -> None:
        """Two people of the unit above give somebody new a post, hand over a code each, and the new one signs in."""
        first, second = f"{above}.handler", f"{above}.reviewer"
        wish = {
            "change": "GIVE", "unit": unit, "department": "RURAL_REVITALIZATION", "duty": duty, "reason": "组建队伍",
            "key": f"key-{account}", "person": {"name": "新干部", "idNumber": invented(), "accountName": account},
        }  # fmt: skip
        proposed = (await self.ask(first, PROPOSE, input=wish))["appointmentPropose"]
        assert proposed["taken"], proposed
        answer = {**proposed["appointment"], "key": f"key-{account}"}
        approved = (await self.ask(second, APPROVE, input=answer))["appointmentApprove"]
        assert approved["taken"], approved
        held = {"account": approved["appointment"]["account"]["id"], "reason": "首次登录"}
        codes = [(await self.ask(account, CODE, input=held))["passwordCode"]["code"] for account in (first, second)]
        chosen = {"account": account, "codes": codes, "password": password(account)}
        assert (await self.client.post("/password", json=chosen)).status_code == 200
        await self.sign_in(account)


PROPOSE = """mutation P($input: AppointmentProposeInput!) {
  appointmentPropose(input: $input) { taken problems { code } appointment { id version } } }"""
APPROVE = """mutation A($input: AppointmentAnswerInput!) {
  appointmentApprove(input: $input) { taken problems { code } appointment { account { id } } } }"""
CODE = "mutation C($input: PasswordCodeInput!) { passwordCode(input: $input) { code } }"


@pytest_asyncio.fixture
async def people(database: Any, tmp_path: Path) -> AsyncIterator[People]:
    world = World(households=3)
    owner = await database.owner.connect()
    world.tables = {"unit": world.tables["unit"], "household": [], "involvement": []}
    for row in world.tables["unit"]:
        names, marks = ", ".join(row), ", ".join(f"${index}" for index in range(1, len(row) + 1))
        await owner.execute(f"insert into unit ({names}) values ({marks})", *row.values())
    await owner.close()
    file = tmp_path / "people.json"
    founders = {
        duty: {
            "name": "首任",
            "account": f"nation.{duty}",
            "id_number": invented(),
            "password": password(f"nation.{duty}"),
        }
        for duty in ("handler", "reviewer")
    }
    file.write_text(json.dumps(founders), encoding="utf-8")
    file.chmod(0o600)
    result = await shouwang(database, tmp_path / "home", "officials", "bootstrap", "--file", str(file))
    assert result.exit_code == 0, result.output
    async with (
        running(settings_of(database, tmp_path / "home")) as (_, address),
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        yield People(client)


async def test_each_tier_is_appointed_by_the_one_above(people: People, database: Any) -> None:
    for duty in ("handler", "reviewer"):
        await people.sign_in(f"nation.{duty}")
    for (_, above), (unit, name) in itertools.pairwise(TIERS.items()):
        for duty in ("handler", "reviewer"):
            await people.appoint(above, f"{name}.{duty}", unit, duty.upper())
    await people.appoint("township", "village.handler", VILLAGE, "HANDLER")

    me = (await people.ask("village.handler", "{ me { name posts { duty unit { code } } } }"))["me"]
    assert me == {"name": "village.handler", "posts": [{"duty": "HANDLER", "unit": {"code": VILLAGE}}]}
    seen = "query O { officials(first: 50) { totalCount nodes { account { name } } } }"
    counts = {name: (await people.ask(f"{name}.handler", seen))["officials"]["totalCount"] for name in TIERS.values()}
    assert counts == {"nation": 9, "province": 7, "county": 5, "township": 3}

    owner = await database.owner.connect()
    posts = await owner.fetch(
        """select a.proposed_person <> a.decided_person as two, a.carried, a.post is not null as post,
             length(u.code) < length(t.code) as above
           from appointment a join post p on p.id = a.proposer join unit u on u.id = p.unit
           join unit t on t.id = a.unit"""
    )
    assert [tuple(row) for row in posts] == [(True, True, True, True)] * 7
    assert await owner.fetchval("select count(*) from password_code") == 0
    await owner.close()

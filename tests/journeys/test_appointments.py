"""任免 A post is given, used, ended and restored over HTTP, always by two; who is not above can do nothing. RULES §2"""

import asyncio
import datetime
import itertools
from typing import Any

import httpx
import pytest

from api.rules.privacy.identity_number import check_character
from tests.support.journeys.country import COUNTY, TOWNSHIP, VILLAGE, Country
from tests.support.planner.reference import global_id


def number(person: int) -> str:
    """An ID number that belongs to nobody: no county has the code 110000."""
    digits = f"11000019900101{person:03}"
    return digits + check_character(digits)


NUMBER, OTHER_NUMBER = number(1), number(2)
PASSWORD = "correct horse battery"
_keys = itertools.count(1)
_PROBLEMS = "problems { code question field }"
_PAYLOAD = f"""taken {_PROBLEMS} appointment {{ id version state change since until tier personName
  post {{ id until account {{ id name state person {{ name }} }} }} proposer {{ duty }} decider {{ duty }} }}"""


async def propose(country: Country, official: str, **wish: Any) -> Any:
    arguments = {"key": f"propose-{next(_keys)}", "reason": "补充人员", **wish}
    query = f"mutation P($input: AppointmentProposeInput!) {{ appointmentPropose(input: $input) {{ {_PAYLOAD} }} }}"
    return (await country.ask(official, query, input=arguments))["appointmentPropose"]


async def answer(country: Country, official: str, how: str, proposed: Any, **more: Any) -> Any:
    arguments = {"key": f"answer-{next(_keys)}", "id": proposed["id"], "version": proposed["version"], **more}
    name = f"appointment{how}"
    query = f"mutation A($input: AppointmentAnswerInput!) {{ {name}(input: $input) {{ {_PAYLOAD} }} }}"
    return (await country.ask(official, query, input=arguments))[name]


def newcomer(account: str, number: str = NUMBER, name: str = "新干部") -> dict[str, str]:
    return {"name": name, "idNumber": number, "accountName": account}


def township_handler(**more: Any) -> dict[str, Any]:
    return {
        "change": "GIVE", "unit": TOWNSHIP, "department": "RURAL_REVITALIZATION", "duty": "HANDLER",
        **more,
    }  # fmt: skip


def codes(payload: Any) -> set[str]:
    assert payload["taken"] is False
    return {problem["code"] for problem in payload["problems"]}


async def count(country: Country, table: str) -> int:
    return int((await country.rows(f"select count(*) as n from {table}"))[0]["n"])


async def half(country: Country, official: str, account: str) -> Any:
    query = f"mutation C($input: PasswordCodeInput!) {{ passwordCode(input: $input) {{ half code {_PROBLEMS} }} }}"
    return (await country.ask(official, query, input={"account": account, "reason": "首次登录"}))["passwordCode"]


async def post(country: Country, path: str, **body: Any) -> httpx.Response:
    return await country.client.post(path, json=body)


async def me(country: Country, token: str) -> Any:
    query = {"query": "{ me { name posts { duty until unit { code } } } }"}
    answered = await country.client.post("/graphql", json=query, headers={"authorization": f"Bearer {token}"})
    return answered.json()


async def refused_soon(country: Country, token: str) -> str:
    """The code a token is refused with, once the worker has heard."""
    async with asyncio.timeout(5):
        while True:
            body = await me(country, token)
            if "errors" in body:
                return str(body["errors"][0]["extensions"]["code"])
            await asyncio.sleep(0.01)


@pytest.fixture(scope="module", autouse=True)
def day(country: Country) -> None:
    country.today("2026-03-02")


async def appointed(country: Country, account: str, number: str, **more: Any) -> Any:
    proposed = await propose(country, "county", **township_handler(person=newcomer(account, number), **more))
    assert proposed["taken"], proposed["problems"]
    approved = await answer(country, "reviewer", "Approve", proposed["appointment"])
    assert approved["taken"], approved["problems"]
    return approved["appointment"]


async def signed_in(country: Country, account: str, account_id: str) -> str:
    first, second = await half(country, "county", account_id), await half(country, "reviewer", account_id)
    assert (first["half"], second["half"]) == ("FIRST", "SECOND")
    chosen = await post(country, "/password", account=account, codes=[first["code"], second["code"]], password=PASSWORD)
    assert chosen.status_code == 200, chosen.text
    token = await post(country, "/token", account=account, password=PASSWORD)
    return str(token.json()["access_token"])


async def test_a_life_of_a_post(country: Country) -> None:
    approved = await appointed(country, "li.ming", NUMBER)
    new_post = approved["post"]
    account = new_post["account"]["id"]
    assert (approved["state"], approved["proposer"]["duty"], approved["decider"]["duty"]) == (
        "APPROVED", "HANDLER", "REVIEWER",
    )  # fmt: skip
    assert new_post["account"] == {"id": account, "name": "li.ming", "state": "ACTIVE", "person": {"name": "新干部"}}

    listed = await country.ask(
        "county",
        """query O($region: String!) { officials(filter: { region: $region, asOf: "2026-03-02" }, last: 1) {
             nodes { id account { name } appointments { change state } } } }""",
        region=TOWNSHIP,
    )
    assert listed["officials"]["nodes"] == [
        {
            "id": new_post["id"],
            "account": {"name": "li.ming"},
            "appointments": [{"change": "GIVE", "state": "APPROVED"}],
        }
    ]

    unset = await post(country, "/token", account="li.ming", password=PASSWORD)
    assert unset.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_FAILED"
    token = await signed_in(country, "li.ming", account)
    assert (await me(country, token))["data"]["me"]["posts"][0]["unit"]["code"] == TOWNSHIP

    disable = f"""mutation D($input: AccountDisableInput!) {{ accountDisable(input: $input) {{ taken {_PROBLEMS}
      post {{ account {{ state }} }} }} }}"""
    country.clock.moment += datetime.timedelta(minutes=1)
    disabled = await country.ask(
        "county", disable, input={"account": account, "reason": "疑似被盗用", "key": "disable-1"}
    )
    assert disabled["accountDisable"]["post"] == {"account": {"state": "DISABLED"}}
    assert await refused_soon(country, token) == "ACCOUNT_DISABLED"

    country.clock.moment += datetime.timedelta(hours=1)
    restoring = await propose(country, "county", change="RESTORE", account=account)
    assert (await me(country, token))["errors"][0]["extensions"]["code"] == "ACCOUNT_DISABLED"
    restored = await answer(country, "reviewer", "Approve", restoring["appointment"])
    assert restored["appointment"]["post"]["account"]["state"] == "ACTIVE"
    country.forget()
    assert (await me(country, token))["errors"][0]["extensions"]["code"] == "TOKEN_RECALLED"
    token = (await post(country, "/token", account="li.ming", password=PASSWORD)).json()["access_token"]
    assert "errors" not in await me(country, token)

    ending = await propose(country, "county", change="END", post=new_post["id"], until="2026-03-01")
    ended = await answer(country, "reviewer", "Approve", ending["appointment"], answer="调离")
    assert ended["appointment"]["post"]["until"] == "2026-03-01"
    assert await refused_soon(country, token) == "POST_ENDED"
    messages = await country.rows(
        "select action, account is not null as signed from event where object_type in ('Appointment', 'Account')"
        " order by id"
    )
    assert [(row["action"], row["signed"]) for row in messages if row["action"] != "sign_in.failed"] == [
        ("appoint.propose", True), ("appoint.approve", True), ("password.code", True), ("password.code", True),
        ("password.set", False), ("account.disable", True), ("appoint.propose", True), ("appoint.approve", True),
        ("appoint.propose", True), ("appoint.approve", True),
    ]  # fmt: skip
    stored = str(await country.rows("select * from appointment")) + str(await country.rows("select * from event"))
    assert NUMBER not in stored


@pytest.mark.parametrize("official", ["approver", "city", "neighbour", "village", "township", "education", "reviewer"])
async def test_who_is_not_a_handler_above_proposes_nothing(country: Country, official: str) -> None:
    before = await count(country, "appointment")
    refused = await propose(country, official, **township_handler(person=newcomer("nobody")))
    assert codes(refused) == {"APPOINTMENT_NOT_ALLOWED"}
    assert await count(country, "appointment") == before


@pytest.mark.parametrize("unit", [COUNTY, "50", "0", "510104001", "999999"])
async def test_nothing_is_given_beside_or_above_or_nowhere(country: Country, unit: str) -> None:
    before = await count(country, "appointment")
    refused = await propose(country, "county", **{**township_handler(person=newcomer("nobody")), "unit": unit})
    assert codes(refused) == {"APPOINTMENT_NOT_ALLOWED"}
    assert await count(country, "appointment") == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"since": "2026-03-01"}, {"POST_BACKDATED"}),
        ({"since": "2026-04-02", "until": "2026-04-01"}, {"POST_BACKDATED"}),
        ({"reason": f"证件 {NUMBER}"}, {"PERSONAL_DATA"}),
        ({"reason": " "}, {"TEXT_NEEDED"}),
        ({"document": "渝委农〔2026〕1号"}, {"DELEGATION_UNNAMED"}),
        ({"person": newcomer("two words")}, {"ACCOUNT_NAME_FORM"}),
        ({"person": newcomer("nobody", number(1)[:-1] + number(2)[-1])}, {"ID_NUMBER_CHECK"}),
        ({"person": newcomer("tester@500110")}, {"ACCOUNT_NAME_TAKEN"}),
        ({"person": None}, {"APPOINTMENT_INCOMPLETE"}),
        ({"duty": None}, {"APPOINTMENT_INCOMPLETE"}),
        ({"reason": " ", "since": "2026-03-01"}, {"TEXT_NEEDED", "POST_BACKDATED"}),
    ],
)
async def test_what_is_wrong_with_a_proposal_is_told(country: Country, changes: Any, expected: set[str]) -> None:
    country.today("2026-03-02")
    before = await count(country, "appointment")
    wish = {**township_handler(person=newcomer("nobody", OTHER_NUMBER)), **changes}
    assert codes(await propose(country, "county", **wish)) == expected
    assert await count(country, "appointment") == before


async def test_one_who_proposed_does_not_approve_whatever_account_he_holds(country: Country) -> None:
    wish = township_handler(person=newcomer("wang.er", OTHER_NUMBER))
    appointment = (await propose(country, "county", **wish))["appointment"]
    for official in ("county", "neighbour", "city", "village"):
        assert codes(await answer(country, official, "Approve", appointment)) == {"APPOINTMENT_NOT_ALLOWED"}
    (reviewer,) = await country.rows("select id, person from account where name = 'reviewer'")
    (county,) = await country.rows("select id, person from account where name = 'county'")
    await country.owner.execute("update account set person = $2 where id = $1", reviewer["id"], county["person"])
    country.forget()
    assert codes(await answer(country, "reviewer", "Approve", appointment)) == {"SAME_PERSON"}
    await country.owner.execute("update account set person = $2 where id = $1", reviewer["id"], reviewer["person"])
    country.forget()
    rejected = await answer(country, "approver", "Reject", appointment, answer="编制已满")
    assert (rejected["appointment"]["state"], rejected["appointment"]["post"]) == ("REJECTED", None)
    assert codes(await answer(country, "reviewer", "Approve", rejected["appointment"])) == {"WRONG_STATE"}
    assert not await country.rows("select from account where name = 'wang.er'")


async def test_nobody_appoints_himself(country: Country) -> None:
    (county,) = await country.rows("select id, person from account where name = 'county'")
    (village,) = await country.rows("select id, person from account where name = 'village'")
    await country.owner.execute("update account set person = $2 where id = $1", village["id"], county["person"])
    wish = township_handler(account=global_id("Account", village["id"]))
    assert codes(await propose(country, "county", **wish)) == {"APPOINTS_ONESELF"}
    await country.owner.execute("update account set person = $2 where id = $1", village["id"], village["person"])


async def test_an_account_beyond_ones_reach_is_as_if_it_were_not(country: Country) -> None:
    (other,) = await country.rows("select id from account where name = 'neighbour'")
    answers = [
        await propose(country, "county", **township_handler(account=global_id("Account", number)))
        for number in (other["id"], 999_999)
    ]
    assert answers[0] == answers[1]
    assert codes(answers[0]) == {"APPOINTMENT_NOT_ALLOWED"}
    for number in (other["id"], 999_999):
        refused = await propose(country, "county", change="RESTORE", account=global_id("Account", number))
        assert codes(refused) == {"APPOINTMENT_NOT_ALLOWED"}
        assert {
            problem["code"] for problem in (await half(country, "county", global_id("Account", number)))["problems"]
        } == {"APPOINTMENT_NOT_ALLOWED"}


async def test_one_person_is_one_whatever_accounts_he_is_given(country: Country) -> None:
    country.today("2026-03-02")
    first = await appointed(country, "zhao.yi", OTHER_NUMBER)
    again = await appointed(country, "zhao.yi.2", OTHER_NUMBER, unit=VILLAGE)
    numbers = [appointment["post"]["account"]["id"] for appointment in (first, again)]
    assert numbers[0] != numbers[1]
    people = await country.rows("select distinct person from account where name like 'zhao.yi%'")
    assert len(people) == 1
    held = await propose(country, "county", **township_handler(account=numbers[0]))
    assert codes(held) == {"POST_HELD"}
    wish = township_handler(account=numbers[0], duty="REVIEWER")
    opened = await propose(country, "county", **wish)
    assert codes(await propose(country, "county", **wish)) == {"APPOINTMENT_OPEN"}
    withdrawn = await answer(country, "county", "Withdraw", opened["appointment"])
    assert withdrawn["appointment"]["state"] == "WITHDRAWN"


async def test_asking_twice_with_one_key_is_asking_once(country: Country) -> None:
    country.today("2026-03-02")
    wish = township_handler(person=newcomer("qian.san", number(3)), key="propose-once")
    proposed = [await propose(country, "county", **wish) for _ in range(2)]
    assert proposed[0] == proposed[1]
    approved = [
        await answer(country, "reviewer", "Approve", proposed[0]["appointment"], key="approve-twice") for _ in range(2)
    ]
    assert approved[0] == approved[1]
    assert approved[0]["taken"]
    assert len(await country.rows("select from account where name = 'qian.san'")) == 1


async def test_delegated_approval_is_an_approvers_post_with_its_document(country: Country) -> None:
    country.today("2026-03-02")
    wish = {"change": "GIVE", "unit": COUNTY, "department": "LEADING_GROUP", "duty": "APPROVER",
            "person": newcomer("sun.si", number(4)), "document": "渝农组〔2026〕7号"}  # fmt: skip
    assert codes(await propose(country, "approver", **wish)) == {"APPOINTMENT_NOT_ALLOWED"}
    proposed = await propose(country, "province", **wish)
    approved = await answer(country, "province_reviewer", "Approve", proposed["appointment"])
    assert approved["taken"], approved["problems"]
    assert (await country.row("appointment", await newest(country, "appointment")))["delegated"] is True


async def newest(country: Country, table: str) -> int:
    return int((await country.rows(f"select max(id) as id from {table}"))[0]["id"])


async def test_half_a_code_opens_nothing_and_neither_do_two_of_one_person(country: Country) -> None:
    country.today("2026-03-02")
    account = (await appointed(country, "zhou.wu", number(5)))["post"]["account"]["id"]
    first = await half(country, "county", account)
    second = await half(country, "reviewer", account)
    for tried in ([first["code"], first["code"]], [second["code"], first["code"]], [first["code"], ""]):
        refused = await post(country, "/password", account="zhou.wu", codes=tried, password=PASSWORD)
        assert refused.json()["errors"][0]["extensions"]["code"] == "PASSWORD_CODE_WRONG"
    short = await post(country, "/password", account="zhou.wu", codes=[first["code"], second["code"]], password="zhou")
    assert short.json()["errors"][0]["extensions"]["code"] == "PASSWORD_UNFIT"
    for body in ({"account": "zhou.wu"}, {"account": "zhou.wu", "password": PASSWORD, "codes": [1, 2]}):
        refused = await post(country, "/password", **body)
        assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_BODY"
    country.clock.moment += datetime.timedelta(hours=73)
    late = await post(country, "/password", account="zhou.wu", codes=[first["code"], second["code"]], password=PASSWORD)
    assert late.json()["errors"][0]["extensions"]["code"] == "PASSWORD_CODE_WRONG"
    (row,) = await country.rows("select password_hash from account where name = 'zhou.wu'")
    assert row["password_hash"] is None
    failed = await country.rows("select 1 from event where facts ->> 'reason' = 'WRONG_CODES'")
    assert len(failed) == 4
    unknown = await post(country, "/password", account="nobody", codes=["a", "b"], password=PASSWORD)
    assert unknown.json()["errors"][0]["extensions"]["code"] == "PASSWORD_CODE_WRONG"


async def test_who_knows_his_password_changes_it_and_older_tokens_end(country: Country) -> None:
    country.today("2026-03-02")
    account = (await appointed(country, "wu.liu", number(6)))["post"]["account"]["id"]
    token = await signed_in(country, "wu.liu", account)
    country.clock.moment += datetime.timedelta(minutes=1)
    new = "another horse battery"
    wrong = await post(country, "/password", account="wu.liu", current="not it at all", password=new)
    assert wrong.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_FAILED"
    assert (await post(country, "/password", account="wu.liu", current=PASSWORD, password=new)).status_code == 200
    assert await refused_soon(country, token) == "TOKEN_RECALLED"
    assert (await post(country, "/token", account="wu.liu", password=PASSWORD)).status_code == 401
    assert (await post(country, "/token", account="wu.liu", password=new)).status_code == 200


async def test_one_person_gets_no_second_half_whatever_account_he_holds(country: Country) -> None:
    country.today("2026-03-02")
    account = (await appointed(country, "zheng.qi", number(7)))["post"]["account"]["id"]
    assert (await half(country, "county", account))["half"] == "FIRST"
    (reviewer,) = await country.rows("select id, person from account where name = 'reviewer'")
    (county,) = await country.rows("select id, person from account where name = 'county'")
    await country.owner.execute("update account set person = $2 where id = $1", reviewer["id"], county["person"])
    country.forget()
    refused = await half(country, "reviewer", account)
    assert (refused["code"], [problem["code"] for problem in refused["problems"]]) == (None, ["SAME_PERSON"])
    await country.owner.execute("update account set person = $2 where id = $1", reviewer["id"], reviewer["person"])
    country.forget()
    for official in ("village", "neighbour", "city", "township", "education"):
        result = await half(country, official, account)
        assert (result["code"], [problem["code"] for problem in result["problems"]]) == (
            None,
            ["APPOINTMENT_NOT_ALLOWED"],
        )


async def test_a_post_of_a_unit_that_was_closed_meanwhile_is_not_given(country: Country) -> None:
    country.today("2026-03-02")
    closing = "500110002"
    wish = {**township_handler(person=newcomer("feng.ba", number(8))), "unit": closing}
    proposed = (await propose(country, "county", **wish))["appointment"]
    unit = country.world.unit_id[closing]
    await country.owner.execute("update unit set valid_until = '2026-03-01' where id = $1", unit)
    assert codes(await answer(country, "reviewer", "Approve", proposed)) == {"UNIT_CLOSED"}
    assert codes(await propose(country, "county", **wish)) == {"APPOINTMENT_NOT_ALLOWED"}
    assert (await answer(country, "reviewer", "Reject", proposed))["taken"]
    await country.owner.execute("update unit set valid_until = null where id = $1", unit)
    assert not await country.rows("select from account where name = 'feng.ba'")

"""The village prints its notices: signed in, in their time, with nothing from outside and nothing that is personal."""

import re
from typing import Any

from api.rules.privacy.personal_data import find_personal_data
from tests.support.journeys.country import OFFICIALS, Country
from tests.support.journeys.identification import to_publicity
from tests.support.planner.reference import global_id

NOTICE = """query N($id: ID!, $kind: NoticeKind!) { notice(proceeding: $id, kind: $kind) {
  kind village opensOn closesOn contact lines entries { head people category outcome } } }"""


async def page(country: Country, official: str | None, proceeding: int | str, kind: str = "PUBLICITY") -> Any:
    name = proceeding if isinstance(proceeding, str) else global_id("Proceeding", proceeding)
    headers = {"authorization": f"Bearer {country.tokens[official]}"} if official else {}
    return await country.client.get(f"/notices/{name}?kind={kind}", headers=headers)


async def notice_answer(country: Country, official: str, proceeding: int, kind: str) -> Any:
    variables = {"id": global_id("Proceeding", proceeding), "kind": kind}
    answer = await country.client.post(
        "/graphql",
        json={"query": NOTICE, "variables": variables},
        headers={"authorization": f"Bearer {country.tokens[official]}"},
    )
    return answer.json()


async def test_from_the_board_to_the_announcement(country: Country) -> None:
    household = await country.household(head_name="<b>测试</b>户", address="某街 1 号")
    proceeding = await to_publicity(country, "2026-04-01", household)
    notice = (await notice_answer(country, "village", proceeding, "PUBLICITY"))["data"]["notice"]
    assert (notice["opensOn"], notice["closesOn"]) == ("2026-04-05", "2026-04-10")
    assert notice["entries"] == [
        {"head": "<b>测试</b>户", "people": 3, "category": "MARGINAL", "outcome": "TO_BE_IDENTIFIED"}
    ]
    early = await notice_answer(country, "village", proceeding, "ANNOUNCEMENT")
    assert early["errors"][0]["extensions"]["code"] == "NOTICE_NOT_THERE"
    country.today("2026-04-10")
    await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5)
    await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6)
    assert (await country.take("approver", "identificationApprove", "Proceeding", proceeding, 7))["taken"]
    assert (await country.take("county", "identificationAnnounce", "Proceeding", proceeding, 8))["taken"]
    announced = (await notice_answer(country, "village", proceeding, "ANNOUNCEMENT"))["data"]["notice"]
    assert (announced["entries"][0]["outcome"], announced["closesOn"]) == ("IDENTIFIED", None)


async def test_the_sheet_is_one_file_under_a_strict_policy(country: Country) -> None:
    household = await country.household(head_name="<b>测试</b>户")
    proceeding = await to_publicity(country, "2026-05-01", household)
    sheet = await page(country, "village", proceeding)
    assert sheet.status_code == 200
    assert sheet.headers["content-type"] == "text/html; charset=utf-8"
    policy = sheet.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert sheet.headers["cache-control"] == "no-store"
    assert not re.search(r"https?:|src=|href=|<script", sheet.text)
    assert "@media print" in sheet.text
    assert "@page" in sheet.text
    assert "&lt;b&gt;测试&lt;/b&gt;户" in sheet.text
    assert "2026年5月5日至2026年5月10日" in sheet.text.replace(" ", "")
    assert "房屋" not in sheet.text, "neither the judgement nor the risk"
    assert "危房" not in sheet.text


async def test_whoever_may_not_read_it_learns_nothing(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-06-01")
    for official in ("city", "neighbour"):
        hidden, absent = await page(country, official, proceeding), await page(country, official, 999_999)
        assert (hidden.status_code, hidden.text) == (404, absent.text)
        assert (await notice_answer(country, official, proceeding, "PUBLICITY"))["data"] == {"notice": None}
    assert (await page(country, None, proceeding)).status_code == 401
    assert (await page(country, "village", "nonsense")).status_code == 400
    assert (await page(country, "village", global_id("Household", 101))).status_code == 400
    assert (await page(country, "village", proceeding, "RISKS")).status_code == 404


async def test_no_notice_of_any_household_holds_a_number_or_a_risk(country: Country) -> None:
    # a household whose every column is full, and everything of the small world
    household = await country.household(
        head_name="满栏户", phone_masked="*********12", bank_name="农村商业银行", bank_account_masked="***1234",
        address="石角镇 13800138000",
    )  # fmt: skip
    await to_publicity(country, "2026-07-01", household)
    risks = [row["zh"] for row in await country.rows("select zh from code_item")]
    await country.owner.execute("update proceeding set publicized_on = '2026-05-05', announced_on = '2026-05-15'")
    view = 0
    for row in await country.rows("select id from proceeding"):
        for official in OFFICIALS:
            for kind in ("PUBLICITY", "ANNOUNCEMENT"):
                sheet = await page(country, official, row["id"], kind)
                body = sheet.text.partition("<body>")[2]
                view += bool(body)
                for line in re.findall(r"<(?:p|h1)>(.*?)</", body):
                    assert not find_personal_data(line), line
                    assert not [risk for risk in risks if risk in line], line
    assert view >= 4

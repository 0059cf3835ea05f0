"""J6 An administrator changes policy: drafted, checked, compared, tried, approved by another, in force, restored. Q1"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from api.access.policy import Policy
from api.workflow.policy.publish import bring_baseline
from tests.support.journeys.country import COUNTY, VILLAGE, Country
from tests.support.planner.reference import global_id

PEOPLE = {
    "editor": ("0", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
    "colleague": ("0", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
    "chief": ("0", "RURAL_REVITALIZATION", "POLICY_APPROVER"),
    "editor50": ("50", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
    "chief50": ("50", "RURAL_REVITALIZATION", "POLICY_APPROVER"),
    "editor51": ("51", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
}
KINDS = "household|clue|case|proceeding|plan|measure"
HIDES = {
    "type": "P", "role": "village", "action": "view.contact", "kind": KINDS, "reach": "subtree",
    "unit": VILLAGE, "effect": "deny", "basis": "ours", "note": "试行：本村不看联系方式",
}  # fmt: skip
CASE = {
    "name": "a village of the trial sees no telephone", "role": "village:rural_revitalization:handler",
    "home": VILLAGE, "place": f"0/50/{COUNTY}/500110001/{VILLAGE}", "action": "view.contact", "kind": "household",
    "then": "deny", "basis": "ours",
}  # fmt: skip
BACK = """taken problems { code zh en reasonWouldDo } publication { number adopted alive }
  policyVersion { id number state version digest }"""
CHECK = """query($id: ID!) { policyCheck(id: $id) { possible uncovered
  findings { code severity position column zh en nextZh } failures { name expected actual } } }"""
DIFFERENCE = """query($id: ID!) { policyDifference(id: $id) { digest difference conflict
  changes { roles actions kinds gainsEn losesEn officials gained { households }
    lost { households atLeast fewer counties { code name households } } } meanwhile { roles actions losesEn } } }"""
_keys = itertools.count(1)


@pytest_asyncio.fixture(scope="module")
async def office(country: Country) -> AsyncIterator[Country]:
    """The country with people for policy, and the baseline in the database and in force."""
    for name, post in PEOPLE.items():
        await country.appoint(name, *post)
    await bring_baseline(country.owner, country.clock.now())
    await in_force(country, 1)
    yield country


async def in_force(country: Country, publication: int) -> None:
    for _ in range(1000):
        if country.worker.head.current.publication == publication:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the worker did not follow")


async def act(country: Country, who: str, name: str, **arguments: Any) -> Any:
    arguments = {"key": f"policy-{next(_keys):04}", **arguments}
    kind = {
        "policyDraft": "PolicyDraft", "policyEdit": "PolicyEdit", "policyApprove": "PolicyApprove",
        "policyReject": "PolicyReason", "policyWithdraw": "PolicyReason",
    }.get(name, "PolicyAct")  # fmt: skip
    query = f"mutation A($input: {kind}Input!) {{ {name}(input: $input) {{ {BACK} }} }}"
    return (await country.ask(who, query, input=arguments))[name]


async def done(country: Country, who: str, name: str, **arguments: Any) -> Any:
    answer = await act(country, who, name, **arguments)
    assert answer["taken"], answer
    return answer["policyVersion"]


def codes(answer: Any) -> set[str]:
    assert not answer["taken"]
    return {problem["code"] for problem in answer["problems"]}


def on(version: Any) -> dict[str, Any]:
    return {"id": version["id"], "version": version["version"]}


async def approved(country: Country, version: Any, editor: str = "editor", chief: str = "chief") -> Any:
    """Submitted and approved by what its approver saw."""
    version = await done(country, editor, "policySubmit", **on(version), note="试行 A trial.")
    seen = (await country.ask(chief, DIFFERENCE, id=version["id"]))["policyDifference"]
    return await done(
        country, chief, "policyApprove", **on(version), digest=seen["digest"], difference=seen["difference"]
    )


READ = "query($id: ID!) { household(id: $id) { address } }"


async def telephone_is_hidden(country: Country, household: int) -> bool:
    answer = await country.client.post(
        "/graphql",
        json={"query": READ, "variables": {"id": global_id("Household", household)}},
        headers={"authorization": f"Bearer {country.tokens['village']}"},
    )
    body = answer.json()
    hidden = body["data"]["household"]["address"] is None
    assert (body["extensions"]["masked"] == {"household.address": "ALWAYS"}) is hidden
    assert body["extensions"]["policyVersion"] == country.worker.head.current.version[:16]
    return hidden


async def test_the_national_policy_is_changed_and_restored(office: Country) -> None:
    household = await office.household(address="某路一号")
    assert not await telephone_is_hidden(office, household)
    before = office.worker.head.current.version
    assert before == Policy.load().version

    draft = await done(office, "editor", "policyDraft", layer="0", note="试行")
    typed = {**HIDES, "action": "view.contct", "effect": "Deny"}
    draft = await done(office, "editor", "policyEdit", **on(draft), rows=[{"row": typed}])
    checked = (await office.ask("editor", CHECK, id=draft["id"]))["policyCheck"]
    assert not checked["possible"]
    rows = await office.owner.fetchval(
        "select max(position) from policy_row where policy_version = (select max(id) from policy_version)"
    )
    assert [(finding["code"], finding["column"], finding["position"]) for finding in checked["findings"]] == [
        ("POLICY_WORD", "action", rows), ("POLICY_WORD", "effect", rows),
    ]  # fmt: skip
    assert "view.contact" in checked["findings"][0]["nextZh"]

    locked = {**HIDES, "action": "withdraw.execute", "kind": "request", "effect": "allow", "basis": "Q40"}
    draft = await done(office, "editor", "policyEdit", **on(draft), rows=[{"position": rows, "row": locked}])
    assert codes(await act(office, "editor", "policySubmit", **on(draft))) == {"POLICY_LOCKED_ACTION"}

    wide = {**HIDES, "unit": COUNTY}
    draft = await done(office, "editor", "policyEdit", **on(draft), rows=[{"position": rows, "row": wide}])
    checked = (await office.ask("editor", CHECK, id=draft["id"]))["policyCheck"]
    assert not checked["possible"]
    assert {(failure["expected"], failure["actual"]) for failure in checked["failures"]} == {(True, False)}

    draft = await done(
        office, "editor", "policyEdit", **on(draft), rows=[{"position": rows, "row": HIDES}], cases=[{"case": CASE}]
    )
    checked = (await office.ask("editor", CHECK, id=draft["id"]))["policyCheck"]
    assert (checked["possible"], checked["failures"], checked["uncovered"]) == (True, [], [])
    difference = (await office.ask("editor", DIFFERENCE, id=draft["id"]))["policyDifference"]
    assert {(*change["roles"], *change["actions"], change["gainsEn"]) for change in difference["changes"]} == {
        (
            "village:rural_revitalization/leading_group:handler/reviewer/approver/operator/inspector",
            "view.contact",
            None,
        )
    }
    (change,) = difference["changes"]
    assert (change["officials"], change["gained"]) == (1, None)
    # A handful of households lies there, too few to be told.
    assert change["lost"] == {"households": 5, "atLeast": False, "fewer": True, "counties": []}
    assert not difference["conflict"]

    tried = """query($version: ID, $object: ID) { explainAccess(account: "village", action: "view.contact",
      kind: "household", place: "0/50/500110/500110001/500110001201", object: $object, version: $version) {
      allowed rows { source en questions } zh nearest { source } policy } }"""
    now = (await office.ask("editor", tried))["explainAccess"]
    then = (await office.ask("editor", tried, version=draft["id"]))["explainAccess"]
    assert (now["allowed"], then["allowed"]) == (True, False)
    assert then["rows"][0]["source"] == f"0/2:{rows}"
    own = (await office.ask("village", tried, object=global_id("Household", household)))["explainAccess"]
    assert own["allowed"]

    draft = await done(office, "editor", "policySubmit", **on(draft))
    seen = (await office.ask("chief", DIFFERENCE, id=draft["id"]))["policyDifference"]
    signed = {"digest": seen["digest"], "difference": seen["difference"]}
    assert codes(await act(office, "editor", "policyApprove", **on(draft), **signed)) == {"STEP_NOT_ALLOWED"}
    wrong = {**signed, "difference": "0" * 64}
    assert codes(await act(office, "chief", "policyApprove", **on(draft), **wrong)) == {"POLICY_DIGEST_CHANGED"}
    draft = await done(office, "chief", "policyApprove", **on(draft), **signed)
    assert not await telephone_is_hidden(office, household)

    published = await act(office, "chief", "policyPublish", **on(draft))
    assert published["taken"], published
    assert published["publication"] == {"number": 2, "adopted": 1, "alive": 1}
    assert await telephone_is_hidden(office, household)
    after = office.worker.head.current.version
    assert after != before

    past = """query($policy: String) { explainAccess(account: "village", action: "view.contact", kind: "household",
      place: "0/50/500110/500110001/500110001201", policy: $policy) { allowed policy } }"""
    events = await office.rows(
        "select action, policy_version from event where object_type = 'PolicyVersion' order by id"
    )
    assert [event["action"] for event in events][-3:] == ["policy.submit", "policy.approve", "policy.publish"]
    assert {event["policy_version"] for event in events} == {before}
    answer = (await office.ask("editor", past, policy=events[-1]["policy_version"]))["explainAccess"]
    assert answer == {"allowed": True, "policy": before}
    assert not (await office.ask("editor", past, policy=after[:16]))["explainAccess"]["allowed"]

    history = await office.ask(
        "editor", 'query { policyVersions(filter: {layer: ["0"]}) { nodes { id number state version note rows(first: 2)'
        " { nodes { position role action } } } } }",
    )  # fmt: skip
    version, two = history["policyVersions"]["nodes"]
    assert (version["state"], two["state"], len(version["rows"]["nodes"])) == ("SUPERSEDED", "PUBLISHED", 2)
    restored = await act(office, "chief", "policyRevert", **on(version), note="试行结束")
    assert restored["taken"], restored
    assert restored["publication"] == {"number": 3, "adopted": 1, "alive": 1}
    assert restored["policyVersion"]["number"] == 3
    assert not await telephone_is_hidden(office, household)
    assert office.worker.head.current.version == before


async def test_two_drafts_at_once(office: Country) -> None:
    first = await done(office, "editor", "policyDraft", layer="0")
    second = await done(office, "colleague", "policyDraft", layer="0")
    first = await done(office, "editor", "policyEdit", **on(first), rows=[{"row": HIDES}])
    other = {**HIDES, "action": "view.bank"}
    second = await done(office, "colleague", "policyEdit", **on(second), rows=[{"row": other}])
    first, second = await approved(office, first), await approved(office, second, "colleague")
    await done(office, "chief", "policyPublish", **on(first))
    assert codes(await act(office, "chief", "policyPublish", **on(second))) == {"POLICY_CONFLICT"}
    difference = (await office.ask("chief", DIFFERENCE, id=second["id"]))["policyDifference"]
    assert difference["conflict"]
    assert {action for entry in difference["meanwhile"] for action in entry["actions"]} == {"view.contact"}
    moved = await done(office, "colleague", "policyRebase", **on(second))
    moved = await approved(office, moved, "colleague")
    await done(office, "chief", "policyPublish", **on(moved))
    household = await office.household(address="某路二号")
    assert await telephone_is_hidden(office, household)


async def test_a_province_narrows_in_its_own_subtree(office: Country) -> None:
    draft = await done(office, "editor50", "policyDraft", layer="50")
    wide = {**HIDES, "role": "county", "action": "view.income", "effect": "allow", "unit": "50"}
    rows = [{"row": wide}, {"row": {**wide, "effect": "deny", "unit": "51"}},
            {"row": {**wide, "effect": "deny", "action": "withdraw.propose", "kind": "request"}}]  # fmt: skip
    draft = await done(office, "editor50", "policyEdit", **on(draft), rows=rows)
    refused = codes(await act(office, "editor50", "policySubmit", **on(draft), note="试行"))
    assert {"POLICY_REFINEMENT_ALLOWS", "POLICY_REFINEMENT_UNIT", "POLICY_LOCKED_ACTION"} >= refused
    assert refused
    fixed = [{"position": 1, "row": {**wide, "effect": "deny"}}, {"position": 2}, {"position": 3}]
    draft = await done(office, "editor50", "policyEdit", **on(draft), rows=fixed)
    hidden = await office.client.post(
        "/graphql", json={"query": DIFFERENCE, "variables": {"id": draft["id"]}},
        headers={"authorization": f"Bearer {office.tokens['editor51']}"},
    )  # fmt: skip
    assert hidden.json()["errors"][0]["extensions"]["code"] == "POLICY_VERSION_UNKNOWN"
    draft = await approved(office, draft, "editor50", "chief50")
    await done(office, "chief50", "policyPublish", **on(draft))
    query = """query($role: String!, $home: String!, $place: String!) { explainAccess(role: $role, home: $home,
      action: "view.income", kind: "household", place: $place) { allowed rows { source } } }"""
    inside = {"role": "county:rural_revitalization:handler", "home": COUNTY, "place": f"0/50/{COUNTY}"}
    outside = {**inside, "home": "510104", "place": "0/51/5101/510104"}
    nation = {"role": "national:rural_revitalization:handler", "home": "0", "place": f"0/50/{COUNTY}"}
    answers = [(await office.ask("editor50", query, **who))["explainAccess"] for who in (inside, outside, nation)]
    assert [reply["allowed"] for reply in answers] == [False, True, True]
    assert answers[0]["rows"][0]["source"] == "50/1:1"
    versions = await office.ask("editor51", "query { policyVersions { nodes { layer state } } }")
    assert {version["state"] for version in versions["policyVersions"]["nodes"]} <= {"PUBLISHED", "SUPERSEDED"}


async def test_what_one_may_not_read_is_not_there(office: Country) -> None:
    counted = await office.ask("county", "query { policyVersions { totalCount } }")
    assert counted["policyVersions"]["totalCount"] == 0
    household = await office.household()
    answer = await office.client.post(
        "/graphql",
        json={"query": 'query($id: ID) { explainAccess(action: "read", object: $id) { allowed } }',
              "variables": {"id": global_id("Household", household)}},
        headers={"authorization": f"Bearer {office.tokens['editor']}"},
    )  # fmt: skip
    assert answer.json()["errors"][0]["extensions"]["code"] == "EXPLAIN_WHAT"

"""What the nation's functions do and refuse: persons, posts, digests, everything or nothing, once. RULES §2, §4, Q40"""

import datetime
import json
from typing import Any

import asyncpg
import pytest

from api.audit import ledger
from tests.support.national.nationally import (
    CORPS_VILLAGE,
    NOON,
    TODAY,
    VILLAGE,
    WANSHENG_VILLAGE,
    Case,
    D,
    Nationally,
    Official,
)


async def refused(constraint: str, doing: Any) -> list[int]:
    """The ids a refusal names; it must be by this constraint."""
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await doing
    assert caught.value.constraint_name == constraint
    return [int(number) for number in (caught.value.detail or "").split(",") if number]


async def test_a_withdrawal_ends_the_case_and_what_hangs_on_it(nationally: Nationally) -> None:
    case = await nationally.identified()
    proceeding = await nationally.insert(
        "proceeding", household=case.household, monitoring_case=case.number, kind="ELIMINATION", state="OPENED",
        opened_on=D(2026, 8, 1), version=1,
    )  # fmt: skip
    deadline = await nationally.insert(
        "deadline", household=case.household, proceeding=proceeding, kind="PUBLICITY", nature="AT_EARLIEST",
        effect="REFUSE", length=5, runs_from=D(2026, 8, 1), due_on=D(2026, 8, 6),
    )  # fmt: skip
    item = await nationally.proposed(case)
    request = await nationally.filed([item])
    before = await nationally.picture(case)
    begun = await nationally.execute(request)
    row = await nationally.row("monitoring_case", case.number)
    assert (row["state"], row["ended_on"], row["due_on"], row["version"]) == ("WITHDRAWN", TODAY, None, 2)
    assert (row["identified_on"], row["category"]) == (D(2026, 2, 1), "MARGINAL")
    ended = await nationally.row("proceeding", proceeding)
    assert (ended["state"], ended["ended_on"]) == ("ENDED", TODAY)
    assert "备2026-1" in ended["end_reason"]
    lapsed = await nationally.row("deadline", deadline)
    assert lapsed["done_on"] == TODAY
    assert "备2026-1" in lapsed["reason"]
    measure = await nationally.owner.fetchrow("select * from measure where monitoring_case = $1", case.number)
    assert (measure["state"], measure["version"], "备2026-1" in measure["stopped_reason"]) == ("STOPPED", 2, True)
    household = await nationally.row("household", case.household)
    assert household["monitoring_state"] == "WITHDRAWN"
    executed = await nationally.owner.fetchrow("select * from executed_item where item = $1", item)
    assert json.loads(executed["before"]) == before
    assert executed["execution"] == begun["execution"]
    act = await nationally.owner.fetchrow("select * from act where household = $1 order by id desc", case.household)
    assert act["step"] == "withdraw.execute"
    assert json.loads(act["after"])["case"]["state"] == "WITHDRAWN"
    assert act["person"] == nationally.officials["operator"].person
    row = await nationally.row("request_item", item)
    assert (row["state"], row["executed_on"]) == ("EXECUTED", TODAY)
    assert (await nationally.row("national_request", request))["state"] == "EXECUTED"


async def test_a_rollback_restores_a_named_point_and_keeps_what_happened(nationally: Nationally) -> None:
    case = await nationally.eliminated()
    later = await nationally.insert(
        "measure", household=case.household, monitoring_case=case.number, theme="EMPLOYMENT", kind="OTHER",
        title="慰问", state="UNDER_WAY", continuation="NONE", version=1,
    )  # fmt: skip
    target = case.acts["assistance.start"]
    then = json.loads((await nationally.row("act", target))["after"])
    acts = await nationally.owner.fetchval("select count(*) from act where household = $1", case.household)
    item = await nationally.proposed(case, "ROLLBACK", target_act=target)
    await nationally.execute(await nationally.filed([item]))
    now = await nationally.picture(case)
    assert {**now["case"], "version": 0, "due_on": None} == {**then["case"], "version": 0, "due_on": None}
    assert now["risks"] == then["risks"]
    restored = {measure["id"]: measure["state"] for measure in now["measures"]}
    assert restored == {**{measure["id"]: measure["state"] for measure in then["measures"]}, later: "UNDER_WAY"}
    assert now["deadlines"] == []
    assert (await nationally.row("household", case.household))["monitoring_state"] == "IDENTIFIED"
    assert await nationally.owner.fetchval("select count(*) from act where household = $1", case.household) == acts + 1
    # a reversal is a request of its own, to the act before the rollback
    reversal = await nationally.proposed(case, "ROLLBACK", target_act=case.acts["elimination.announce"])
    await nationally.execute(await nationally.filed([reversal]))
    assert (await nationally.row("monitoring_case", case.number))["state"] == "RISK_ELIMINATED"


async def test_a_rollback_to_the_green_channel_lets_it_run_again(nationally: Nationally) -> None:
    household = await nationally.household()
    number = await nationally.insert(
        "monitoring_case", household=household, state="GREEN_CHANNEL", entered_on=D(2026, 3, 1), safety_net=False,
        version=1,
    )  # fmt: skip
    proceeding = await nationally.insert(
        "proceeding", household=household, monitoring_case=number, kind="GREEN_CHANNEL", state="ENTERED",
        opened_on=D(2026, 3, 1), version=1,
    )  # fmt: skip
    case = Case(household, number)
    await nationally.act(case, "green_channel.enter", D(2026, 3, 1))
    await nationally.owner.execute(
        "update monitoring_case set state = 'IDENTIFIED', category = 'MARGINAL', identified_on = '2026-03-01'"
        " where id = $1", number,
    )  # fmt: skip
    await nationally.owner.execute(
        "update proceeding set state = 'COMPLETED', ended_on = '2026-03-20' where id = $1", proceeding
    )
    await nationally.act(case, "identification.approve", D(2026, 3, 20))
    item = await nationally.proposed(case, "ROLLBACK", target_act=case.acts["green_channel.enter"])
    await nationally.execute(await nationally.filed([item]))
    row = await nationally.row("monitoring_case", number)
    assert (row["state"], row["identified_on"], row["category"]) == ("GREEN_CHANNEL", None, None)
    again = await nationally.row("proceeding", proceeding)
    assert (again["state"], again["ended_on"], again["end_reason"]) == ("ENTERED", None, None)


async def test_a_mark_is_lifted_and_set_again(nationally: Nationally) -> None:
    case = await nationally.identified()
    await nationally.owner.execute("update monitoring_case set safety_net = true where id = $1", case.number)
    for mark in (False, True, False):
        item = await nationally.proposed(case, "SAFETY_NET_CHANGE", target_mark=mark)
        await nationally.execute(await nationally.filed([item]))
        row = await nationally.row("monitoring_case", case.number)
        assert (row["safety_net"], row["state"]) == (mark, "IDENTIFIED")
        assert (await nationally.row("household", case.household))["safety_net"] is mark


async def test_a_withdrawal_lifts_the_mark(nationally: Nationally) -> None:
    case = await nationally.identified()
    await nationally.owner.execute("update monitoring_case set safety_net = true where id = $1", case.number)
    await nationally.act(case, "safety_net.confirm_by_township", D(2026, 4, 1))
    marked = "select count(*) from household where safety_net and id = $1"
    assert await nationally.owner.fetchval(marked, case.household) == 1
    item = await nationally.proposed(case)
    rows = await nationally.app.fetch("select * from request_outcome($1)", item)
    effects = {(row["object_type"], row["field"]): (row["before"], row["after"]) for row in rows}
    assert effects["MonitoringCase", "safetyNet"] == ("true", "false"), "the reviewer reads it"
    assert ("Unit", "ledgerPersons") not in effects, "the marked were not counted (Q32)"
    await nationally.execute(await nationally.filed([item]))
    row = await nationally.row("monitoring_case", case.number)
    assert (row["state"], row["safety_net"]) == ("WITHDRAWN", False)
    assert await nationally.owner.fetchval(marked, case.household) == 0
    # what was marked once is marked again by the nation alone
    again = await nationally.identified(household=case.household, previous=case.number)
    assert await nationally.app.fetchval("select ever_marked($1)", case.household)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await nationally.app.execute("update monitoring_case set safety_net = true where id = $1", again.number)


async def test_a_withdrawal_undone_brings_the_mark_back(nationally: Nationally) -> None:
    case = await nationally.identified()
    await nationally.owner.execute("update monitoring_case set safety_net = true where id = $1", case.number)
    await nationally.act(case, "safety_net.confirm_by_township", D(2026, 4, 1))
    await nationally.execute(await nationally.filed([await nationally.proposed(case)]))
    point = case.acts["safety_net.confirm_by_township"]
    await nationally.execute(await nationally.filed([await nationally.proposed(case, "ROLLBACK", target_act=point)]))
    row = await nationally.row("monitoring_case", case.number)
    assert (row["state"], row["safety_net"]) == ("IDENTIFIED", True)
    assert (await nationally.row("household", case.household))["safety_net"]


async def test_what_was_looked_at_is_told_before_and_after(nationally: Nationally) -> None:
    case = await nationally.eliminated(CORPS_VILLAGE)
    item = await nationally.proposed(case, "ROLLBACK", target_act=case.acts["assistance.start"])
    rows = await nationally.app.fetch("select * from request_outcome($1)", item)
    effects = {(row["object_type"], row["field"]): (row["before"], row["after"]) for row in rows}
    assert effects["MonitoringCase", "state"] == ("RISK_ELIMINATED", "IDENTIFIED")
    assert effects["MonitoringCase", "eliminatedOn"] == ("2026-06-10", None)
    assert effects["Risk", "state"] == ("STABLE", "OPEN")
    assert effects["Measure", "state"] == ("COMPLETED", "UNDER_WAY")
    assert effects["Deadline", "doneOn"] == (None, "EXECUTION_DAY")
    moved = [(row["field"], row["before"], row["after"]) for row in rows if row["object_type"] == "Unit"]
    tiers = await nationally.owner.fetch(
        "select tier from unit where id = any($1::bigint[]) order by id",
        [row["object_id"] for row in rows if row["object_type"] == "Unit"],
    )
    assert {row["tier"] for row in tiers} == {"VILLAGE", "TOWNSHIP", "COUNTY"}
    assert moved.count(("monitoredHouseholds", "0", "1")) == 3
    assert moved.count(("monitoredPersons", "0", "3")) == 3
    assert moved.count(("ledgerPersons", "0", "3")) == 3


async def test_many_items_looked_at_in_one_are_each_as_alone(nationally: Nationally) -> None:
    """Withdrawn, rolled back and marked, several of one village: digests and outcomes; counted here anew."""
    backs = [await nationally.eliminated(), await nationally.eliminated(WANSHENG_VILLAGE)]
    items = [await nationally.proposed(await nationally.identified()) for _ in range(3)]
    items += [await nationally.proposed(case, "ROLLBACK", target_act=case.acts["assistance.start"]) for case in backs]
    items.append(await nationally.proposed(await nationally.identified(), "SAFETY_NET_CHANGE", target_mark=True))
    digests = dict(
        await nationally.app.fetch("select item, record_digest(record) from request_records($1::bigint[])", items)
    )
    assert [digests[item] for item in items] == await nationally.digests(items)
    effects = await nationally.app.fetch("select * from request_outcomes($1::bigint[])", items)
    for item in items:
        alone = [tuple(row) for row in await nationally.app.fetch("select * from request_outcome($1)", item)]
        assert alone == [tuple(row)[1:] for row in effects if row["item"] == item]
    stands = await nationally.owner.fetch(
        "select u.id, count(*), sum(h.people) from unit u join household h"
        " on u.code in (h.village, h.township, h.county)"
        " where h.monitoring_state = 'IDENTIFIED' group by u.id"
    )
    counted = {row["id"]: (str(row["count"]), str(row["sum"])) for row in stands}
    moved = [row for row in effects if row["object_type"] == "Unit" and row["item"] in items[:3]]
    assert len(moved) == 3 * 9
    for row in moved:
        if row["field"] != "ledgerPersons":
            assert row["before"] == counted[row["object_id"]][row["field"] == "monitoredPersons"]


async def test_any_change_since_is_stale_and_the_item_alone_goes_back(nationally: Nationally) -> None:
    cases = [await nationally.identified(), await nationally.identified(WANSHENG_VILLAGE)]
    items = [await nationally.proposed(case) for case in cases]
    request = await nationally.filed(items)
    await nationally.act(cases[1], "assistance.add_measure", TODAY)
    before = await nationally.everything()
    assert await refused("national_stale", nationally.execute(request)) == [items[1]]
    assert await nationally.everything() == before
    assert await nationally.stale(request) == {"stale": [items[1]], "left": 1}
    back = await nationally.row("request_item", items[1])
    assert (back["state"], back["request"], back["decider_person"]) == ("STALE", None, None)
    assert (await nationally.row("national_request", request))["size"] == 1
    await nationally.execute(request)
    assert (await nationally.row("monitoring_case", cases[0].number))["state"] == "WITHDRAWN"
    assert (await nationally.row("monitoring_case", cases[1].number))["state"] == "IDENTIFIED"
    again = await nationally.filed([items[1]])
    await nationally.execute(again)
    assert (await nationally.row("monitoring_case", cases[1].number))["state"] == "WITHDRAWN"


async def test_a_request_whose_every_item_went_stale_is_over(nationally: Nationally) -> None:
    case = await nationally.identified()
    item = await nationally.proposed(case)
    request = await nationally.filed([item])
    await nationally.owner.execute("update monitoring_case set version = version + 1 where id = $1", case.number)
    assert (await nationally.stale(request))["left"] == 0
    assert (await nationally.row("national_request", request))["state"] == "SUPERSEDED"
    await refused("national_state", nationally.execute(request))


@pytest.mark.parametrize(
    "change",
    [
        "update monitoring_case set due_on = '2026-12-31' where id = $1",
        "update risk set state = 'STABLE', eliminated_on = '2026-08-30' where monitoring_case = $1",
        "update measure set state = 'COMPLETED', completed_on = '2026-08-30' where monitoring_case = $1",
        "update request_item set grounds = '别的事由' where monitoring_case = $1",
        "update household h set people = 2 from monitoring_case c where c.household = h.id and c.id = $1",
        """insert into proceeding (household, monitoring_case, kind, state, opened_on, version)
        select household, id, 'ELIMINATION', 'OPENED', '2026-08-30', 1 from monitoring_case where id = $1""",
        """insert into evidence (household, item, name, media_type, size, sha256, recorded_at, content, account, person,
        post) select household, id, 'a.pdf', 'application/pdf', 1, encode(sha256('a'), 'hex'), now(), 'a', 1, 1, 1
        from request_item where monitoring_case = $1""",
    ],
)
async def test_nothing_is_decided_over_another_record(nationally: Nationally, change: str) -> None:
    case = await nationally.identified()
    item = await nationally.proposed(case)
    request = await nationally.submitted([item])
    seen = await nationally.digests([item])
    await nationally.owner.execute(change, case.number)
    assert await refused("national_stale", nationally.decide(request, [item], digests=seen)) == [item]
    await nationally.decide(request, [item])


async def test_what_cannot_be_is_not_approved_but_may_be_rejected(nationally: Nationally) -> None:
    case = await nationally.identified()
    newest = max(case.acts.values())
    other = await nationally.identified()
    items = [
        await nationally.proposed(case, "ROLLBACK", target_act=newest),
        await nationally.proposed(other, "ROLLBACK", target_act=case.acts["identification.approve"]),
        await nationally.proposed(await nationally.identified(), "SAFETY_NET_CHANGE", target_mark=True),
        await nationally.proposed(await nationally.identified(), "SAFETY_NET_CHANGE", target_mark=False),
    ]
    faults = [await nationally.owner.fetchval("select request_fault($1)", item) for item in items]
    assert faults == ["NOT_A_POINT_OF_ITS_HISTORY"] * 2 + ["FIRST_MARK_IS_LOCAL", "MARK_UNCHANGED"]
    request = await nationally.submitted(items)
    assert sorted(await refused("national_stale", nationally.decide(request, items))) == items
    assert (await nationally.decide(request, items, approve=[False] * 4))["state"] == "DECIDED"
    await refused("national_nothing_approved", nationally.file(request))


async def test_a_case_that_another_followed_is_not_opened_again(nationally: Nationally) -> None:
    first = await nationally.eliminated()
    second = await nationally.identified(household=first.household, previous=first.number)
    item = await nationally.proposed(first, "ROLLBACK", target_act=first.acts["assistance.start"])
    fault = await nationally.owner.fetchval("select request_fault($1)", item)
    assert fault == "ANOTHER_CASE_CAME_AFTER"
    assert second.number > first.number


async def test_one_person_never_does_both_whatever_the_account(nationally: Nationally) -> None:
    people = nationally.officials
    await nationally.appoint("proposer_too", "0", "NATIONAL", "REVIEWER", people["county"].person)
    await nationally.appoint("submitter_too", "0", "NATIONAL", "REVIEWER", people["province"].person)
    await nationally.appoint("decider_too", "0", "NATIONAL", "OPERATOR", people["reviewer"].person)
    await nationally.appoint("filer_too", "0", "NATIONAL", "OPERATOR", people["second_reviewer"].person)
    case = await nationally.identified()
    item = await nationally.proposed(case)
    request = await nationally.submitted([item])
    for name in ("proposer_too", "submitter_too"):
        assert await refused("national_same_person", nationally.decide(request, [item], by=name)) == [item]
    await nationally.decide(request, [item])
    await refused("national_same_person", nationally.file(request, by="submitter_too"))
    await nationally.file(request, by="second_reviewer")
    before = await nationally.everything()
    for name in ("decider_too", "filer_too"):
        await refused("national_same_person", nationally.execute(request, by=name))
    assert await nationally.everything() == before
    await nationally.execute(request)


async def test_who_proposed_and_was_overwritten_is_remembered(nationally: Nationally) -> None:
    case = await nationally.identified()
    item = await nationally.proposed(case)
    person = nationally.officials["county"].person
    await nationally.insert(
        "event", action="request.propose", object_type="RequestItem", object_id=item, account=1, person=person, post=1,
        role="county:rural_revitalization:handler", policy_version="v1", facts="{}", at=NOON, digest=b"",
    )  # fmt: skip
    await nationally.appoint("forgotten", "0", "NATIONAL", "REVIEWER", person)
    request = await nationally.submitted([item])
    await nationally.owner.execute("update request_item set proposer_person = 1 where id = $1", item)
    assert await refused("national_same_person", nationally.decide(request, [item], by="forgotten")) == [item]


@pytest.mark.parametrize(
    ("unit", "tier", "duty", "post"),
    [
        ("50", "PROVINCE", "REVIEWER", {}),
        ("0", "NATIONAL", "OPERATOR", {}),
        ("0", "NATIONAL", "HANDLER", {}),
        ("0", "NATIONAL", "REVIEWER", {"department": "CIVIL_AFFAIRS"}),
        ("0", "NATIONAL", "REVIEWER", {"until": D(2026, 8, 31)}),
        ("0", "NATIONAL", "REVIEWER", {"since": D(2026, 9, 2)}),
        ("50", "NATIONAL", "REVIEWER", {}),
    ],
)
async def test_only_a_current_national_reviewer_decides(
    nationally: Nationally, unit: str, tier: str, duty: str, post: dict[str, Any]
) -> None:
    item = await nationally.proposed(await nationally.identified())
    request = await nationally.submitted([item])
    await nationally.appoint("stranger", unit, tier, duty, **post)
    await refused("national_official", nationally.decide(request, [item], by="stranger"))


async def test_a_disabled_account_and_another_s_post_act_no_more(nationally: Nationally) -> None:
    item = await nationally.proposed(await nationally.identified())
    request = await nationally.filed([item])
    await nationally.appoint("gone", "0", "NATIONAL", "OPERATOR")
    account = nationally.officials["gone"].account
    await nationally.owner.execute("update account set state = 'DISABLED' where id = $1", account)
    await refused("national_official", nationally.execute(request, by="gone"))
    mine, operator = nationally.officials["reviewer"], nationally.officials["operator"]
    nationally.officials["borrowed"] = Official(mine.account, mine.person, operator.post)
    await refused("national_official", nationally.execute(request, by="borrowed"))


async def test_the_first_and_the_last_day_of_a_post_count(nationally: Nationally) -> None:
    item = await nationally.proposed(await nationally.identified())
    request = await nationally.submitted([item])
    await nationally.appoint("one_day", "0", "NATIONAL", "REVIEWER", since=TODAY, until=TODAY)
    assert (await nationally.decide(request, [item], by="one_day"))["state"] == "DECIDED"


async def test_deciding_is_item_by_item_and_each_once(nationally: Nationally) -> None:
    items = [await nationally.proposed(await nationally.identified()) for _ in range(3)]
    strange = await nationally.proposed(await nationally.identified())
    request = await nationally.submitted(items)
    await refused("national_reason", nationally.decide(request, items, reason=" "))
    assert await refused("national_state", nationally.decide(request, [*items, strange])) == [strange]
    await refused("national_state", nationally.decide(request, [items[0], items[0]]))
    assert await nationally.decide(request, items[:1]) == {"decided": 1, "state": "SUBMITTED"}
    await refused("national_state", nationally.file(request))
    assert await nationally.decide(request, items[:1]) == {"decided": 0, "state": "SUBMITTED"}
    other_mind = nationally.decide(request, items[:1], approve=[False])
    assert await refused("national_state", other_mind) == items[:1]
    assert await refused("national_state", nationally.decide(request, items[:1], by="second_reviewer")) == items[:1]
    assert await nationally.decide(request, items, approve=[True, True, False]) == {"decided": 2, "state": "DECIDED"}
    await refused("national_state", nationally.execute(request))
    filing = await nationally.file(request)
    assert await nationally.file(request) == filing
    await refused("national_state", nationally.file(request, "备2026-2"))
    await nationally.execute(request)
    states = [(await nationally.row("request_item", item))["state"] for item in items]
    assert states == ["EXECUTED", "EXECUTED", "REJECTED"]


async def test_executing_twice_answers_the_first_and_changes_nothing(nationally: Nationally) -> None:
    items = [await nationally.proposed(await nationally.identified()) for _ in range(3)]
    request = await nationally.filed(items)
    first = await nationally.execute(request, size=2)
    before = await nationally.everything()
    assert await nationally.execute(request) == {**first, "already": True}
    assert await nationally.everything() == before


@pytest.mark.parametrize("stop", ["begun", "one part", "not ended"])
async def test_a_part_cannot_be_committed(nationally: Nationally, stop: str) -> None:
    items = [await nationally.proposed(await nationally.identified()) for _ in range(3)]
    request = await nationally.filed(items)
    before = await nationally.everything()

    async def some() -> None:
        async with nationally.nation.transaction():
            begun = await nationally.begin(request)
            if stop == "one part":
                await nationally.nation.fetchval("select nation_part($1, 0, 2, 'v1', null)", begun["execution"])
                await nationally.end(begun["execution"])
            elif stop == "not ended":
                await nationally.parts(begun["execution"])

    await refused("national_all_or_none", some())
    assert await nationally.everything() == before


async def test_the_events_are_the_ledger_s_own(nationally: Nationally) -> None:
    case = await nationally.eliminated()
    item = await nationally.proposed(case, "ROLLBACK", target_act=case.acts["assistance.start"])
    request = await nationally.filed([item])
    await nationally.execute(request)
    rows = await nationally.owner.fetch(
        "select * from event where (object_type, object_id) in (('NationalRequest', $1), ('RequestItem', $2),"
        " ('monitoring_case', $3)) order by id", request, item, case.number,
    )  # fmt: skip
    events = [(row["action"], row["object_type"], row["county"], row["village"]) for row in rows]
    assert events == [
        ("request.decide", "NationalRequest", None, None),
        ("request.decide", "RequestItem", "500110", None),
        ("request.file", "NationalRequest", None, None),
        ("request.execute", "RequestItem", "500110", None),
        ("rollback.execute", "monitoring_case", "500110", VILLAGE),
        ("request.execute", "NationalRequest", None, None),
    ]
    for row in rows:
        assert bytes(row["digest"]) == ledger.digest(
            {**row, "facts": json.loads(row["facts"]), "at": ledger.canonical_moment(row["at"])}
        )


@pytest.mark.parametrize(
    "facts",
    [{}, {"b": 1, "a": "x", "aa": True, "Z": None, "k": -5}, {"text": '引号" 反斜杠\\ 制表\t换行\n \x1f\x7f 😀 é/'}],
)
async def test_the_digest_of_an_event_is_said_twice_and_once(nationally: Nationally, facts: dict[str, Any]) -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 60, datetime.UTC)
    happening = ledger.AuditEntry('w"h\\at', "Thing", 7, facts, {"province": "50", "village": "V"})
    number = await ledger.append(nationally.app, happening, None, moment, policy_version="v", trace="t")
    same = await nationally.owner.fetchval("select digest = event_digest(e) from event e where id = $1", number)
    assert same is True

"""The third depth alone: the application's own role and the nation's, by plain SQL, with nothing before it. RULES §4

Each refusal also shows that nothing has changed.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.support.national.nationally import NOON, TODAY, Case, Nationally

REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)
ACT = """insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person,
  post, arguments)
select household, id, '{step}', '2026-09-01', now(), 'national:rural_revitalization:operator', 1, 1, 1, '{{}}'
from monitoring_case where id = $1"""
CASE = """insert into monitoring_case (household, state, category, entered_on, identified_on, registered_on,
  eliminated_on, ended_on, safety_net, version) select household, {values}, 1 from monitoring_case where id = $1"""


@pytest_asyncio.fixture(scope="module")
async def cases(nationally: Nationally) -> AsyncIterator[dict[str, Case]]:
    """One case in each state, and one that is marked; nobody changes them."""
    cases_by_name = {
        "IDENTIFIED": await nationally.identified(),
        "RISK_ELIMINATED": await nationally.eliminated(),
        "MARKED": await nationally.identified(),
        **{state: await nationally.identified() for state in ("GREEN_CHANNEL", "EXITED", "WITHDRAWN")},
    }
    for state in ("GREEN_CHANNEL", "EXITED", "WITHDRAWN"):
        ended = "null" if state == "GREEN_CHANNEL" else "'2026-08-01'"
        await nationally.owner.execute(
            f"update monitoring_case set state = '{state}', ended_on = {ended}, category = null, identified_on = null,"
            " entered_on = '2026-02-01', due_on = null where id = $1", cases_by_name[state].number,
        )  # fmt: skip
    marked = cases_by_name["MARKED"].number
    await nationally.owner.execute("update monitoring_case set safety_net = true where id = $1", marked)
    yield cases_by_name


async def nothing_done(nationally: Nationally, connection: Any, sql: str, *values: Any) -> None:
    """The statement is refused, and every row is as it was."""
    before = await nationally.everything()
    with pytest.raises(REFUSED):
        await connection.execute(sql, *values)
    assert await nationally.everything() == before


# -- what the application may not do to a case

LATER = "update monitoring_case set {} where id = $1"
NOW_IDENTIFIED = "state = 'IDENTIFIED', category = 'MARGINAL', identified_on = '2026-02-01'"
HOME = "where id = (select household from monitoring_case where id = $1)"


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("IDENTIFIED", "state = 'WITHDRAWN', ended_on = '2026-09-01'"),
        ("RISK_ELIMINATED", "state = 'WITHDRAWN', ended_on = '2026-09-01'"),
        ("GREEN_CHANNEL", "state = 'WITHDRAWN', ended_on = '2026-09-01'"),
        ("RISK_ELIMINATED", "state = 'IDENTIFIED', eliminated_on = null"),
        ("RISK_ELIMINATED", "state = 'IDENTIFIED'"),
        ("WITHDRAWN", "state = 'IDENTIFIED', ended_on = null"),
        ("EXITED", "state = 'GREEN_CHANNEL', ended_on = null"),
        ("EXITED", f"{NOW_IDENTIFIED}, ended_on = null"),
        ("IDENTIFIED", "state = 'GREEN_CHANNEL'"),
        ("IDENTIFIED", "state = 'EXITED', ended_on = '2026-09-01'"),
        ("GREEN_CHANNEL", "state = 'RISK_ELIMINATED', eliminated_on = '2026-09-01'"),
        ("GREEN_CHANNEL", "state = 'IDENTIFIED', category = 'MARGINAL'"),
        (
            "GREEN_CHANNEL",
            f"{NOW_IDENTIFIED}, entered_on = null",
        ),
        (
            "GREEN_CHANNEL",
            f"{NOW_IDENTIFIED}, safety_net = true",
        ),
        ("GREEN_CHANNEL", "state = 'EXITED'"),
        ("GREEN_CHANNEL", "state = 'EXITED', ended_on = '2026-09-01', entered_on = '2026-03-01'"),
        ("IDENTIFIED", "state = 'RISK_ELIMINATED'"),
        ("IDENTIFIED", "state = 'RISK_ELIMINATED', eliminated_on = '2026-09-01', identified_on = '2026-03-01'"),
        ("MARKED", "state = 'RISK_ELIMINATED', eliminated_on = '2026-09-01'"),
        ("MARKED", "safety_net = false"),
        ("MARKED", "state = 'RISK_ELIMINATED', eliminated_on = '2026-09-01', safety_net = false"),
        ("RISK_ELIMINATED", "safety_net = true"),
        ("GREEN_CHANNEL", "safety_net = true"),
        ("IDENTIFIED", "safety_net = true, category = 'UNSTABLE_LIFTED'"),
        ("IDENTIFIED", "category = 'UNSTABLE_LIFTED'"),
        ("IDENTIFIED", "category = null"),
        ("IDENTIFIED", "identified_on = '2026-03-01'"),
        ("IDENTIFIED", "threshold_amount = 1"),
        ("IDENTIFIED", "entered_on = '2026-01-01'"),
        ("IDENTIFIED", "ended_on = '2026-09-01'"),
        ("IDENTIFIED", "eliminated_on = '2026-09-01'"),
        ("RISK_ELIMINATED", "eliminated_on = '2026-06-11'"),
        ("IDENTIFIED", "previous = id"),
        ("IDENTIFIED", "household = household - 1"),
        ("IDENTIFIED", "id = id + 1000000"),
    ],
)
async def test_no_other_change_of_a_case(
    nationally: Nationally, cases: dict[str, Case], state: str, change: str
) -> None:
    await nothing_done(nationally, nationally.app, LATER.format(change), cases[state].number)


@pytest.mark.parametrize(
    "values",
    [
        "'RISK_ELIMINATED', 'MARGINAL', null, '2026-02-01', null, '2026-06-01', null, false",
        "'WITHDRAWN', 'MARGINAL', null, '2026-02-01', null, null, '2026-06-01', false",
        "'EXITED', null, '2026-02-01', null, null, null, '2026-06-01', false",
        "'IDENTIFIED', 'MARGINAL', null, '2026-02-01', null, null, null, true",
        "'IDENTIFIED', 'MARGINAL', null, null, null, null, null, false",
        "'IDENTIFIED', null, null, '2026-02-01', null, null, null, false",
        "'IDENTIFIED', 'MARGINAL', '2026-02-01', '2026-02-01', null, null, null, false",
        "'IDENTIFIED', 'MARGINAL', null, '2026-02-01', null, '2026-06-01', null, false",
        "'GREEN_CHANNEL', 'MARGINAL', '2026-02-01', null, null, null, null, false",
        "'GREEN_CHANNEL', null, null, null, null, null, null, false",
    ],
)
async def test_a_case_begins_at_its_beginning(nationally: Nationally, cases: dict[str, Case], values: str) -> None:
    await nothing_done(nationally, nationally.app, CASE.format(values=values), cases["WITHDRAWN"].number)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from monitoring_case where id = $1",
        "delete from risk where monitoring_case = $1",
        "update risk set state = 'OPEN', eliminated_on = null where monitoring_case = $1",
        "update risk set eliminated_on = '2026-06-02' where monitoring_case = $1",
        "update risk set state = 'NATURAL' where monitoring_case = $1",
        "update risk set found_on = '2026-06-02' where monitoring_case = $1",
        """insert into risk (household, monitoring_case, kind, state, found_on, eliminated_on)
        select household, id, 'WATER', 'STABLE', '2026-01-01', '2026-01-02' from monitoring_case where id = $1""",
        f"update household set monitoring_state = 'IDENTIFIED' {HOME}",
        f"update household set safety_net = true {HOME}",
        f"update household set category = null {HOME}",
        ACT.format(step="withdraw.execute"),
        ACT.format(step="rollback.execute"),
        ACT.format(step="safety_net.execute"),
        "update act set after = null where monitoring_case = $1",
        "delete from act where monitoring_case = $1",
    ],
)
async def test_nothing_is_deleted_undone_or_shown_otherwise(
    nationally: Nationally, cases: dict[str, Case], sql: str
) -> None:
    await nothing_done(nationally, nationally.app, sql, cases["RISK_ELIMINATED"].number)


@pytest.mark.parametrize("role", ["app", "nation"])
@pytest.mark.parametrize(
    "sql",
    [
        "truncate monitoring_case cascade",
        "alter table monitoring_case disable trigger all",
        "alter table monitoring_case disable trigger guard_change",
        "drop trigger guard_change on monitoring_case",
        "alter table executed_item disable trigger append_only",
        "create or replace function owner_signed_in() returns boolean language sql as 'select true'",
        "create function public.mine() returns int language sql as 'select 1'",
        "create temporary table monitoring_case (id int)",
        "set session_replication_role = replica",
        "set role shouwang_owner",
        "set session authorization shouwang_owner",
        """insert into national_filing (request, number, filed_on, recorded_at, account, person, post)
        values (1, '1', '2026-09-01', now(), 1, 1, 1)""",
    ],
)
async def test_nobody_switches_the_guards_off(
    nationally: Nationally, cases: dict[str, Case], role: str, sql: str
) -> None:
    assert cases
    await nothing_done(nationally, getattr(nationally, role), sql)


@pytest.mark.parametrize("setting", ["search_path = pg_temp, public", "plan_cache_mode = force_custom_plan"])
async def test_no_setting_of_a_session_matters(nationally: Nationally, cases: dict[str, Case], setting: str) -> None:
    await nationally.app.execute(f"set {setting}")
    sql = LATER.format("state = 'WITHDRAWN', ended_on = '2026-09-01'")
    await nothing_done(nationally, nationally.app, sql, cases["IDENTIFIED"].number)
    await nationally.app.execute("reset all")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from monitoring_case", "update monitoring_case set state = 'WITHDRAWN'",
        "insert into executed_item default values", "select request_digest(1)", "select * from request_item",
        "update request_item set state = 'APPROVED'", "insert into act default values", "delete from event",
        "insert into event default values",
    ],
)  # fmt: skip
async def test_the_nation_s_role_has_its_functions_and_nothing_else(nationally: Nationally, sql: str) -> None:
    await nothing_done(nationally, nationally.nation, sql)


async def test_the_ordinary_ways_stay_open(nationally: Nationally) -> None:
    """The same role, the same table: what the workflows do is not in anybody's way."""
    app, household = nationally.app, await nationally.household()
    case = await nationally.insert(
        "monitoring_case",
        app,
        household=household,
        state="GREEN_CHANNEL",
        entered_on=TODAY,
        safety_net=False,
        version=1,
    )
    risk = await nationally.insert(
        "risk", app, household=household, monitoring_case=case, kind="WATER", state="OPEN", found_on=TODAY
    )
    for change in (
        "due_on = '2026-10-01'",
        "state = 'IDENTIFIED', category = 'MARGINAL', identified_on = '2026-09-01', threshold_amount = 7800",
        "registered_on = '2026-09-05'",
        "safety_net = true",
    ):
        await app.execute(LATER.format(change), case)
    with pytest.raises(REFUSED):
        await app.execute(LATER.format("registered_on = '2026-09-06'"), case)
    await app.execute("update risk set state = 'STABLE', eliminated_on = '2026-09-09' where id = $1", risk)
    await app.execute("update household set people = 4, village = village where id = $1", household)
    unmarked = await nationally.identified()
    await app.execute(LATER.format("state = 'RISK_ELIMINATED', eliminated_on = '2026-09-01'"), unmarked.number)
    second = await nationally.insert(
        "monitoring_case", app, household=unmarked.household, previous=unmarked.number, state="IDENTIFIED",
        category="MARGINAL", identified_on=TODAY, safety_net=False, version=1,
    )  # fmt: skip
    assert (await nationally.row("household", unmarked.household))["monitoring_state"] == "IDENTIFIED"
    with pytest.raises(REFUSED):
        await app.execute(LATER.format("previous = null"), second)


async def test_only_the_first_mark_of_all_is_ordinary(nationally: Nationally) -> None:
    case = await nationally.identified()
    mark = LATER.format("safety_net = true")
    await nationally.app.execute(mark, case.number)
    item = await nationally.proposed(case, "SAFETY_NET_CHANGE", target_mark=False)
    await nationally.execute(await nationally.filed([item]))
    await nothing_done(nationally, nationally.app, mark, case.number)


# -- forged, borrowed and replayed requests


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("request_item", "state = 'APPROVED'"),
        ("request_item", "state = 'REJECTED'"),
        ("request_item", "state = 'EXECUTED', executed_on = '2026-09-01'"),
        ("request_item", "decider_person = 7"),
        ("request_item", "executor_person = 7"),
        ("request_item", "operation = 'ROLLBACK', target_act = (select min(id) from act)"),
        ("request_item", "monitoring_case = monitoring_case - 1"),
        ("request_item", "household = household - 1"),
        ("national_request", "state = 'DECIDED'"),
        ("national_request", "state = 'FILED', filing_number = 'x', filed_on = '2026-09-01'"),
        ("national_request", "state = 'EXECUTED'"),
        ("national_request", "filing_number = 'x'"),
    ],
)
async def test_the_application_cannot_forge_a_decision(nationally: Nationally, table: str, change: str) -> None:
    item = await nationally.proposed(await nationally.identified())
    request = await nationally.submitted([item])
    number = item if table == "request_item" else request
    await nothing_done(nationally, nationally.app, f"update {table} set {change} where id = $1", number)
    await nothing_done(nationally, nationally.app, f"delete from {table} where id = $1", number)


async def test_what_is_approved_is_no_longer_the_application_s(nationally: Nationally) -> None:
    item = await nationally.proposed(await nationally.identified())
    request = await nationally.filed([item])
    for table, number, change in (
        ("request_item", item, "state = 'SUPERSEDED'"),
        ("request_item", item, "grounds = '别的'"),
        ("request_item", item, "request = null"),
        ("national_request", request, "state = 'SUPERSEDED'"),
        ("national_request", request, "number = '别的'"),
        ("national_request", request, "submitter_person = 1"),
    ):
        await nothing_done(nationally, nationally.app, f"update {table} set {change} where id = $1", number)


@pytest.mark.parametrize("state", ["APPROVED", "EXECUTED", "SUBMITTED"])
async def test_an_item_begins_as_a_proposal(nationally: Nationally, state: str) -> None:
    case = await nationally.identified()
    sql = (
        "insert into request_item (household, monitoring_case, operation, grounds, state, proposed_on, version,"
        f" proposer_person) values ($1, $2, 'WITHDRAWAL', 'x', '{state}', '2026-09-01', 1, 1)"
    )
    await nothing_done(nationally, nationally.app, sql, case.household, case.number)


async def test_an_approval_covers_no_other_case_operation_or_point(nationally: Nationally) -> None:
    """Even rows that only the owner could write do not turn an approval of one thing into another."""
    approved, other = await nationally.eliminated(), await nationally.eliminated()
    item = await nationally.proposed(approved, "ROLLBACK", target_act=approved.acts["assistance.start"])
    request = await nationally.filed([item])
    owner = nationally.owner
    approval = await nationally.row("request_item", item)
    there = other.acts["assistance.start"]
    for forged in (
        f"monitoring_case = {other.number}, household = {other.household}, target_act = {there}",
        "operation = 'WITHDRAWAL', target_act = null",
        f"target_act = {approved.acts['identification.approve']}",
    ):
        await owner.execute(f"update request_item set {forged} where id = $1", item)
        before = await nationally.everything()
        with pytest.raises(asyncpg.CheckViolationError) as caught:
            await nationally.execute(request)
        assert caught.value.constraint_name == "national_stale"
        assert await nationally.everything() == before
        await owner.execute(
            "update request_item set monitoring_case = $2, household = $3, operation = $4, target_act = $5"
            " where id = $1", item,
            *(approval[column] for column in ("monitoring_case", "household", "operation", "target_act")),
        )  # fmt: skip
    await nationally.execute(request)


async def test_a_decision_over_another_digest_executes_nothing(nationally: Nationally) -> None:
    case = await nationally.identified()
    item = await nationally.proposed(case)
    request = await nationally.submitted([item])
    reviewer = nationally.officials["reviewer"]
    owner = nationally.owner
    await nationally.insert(
        "national_decision", household=case.household, item=item, request=request, approved=True, reason="伪造",
        digest="0" * 64, decided_on=TODAY, recorded_at=NOON, account=reviewer.account, person=reviewer.person,
        post=reviewer.post,
    )  # fmt: skip
    await owner.execute("update request_item set state = 'APPROVED' where id = $1", item)
    await owner.execute("update national_request set state = 'FILED' where id = $1", request)
    before = await nationally.everything()
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await nationally.execute(request)
    assert caught.value.constraint_name == "national_stale"
    assert await nationally.everything() == before


async def test_an_executed_item_does_not_open_the_case_again(nationally: Nationally) -> None:
    """A replay: the rows of an execution that is over let nobody change the case once more."""
    case = await nationally.eliminated()
    item = await nationally.proposed(case, "ROLLBACK", target_act=case.acts["assistance.start"])
    request = await nationally.filed([item])
    await nationally.execute(request)
    eliminated = LATER.format("state = 'RISK_ELIMINATED', eliminated_on = '2026-09-02'")
    await nationally.app.execute(eliminated, case.number)
    back = LATER.format("state = 'IDENTIFIED', eliminated_on = null")
    await nothing_done(nationally, nationally.app, back, case.number)
    applied = "select apply_executed(x, array[$2::bigint]) from national_execution x where x.request = $1"
    await nothing_done(nationally, nationally.app, applied, request, item)
    assert (await nationally.execute(request))["already"] is True
    assert (await nationally.row("monitoring_case", case.number))["state"] == "RISK_ELIMINATED"


async def test_what_the_nation_wrote_stays(nationally: Nationally) -> None:
    item = await nationally.proposed(await nationally.identified())
    await nationally.execute(await nationally.filed([item]))
    for table in ("national_decision", "national_filing", "national_execution", "executed_item"):
        for sql in (f"update {table} set id = id", f"delete from {table}", f"truncate {table} cascade"):
            for connection in (nationally.owner, nationally.app, nationally.nation):
                await nothing_done(nationally, connection, sql)


FLAWS: dict[str, dict[str, Any]] = {
    "none": {},
    "another outcome": {"executed_item.after": '{"case": {"state": "RISK_ELIMINATED"}}'},
    "another digest": {"executed_item.digest": "0" * 64},
    "a rejection": {"national_decision.approved": False},
    "one person": {"national_execution.person": 41},
    "another transaction": {"executed_item.written_in": 3},
    "another case": {"executed_item.monitoring_case": "other"},
    "another item": {"national_decision.item": "other"},
    "another request": {"national_execution.request": "other"},
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_the_guard_opens_for_exactly_what_two_persons_approved_and_execute(
    nationally: Nationally, admin: Any, database: Any, flaw: str
) -> None:
    """Rows nobody but a superuser could write, then the application's own UPDATE, in one transaction."""
    case, other = await nationally.identified(), await nationally.identified()
    items = [await nationally.proposed(target) for target in (case, other)]
    requests = [await nationally.submitted([item]) for item in items]
    others = {"monitoring_case": other.number, "item": items[1], "request": requests[1]}
    change: dict[str, Any] = FLAWS[flaw]

    async def write(table: str, **values: Any) -> int:
        for name, value in change.items():
            relation, column = name.split(".")
            if relation == table:
                values[column] = others[column] if value == "other" else value
        return await nationally.insert(table, superuser, **values)

    superuser = await admin.to_database(database.owner.database).connect()
    transaction = superuser.transaction()
    await transaction.start()
    try:
        aim = await superuser.fetchval("select record_aim(request_record($1), $2)", items[0], TODAY)
        who = {"recorded_at": NOON, "account": 1, "post": 1}
        decision = await write(
            "national_decision", household=case.household, item=items[0], request=requests[0], approved=True,
            reason="因", digest="d" * 64, decided_on=TODAY, person=41, **who,
        )  # fmt: skip
        execution = await write("national_execution", request=requests[0], items=1, executed_on=TODAY, person=42, **who)
        await write(
            "executed_item", execution=execution, item=items[0], decision=decision, household=case.household,
            monitoring_case=case.number, digest="d" * 64, before="{}", after=aim,
        )  # fmt: skip
        await superuser.execute("set local session authorization shouwang_app")
        sql = LATER.format("state = 'WITHDRAWN', ended_on = '2026-09-01', due_on = null")
        if flaw == "none":
            await superuser.execute(sql, case.number)
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await superuser.execute(sql, case.number)
    finally:
        await transaction.rollback()
        await superuser.close()

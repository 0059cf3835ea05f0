"""办理历史 Demo households have a history that the rules would let come about, and what is due. Q33"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest_asyncio

from api.access.subject import Subject
from api.clock import SetClock
from api.demo.cases.procedure import PROCEDURE
from api.roles import Logins
from api.rules.limits.deadlines import DEADLINES, due_on
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.perform import perform
from api.workflow.registry import steps
from tests.support.demo.invented import ON


@pytest_asyncio.fixture
async def connection(loaded: Logins) -> AsyncIterator[Any]:
    connection = await loaded.owner.connect()
    yield connection
    await connection.close()


async def test_every_step_is_one_of_the_workflows_by_who_may_take_it(connection: Any) -> None:
    rows = await connection.fetch("SELECT DISTINCT step, role FROM act")
    assert {row["step"] for row in rows} <= set(steps())
    assert {row["step"] for row in rows} >= {f"identification.{step}" for _, step, _, _ in PROCEDURE} | {
        "clue.report", "green_channel.enter", "elimination.announce", "safety_net.confirm_by_village",
        "identification.register", "assistance.declare_plan", "assistance.start_measure",
        "assistance.complete_measure", "elimination.eliminate_risk", "green_channel.exit",
    }  # fmt: skip
    wrong = """SELECT count(*) FROM act a JOIN post p ON p.id = a.post JOIN account c ON c.id = a.account
        WHERE c.person <> a.person OR p.account <> a.account
          OR a.role <> lower(concat_ws(':', p.tier, p.department, p.duty))"""
    assert await connection.fetchval(wrong) == 0
    missing = """SELECT count(*) FROM proceeding p WHERE NOT EXISTS (SELECT FROM act a WHERE a.proceeding = p.id)
        OR p.approved_on IS NOT NULL AND NOT EXISTS (SELECT FROM act a WHERE a.proceeding = p.id
          AND a.step LIKE '%.approve' AND a.taken_on = p.approved_on)"""
    assert await connection.fetchval(missing) == 0


async def test_nothing_looks_as_if_the_nation_had_done_it(connection: Any) -> None:
    """What only an executed national request brings about, the demo shows in no row."""
    nations = """SELECT (SELECT count(*) FROM monitoring_case WHERE state = 'WITHDRAWN')
        + (SELECT count(*) FROM act WHERE step LIKE '%.execute' OR role LIKE 'national:%')
        + (SELECT count(*) FROM national_decision) + (SELECT count(*) FROM national_execution)
        + (SELECT count(*) FROM executed_item) + (SELECT count(*) FROM request_item WHERE state = 'EXECUTED')"""
    assert await connection.fetchval(nations) == 0


async def test_acts_come_in_order_and_nobody_approves_what_they_verified(connection: Any) -> None:
    backwards = """SELECT count(*) FROM (SELECT taken_on < lag(taken_on) OVER (PARTITION BY household ORDER BY id)
        AS wrong FROM act) o WHERE wrong"""
    assert await connection.fetchval(backwards) == 0
    both = """SELECT count(*) FROM act a JOIN act b USING (proceeding, person)
        WHERE a.step LIKE '%.verify_at_home' AND b.step LIKE '%.approve'"""
    assert await connection.fetchval(both) == 0


LAST = """
SELECT DISTINCT ON (a.monitoring_case) a.monitoring_case, a.step, a.after::text AS picture,
  case_picture(a.monitoring_case)::text AS now
FROM act a WHERE a.monitoring_case IS NOT NULL
  AND NOT EXISTS (SELECT FROM monitoring_case n WHERE n.previous = a.monitoring_case)
ORDER BY a.monitoring_case, a.id DESC"""


async def test_the_last_picture_of_a_case_is_what_the_trigger_would_keep_today(connection: Any) -> None:
    rows = await connection.fetch(LAST)
    assert len(rows) > 100
    assert len({row["step"] for row in rows}) > 5
    assert [dict(row) for row in rows if row["picture"] != row["now"]] == []
    without = (
        "SELECT count(*) FROM monitoring_case c WHERE NOT EXISTS (SELECT FROM act a WHERE a.monitoring_case = c.id)"
    )
    assert await connection.fetchval(without) == 0


PICTURES = """
SELECT a.monitoring_case, a.step, a.taken_on, a.after FROM act a WHERE a.monitoring_case IS NOT NULL
ORDER BY a.monitoring_case, a.id"""
EXPECTED = {
    "identification.approve": ("IDENTIFICATION", "APPROVED", "IDENTIFIED"),
    "identification.announce": ("IDENTIFICATION", "COMPLETED", "IDENTIFIED"),
    "green_channel.enter": ("GREEN_CHANNEL", "ENTERED", "GREEN_CHANNEL"),
    "safety_net.confirm_by_township": ("SAFETY_NET", "COMPLETED", "IDENTIFIED"),
    "elimination.open": ("ELIMINATION", "OPENED", "IDENTIFIED"),
    "elimination.submit": ("ELIMINATION", "SUBMITTED", "IDENTIFIED"),
    "elimination.approve": ("ELIMINATION", "APPROVED", "IDENTIFIED"),
    "elimination.announce": ("ELIMINATION", "COMPLETED", "RISK_ELIMINATED"),
}
"""After a step: a proceeding, its state, the state of the case."""


async def test_a_picture_shows_the_case_as_its_step_left_it(connection: Any) -> None:
    seen, before = set[str](), None
    for row in await connection.fetch(PICTURES):
        snapshot, step, day = json.loads(row["after"]), row["step"], row["taken_on"].isoformat()
        case = snapshot["case"]
        assert case["id"] == row["monitoring_case"]
        if before != row["monitoring_case"]:
            assert step in ("identification.approve", "green_channel.enter")
        days = (
            *(case[name] for name in ("entered_on", "identified_on", "registered_on", "eliminated_on", "ended_on")),
            *(risk["eliminated_on"] for risk in snapshot["risks"]),
            *(
                measure[name]
                for measure in snapshot["measures"]
                for name in ("declared_on", "started_on", "completed_on")
            ),
            *(plan["declared_on"] for plan in snapshot["plans"]),
            *(proceeding["ended_on"] for proceeding in snapshot["proceedings"]),
        )
        assert all(moment is None or moment <= day for moment in days), (step, day, snapshot)
        assert (case["category"] is None) is (case["identified_on"] is None)
        assert snapshot["household"]["monitoring_state"] == case["state"]
        if step in EXPECTED:
            states = {proceeding["kind"]: proceeding["state"] for proceeding in snapshot["proceedings"]}
            name, state, of_case = EXPECTED[step]
            assert (states.get(name), case["state"]) == (state, of_case), (step, snapshot)
        seen.add(step)
        before = row["monitoring_case"]
    assert seen >= EXPECTED.keys() | {"green_channel.exit", "assistance.complete_measure"}


async def test_limits_fall_due_as_the_rules_say(connection: Any) -> None:
    rows = await connection.fetch("SELECT * FROM deadline")
    kinds = {DeadlineKind[row["kind"]] for row in rows}
    assert len(kinds) == 6
    for row in rows:
        kind = DeadlineKind[row["kind"]]
        assert row["due_on"] == due_on(kind, row["runs_from"]), dict(row)
        assert row["nature"] == DEADLINES[kind].limit.name
        assert row["county"] is not None
    late = [
        row for row in rows if row["kind"] == "IDENTIFICATION" and row["done_on"] and row["done_on"] > row["due_on"]
    ]
    assert 0 < len(late) < len(rows) / 10


async def test_what_is_shown_as_due_is_what_is_owed(connection: Any) -> None:
    wrong = """SELECT c.id, c.due_on, min(d.due_on) AS owed FROM monitoring_case c LEFT JOIN deadline d
        ON d.monitoring_case = c.id AND d.done_on IS NULL AND d.kind <> 'SYSTEM_ENTRY'
        GROUP BY c.id HAVING c.due_on IS DISTINCT FROM min(d.due_on)"""
    assert [dict(row) for row in await connection.fetch(wrong)] == []
    clues = """SELECT count(*) FROM clue c WHERE (c.state = 'OPEN') <> EXISTS (
        SELECT FROM deadline d WHERE d.clue = c.id AND d.done_on IS NULL) AND NOT EXISTS (
        SELECT FROM proceeding p WHERE p.clue = c.id AND p.kind = 'GREEN_CHANNEL')"""
    assert await connection.fetchval(clues) == 0


async def test_every_verified_household_was_assessed_as_its_case_says(connection: Any) -> None:
    rows = await connection.fetch(
        """SELECT p.verified_on, a.id, a.category, c.category AS of_the_case, a.outcome, a.threshold_amount,
          c.threshold_amount AS frozen FROM proceeding p LEFT JOIN assessment a ON a.proceeding = p.id
        LEFT JOIN monitoring_case c ON c.id = p.monitoring_case WHERE p.kind = 'IDENTIFICATION'"""
    )
    assert all((row["id"] is not None) is (row["verified_on"] is not None) for row in rows)
    cases = [row for row in rows if row["of_the_case"] is not None and row["id"] is not None]
    assert len(cases) > 50
    assert [dict(row) for row in cases if row["category"] != row["of_the_case"]] == []
    assert {row["outcome"] for row in cases} <= {"MUST_IDENTIFY", "SHOULD_IDENTIFY"}
    assert all(row["threshold_amount"] == row["frozen"] for row in cases)
    assert all(isinstance(row["verified_on"], date) for row in cases)


async def test_an_identification_under_way_goes_on_where_it_stands(own: Logins) -> None:
    connection = await own.app.connect()
    try:
        row = await connection.fetchrow(
            "SELECT * FROM proceeding WHERE kind = 'IDENTIFICATION' AND state = 'COUNTY_REVIEWED' LIMIT 1"
        )
        workflow, step = steps()["identification.approve"]
        subject = Subject(
            0, 0, 0, Tier.COUNTY, Department.LEADING_GROUP, Duty.APPROVER, 0, ("0", "50", "500110"), "test", 0
        )
        moment = datetime(ON.year, ON.month, ON.day, 4, tzinfo=UTC)
        services = StepServices(lambda *_: True, SetClock(moment), "test")
        step_input = StepInput(row["id"], row["version"], "key", None, "道路中断", {})
        result = await perform(connection, workflow, step, subject, step_input, services)
        case = await connection.fetchrow(
            "SELECT * FROM monitoring_case WHERE id = $1", result.touched["monitoring_case"]
        )
        assert (case["state"], case["identified_on"]) == ("IDENTIFIED", ON)
        assert case["category"] is not None
        assert await connection.fetchval("SELECT count(*) FROM risk WHERE monitoring_case = $1", case["id"]) == 1
    finally:
        await connection.close()

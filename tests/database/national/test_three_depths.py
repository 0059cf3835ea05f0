"""Each depth of the national lock alone, with the other two switched off. RULES §4, DESIGN §6

policy     the workflow judges nothing and the database lets everything through; every editable row allows everything
workflow   the policy allows everything to everybody, and the database lets everything through
database   the policy allows everything, the workflow judges nothing: its own guards are `test_case_guards`

What is switched off would else refuse too, so each test also shows that the way is open for who may.
"""

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import product
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.role import Role
from api.access.subject import Subject
from api.clock import SetClock
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Reference
from api.workflow.registry import steps
from tests.support.access.worlds import LOCKS, MODEL
from tests.support.national.nationally import NOON, OFFICIALS, TODAY, Case, Nationally
from tests.support.planner.world import World

EVERYTHING = Rule("*", "*", "*", "own|subtree|cooperating|sector|all", "*", "*", "allow", "ours", Source("adversary"))
POLICY = Policy(MODEL, [*LOCKS, EVERYTHING], [])
GUARDED = ("monitoring_case", "risk", "household", "request_item", "national_request", "act")
PATH = ("0", "50", "500110", "500110001", "500110001201")
DEPTH = {Tier.NATIONAL: 1, Tier.PROVINCE: 2, Tier.COUNTY: 3, Tier.TOWNSHIP: 4, Tier.VILLAGE: 5}
OFFICES = list(product(DEPTH, (Department.RURAL_REVITALIZATION, Department.LEADING_GROUP, Department.HEALTH), Duty))
OPERATOR = (Tier.NATIONAL, Department.RURAL_REVITALIZATION, Duty.OPERATOR)
FORCED = """
update monitoring_case set state = 'WITHDRAWN', ended_on = '2026-09-01'
where id in (select monitoring_case from request_item where request = $1)"""
_keys = itertools.count(1)


class Ground:
    """The country, with guards that can be switched off, and a rogue application that writes what it is let write."""

    def __init__(self, nationally: Nationally) -> None:
        self.nationally = nationally

    def subject(self, name: str, tier: Tier, department: Department, duty: Duty) -> Subject:
        """The official of that name, in whatever post."""
        who, role = self.nationally.officials[name], Role(tier, department, duty).name
        return Subject(who.account, who.person, who.post, tier, department, duty, 1, PATH[: DEPTH[tier]], role, 2**40)

    async def forced(self, work: Any, _: Any) -> Mapping[str, int]:
        await self.nationally.app.execute(FORCED, work.target["id"])
        return {"national_request": work.target["id"]}

    async def execute(self, subject: Subject, request: int, decide: Any, *, judged: bool) -> None:
        """Execute through the workflow, which ends in what no rule stands behind; `judged`: its guards are asked."""
        workflow, step = steps()["request.execute"]
        step = replace(step, nation=self.forced)
        if not judged:
            step = replace(step, guards=(), facts=(), standing=())
        version = (await self.nationally.row("national_request", request))["version"]
        await self.take(workflow, step, subject, request, version, decide)

    async def take(
        self, workflow: Any, step: Any, subject: Subject, number: int, version: int, decide: Any, **arguments: Any
    ) -> None:
        @asynccontextmanager
        async def nation() -> AsyncIterator[Any]:
            yield self.nationally.nation

        services = StepServices(decide, SetClock(NOON), POLICY.version, nation=nation)
        step_input = StepInput(number, version, f"k{next(_keys)}", None, "理由", arguments)
        await perform(self.nationally.app, workflow, step, subject, step_input, services)

    async def state(self, case: Case) -> str:
        return str((await self.nationally.row("monitoring_case", case.number))["state"])

    async def guards(self, switch: str) -> None:
        rows = await self.nationally.owner.fetch(
            "select tgrelid::regclass::text as relation, tgname from pg_trigger where tgname like 'guard%'"
            " and tgrelid = any($1::text[]::regclass[])", list(GUARDED),
        )  # fmt: skip
        assert len(rows) > len(GUARDED)
        for row in rows:
            await self.nationally.owner.execute(f"alter table {row['relation']} {switch} trigger {row['tgname']}")


@pytest_asyncio.fixture(scope="module")
async def ground(database: Any) -> AsyncIterator[Ground]:
    connections = [await login.connect() for login in (database.owner, database.app, database.nation)]
    world = World(households=0)
    await world.insert(connections[0])
    nationally = Nationally(world, *connections)
    for name, (unit, tier, duty) in OFFICIALS.items():
        await nationally.appoint(name, unit, tier, duty)
    yield Ground(nationally)
    for connection in connections:
        await connection.close()


@pytest_asyncio.fixture
async def unguarded(ground: Ground) -> AsyncIterator[Ground]:
    await ground.guards("disable")
    yield ground
    await ground.guards("enable")


def by_policy(subject: Subject, action: str, kind: Any, facts: Any) -> bool:
    role = Role(subject.tier, subject.department, subject.duty)
    return POLICY.decide(role, subject.home, action, kind, facts).allowed


def everything(*_: Any) -> bool:
    return True


async def codes(doing: Any) -> set[str]:
    with pytest.raises(StepRefused) as refused:
        await doing
    return {problem.code for problem in refused.value.problems}


async def filed(ground: Ground) -> tuple[Case, int]:
    case = await ground.nationally.identified()
    return case, await ground.nationally.filed([await ground.nationally.proposed(case)])


# -- the policy alone


async def test_the_policy_alone_lets_nobody_else_execute(unguarded: Ground) -> None:
    case, request = await filed(unguarded)
    for office in OFFICES:
        if office != OPERATOR:
            subject = unguarded.subject("county", *office)
            refusal = unguarded.execute(subject, request, by_policy, judged=False)
            assert await codes(refusal) == {"STEP_NOT_ALLOWED"}, office
    assert await unguarded.state(case) == "IDENTIFIED"
    await unguarded.execute(unguarded.subject("county", *OPERATOR), request, by_policy, judged=False)
    assert await unguarded.state(case) == "WITHDRAWN"


async def test_the_policy_alone_lets_nothing_be_executed_before_it_is_decided(unguarded: Ground) -> None:
    case = await unguarded.nationally.identified()
    request = await unguarded.nationally.submitted([await unguarded.nationally.proposed(case)])
    operator = unguarded.subject("operator", *OPERATOR)
    workflow, step = steps()["request.execute"]
    undecided = replace(
        step, nation=unguarded.forced, guards=(), facts=(), standing=(), items=tuple(type(step.items[0]))
    )
    refusal = unguarded.take(workflow, undecided, operator, request, 1, by_policy)
    assert await codes(refusal) == {"STEP_NOT_ALLOWED"}
    assert await unguarded.state(case) == "IDENTIFIED"


# -- the workflow alone


@pytest.mark.parametrize(
    ("name", "tier", "code"),
    [
        ("county", Tier.COUNTY, "NOT_EXECUTED_NATIONALLY"),
        ("province", Tier.PROVINCE, "NOT_EXECUTED_NATIONALLY"),
        ("reviewer", Tier.NATIONAL, "SAME_PERSON"),
        ("two_accounts", Tier.NATIONAL, "SAME_PERSON"),
    ],
)
async def test_the_workflow_alone_lets_only_another_national_official_execute(
    unguarded: Ground, name: str, tier: Tier, code: str
) -> None:
    person = unguarded.nationally.officials["reviewer"].person
    await unguarded.nationally.appoint("two_accounts", "0", "NATIONAL", "OPERATOR", person)
    case, request = await filed(unguarded)
    subject = unguarded.subject(name, tier, *OPERATOR[1:])
    assert code in await codes(unguarded.execute(subject, request, everything, judged=True))
    assert await unguarded.state(case) == "IDENTIFIED"
    await unguarded.execute(unguarded.subject("operator", *OPERATOR), request, everything, judged=True)
    assert await unguarded.state(case) == "WITHDRAWN"


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "DECIDED", "EXECUTED", "SENT_BACK", "SUPERSEDED"])
async def test_the_workflow_alone_executes_nothing_that_is_not_filed(unguarded: Ground, state: str) -> None:
    case, request = await filed(unguarded)
    await unguarded.nationally.owner.execute("update national_request set state = $2 where id = $1", request, state)
    operator = unguarded.subject("operator", *OPERATOR)
    assert "WRONG_STATE" in await codes(unguarded.execute(operator, request, everything, judged=True))
    assert await unguarded.state(case) == "IDENTIFIED"


def some(python: Any) -> Any:
    """Some value of an argument's type."""
    if isinstance(python, Reference):
        return 1
    if isinstance(python, type) and issubclass(python, Enum):
        return next(iter(python))
    return {bool: True, str: "说明", int: 1, Decimal: Decimal(1), date: TODAY}.get(python)


async def test_no_step_of_any_other_workflow_leads_backwards(unguarded: Ground) -> None:
    """With everything allowed and no guard in the database, no step whatever undoes what only the nation undoes."""
    nationally = unguarded.nationally
    cases = [await nationally.eliminated(), await nationally.identified(), await nationally.identified()]
    await nationally.owner.execute("update monitoring_case set safety_net = true where id = $1", cases[1].number)
    await nationally.owner.execute("update monitoring_case set state = 'WITHDRAWN' where id = $1", cases[2].number)
    before = [await nationally.picture(case) for case in cases]
    subject = unguarded.subject("county", Tier.COUNTY, Department.LEADING_GROUP, Duty.APPROVER)
    tried = 0
    for workflow, step in steps().values():
        if step.target not in ("MonitoringCase", "Household") or workflow.name == "request":
            continue
        arguments = {argument.name: some(argument.python) for argument in step.arguments if argument.required}
        for case in cases:
            table, number = ("monitoring_case", case.number)
            if step.target == "Household":
                table, number = "household", case.household
            version = (await nationally.row(table, number))["version"]
            tried += 1
            try:
                await unguarded.take(workflow, step, subject, number, version, everything, **arguments)
            except StepRefused:
                continue
    assert tried > 20
    for case, was in zip(cases, before, strict=True):
        now = await nationally.picture(case)
        for column in ("state", "safety_net", "identified_on", "eliminated_on", "ended_on", "category"):
            assert now["case"][column] == was["case"][column]


# -- the database alone


async def test_the_database_alone_refuses_what_a_rogue_application_writes(ground: Ground) -> None:
    case, request = await filed(ground)
    for office in (OPERATOR, (Tier.COUNTY, *OPERATOR[1:])):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ground.execute(ground.subject("operator", *office), request, everything, judged=False)
    assert await ground.state(case) == "IDENTIFIED"
    await ground.nationally.execute(request)
    assert await ground.state(case) == "WITHDRAWN"

"""Three reviewers, two executors and two editors at once: nothing is executed wrongly, however they meet. RULES §4

Each seed is a round: requests submitted, then everybody does what they may in an order of chance, over connections of
their own, so that PostgreSQL interleaves them. One reviewer holds an operator's post too, under another account. What
happened is then read from the tables and held against what the reviewers had read and RULES allow.
"""

import asyncio
import datetime
import itertools
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from api.access.policy import Policy
from api.access.role import Role
from api.access.subject import Subject
from api.clock import SetClock
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused
from api.workflow.engine.perform import perform
from api.workflow.registry import steps
from tests.support.planner.world import World

SEEDS = range(400 if os.environ.get("SHOUWANG_HYPOTHESIS") == "soak" else 16)
REQUESTS, ITEMS, ATTEMPTS = 6, 2, 14
NOW = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)
VILLAGE = "659001001201"
PEOPLE = {"r1": (1, Duty.REVIEWER), "r2": (2, Duty.REVIEWER), "r3": (3, Duty.REVIEWER), "o1": (4, Duty.OPERATOR),
          "o2": (3, Duty.OPERATOR)}  # fmt: skip
"""Who acts: a person and a duty; the third reviewer is the second operator."""
_keys = itertools.count(1)
ACCEPTED = {"WRONG_STATE", "STALE", "RECORD_CHANGED", "SAME_PERSON", "REQUEST_MOVED_ON", "NOTHING_CONSENTED",
            "NOT_CONSENTED", "ITEMS_DECIDED", "APPLICATION_UNFOUNDED"}  # fmt: skip


@dataclass
class Stage:
    """The database, who acts in it, and what the reviewers read: the version of a case by the digest they decide on."""

    owner: Any
    logins: Any
    policy: Policy
    subjects: dict[str, Subject]
    path: dict[str, str | None]
    unit: int
    read: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def decide(self, subject: Subject, action: str, kind: Any, facts: Any) -> bool:
        return self.policy.decide(
            Role(subject.tier, subject.department, subject.duty), "0", action, kind, facts
        ).allowed


@dataclass
class Actor:
    """One of them, with connections of its own."""

    stage: Stage
    name: str
    app: Any
    nation: Any
    chance: random.Random

    async def act(self, step: str, request: int, **arguments: Any) -> None:
        workflow, step_ = steps()[f"request.{step}"]
        version = await self.app.fetchval("select version from national_request where id = $1", request)
        services = StepServices(self.stage.decide, SetClock(NOW), self.stage.policy.version, nation=self._opened)
        step_input = StepInput(request, version, f"{self.name} {next(_keys)}", None, None, arguments)
        try:
            await perform(self.app, workflow, step_, self.stage.subjects[self.name], step_input, services)
            self.stage.taken[step] = self.stage.taken.get(step, 0) + 1
        except StepRefused as refused:
            self.stage.refused |= {problem.code for problem in refused.problems}

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Any]:
        yield self.nation

    async def reviews(self, requests: list[int]) -> None:
        for _ in range(ATTEMPTS):
            request = self.chance.choice(requests)
            if self.chance.random() < 0.3:
                await self.act("file", request, filing_number=f"备{request}")
                continue
            rows = await self.app.fetch(
                "select i.id, request_digest(i.id) as digest, c.version from request_item i"
                " join monitoring_case c on c.id = i.monitoring_case where i.request = $1 and i.state = 'SUBMITTED'",
                request,
            )
            self.stage.read.update({row["digest"]: row["version"] for row in rows})
            chosen = rows[: self.chance.choice([1, ITEMS])]
            if chosen:
                approved = self.chance.random() < 0.8
                entries = [
                    {"item": row["id"], "digest": row["digest"], "approved": approved, "why": "核实"} for row in chosen
                ]
                await self.act("decide", request, items=entries)

    async def executes(self, requests: list[int]) -> None:
        for _ in range(ATTEMPTS):
            await self.act("execute", self.chance.choice(requests))

    async def edits(self, requests: list[int]) -> None:
        """What goes on meanwhile: a step on the household, as any step is recorded."""
        for _ in range(ATTEMPTS // 4):
            request = self.chance.choice(requests)
            async with self.app.transaction():
                row = await self.app.fetchrow(
                    "select household, monitoring_case from request_item where request = $1 order by random() limit 1",
                    request,
                )
                if row is None:
                    continue
                await self.app.execute("select from household where id = $1 for update", row["household"])
                await self.app.execute(
                    "update monitoring_case set version = version + 1 where id = $1", row["monitoring_case"]
                )
                await self.app.execute(_ACT, row["household"], row["monitoring_case"], "survey.revise")


_ACT = """insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person,
  post, arguments)
  values ($1, $2, $3, '2026-03-02', '2026-03-02', 'x', 90, 90, 90, '{}')"""


@pytest_asyncio.fixture(scope="module")
async def stage(database: Any) -> AsyncIterator[Stage]:
    world = World(households=1)
    owner = await database.owner.connect()
    await world.insert(owner)
    await owner.execute("select setval(pg_get_serial_sequence('person', 'id'), 1000)")
    subjects = {}
    persons = {
        number: await owner.fetchval("insert into person (name) values ('官员') returning id") for number in range(1, 5)
    }
    for name, (number, duty) in PEOPLE.items():
        account = await owner.fetchval(
            "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", persons[number], name
        )
        post = await owner.fetchval(
            "insert into post (account, unit, tier, department, duty, since) values ($1, $2, 'NATIONAL',"
            " 'RURAL_REVITALIZATION', $3, '2024-01-01') returning id", account, world.unit_id["0"], duty.name,
        )  # fmt: skip
        subjects[name] = Subject(
            account, persons[number], post, Tier.NATIONAL, Department.RURAL_REVITALIZATION, duty, world.unit_id["0"],
            ("0",), f"national:rural_revitalization:{duty.name.lower()}", 0,
        )  # fmt: skip
    yield Stage(owner, database, Policy.load(), subjects, world.units[VILLAGE], world.unit_id[VILLAGE])
    await owner.close()


async def request_submitted(stage: Stage) -> int:
    """A request of two wrong eliminations, as the province submitted it."""
    owner = stage.owner
    request = await owner.fetchval(
        "insert into national_request (province, state, number, dated, grounds, size, composed_on, submitted_on,"
        " version, submitter_account, submitter_person, submitter_post)"
        " values ('66', 'SUBMITTED', '兵团函1号', '2026-03-01', '误标', $1, '2026-03-01', '2026-03-01', 1, 91, 91, 91)"
        " returning id", ITEMS,
    )  # fmt: skip
    for _ in range(ITEMS):
        names = ", ".join(stage.path)
        household = await owner.fetchval(
            "insert into household (kind_of_household, head_name, people, unit, jurisdiction, safety_net, relocated,"
            f" registered_on, version, updated_at, {names}) values ('GENERAL', '户', 2, $1, 'HUKOU', false, false,"
            " '2020-01-01', 1, now(), $2, $3, $4, $5, $6) returning id", stage.unit, *stage.path.values(),
        )  # fmt: skip
        case = await owner.fetchval(
            "insert into monitoring_case (household, category, state, identified_on, safety_net, version)"
            " values ($1, 'MARGINAL', 'IDENTIFIED', '2026-01-10', false, 1) returning id", household,
        )  # fmt: skip
        act = await owner.fetchval(f"{_ACT} returning id", household, case, "identification.announce")
        await owner.execute(
            "update monitoring_case set state = 'RISK_ELIMINATED', eliminated_on = '2026-02-20' where id = $1", case
        )
        await owner.execute(_ACT, household, case, "elimination.announce")
        item = await owner.fetchval(
            "insert into request_item (household, monitoring_case, request, operation, target_act, grounds, state,"
            " proposed_on, version, proposer_person, reviewer_person) values ($1, $2, $3, 'ROLLBACK', $4, '误标',"
            " 'SUBMITTED', '2026-03-01', 1, 92, 91) returning id", household, case, request, act,
        )  # fmt: skip
        await owner.execute("update request_item set digest = request_digest(id) where id = $1", item)
    return int(request)


@pytest.mark.parametrize("seed", SEEDS)
async def test_however_they_meet(stage: Stage, seed: int) -> None:
    requests = [await request_submitted(stage) for _ in range(REQUESTS)]
    actors = []
    for name in (*PEOPLE, "editor", "editor"):
        app, nation = await stage.logins.app.connect(), await stage.logins.nation.connect()
        actors.append(Actor(stage, name, app, nation, random.Random(f"{seed} {name} {len(actors)}")))
    duties = [
        actor.reviews if actor.name[0] == "r" else actor.executes if actor.name[0] == "o" else actor.edits
        for actor in actors
    ]
    try:
        await asyncio.gather(*(duty(requests) for duty in duties))
        # what is left is gone through once more, so that a round never ends with nothing executed
        for request in requests:
            await actors[0].act("file", request, filing_number="备")
            await actors[4].act("execute", request)
            await actors[3].act("execute", request)
    finally:
        for actor in actors:
            await actor.app.close()
            await actor.nation.close()
    assert stage.refused <= ACCEPTED, stage.refused - ACCEPTED
    await held(stage, requests)


async def held(stage: Stage, requests: list[int]) -> None:
    """What RULES §4 allows, read off the tables."""
    reviewers = {stage.subjects[name].person for name in ("r1", "r2", "r3")}
    for request in requests:
        fetch = stage.owner.fetch
        executions = await fetch("select * from national_execution where request = $1", request)
        decisions = {
            row["id"]: row for row in await fetch("select * from national_decision where request = $1", request)
        }
        executed = await fetch(
            "select e.*, (e.before->'case'->>'version')::int as version from executed_item e"
            " join national_execution x on x.id = e.execution where x.request = $1", request,
        )  # fmt: skip
        assert len(executions) <= 1, "executed twice"
        assert bool(executions) is bool(executed), "an execution of nothing"
        for item in executed:
            decision = decisions[item["decision"]]
            assert decision["approved"], "executed without consent"
            assert decision["digest"] == item["digest"]
            assert item["version"] == stage.read[item["digest"]], "stale: the case is not the one that was read"
        if executions:
            (execution,) = executions
            assert execution["items"] == len(executed), "some and not all"
            assert execution["person"] not in {row["person"] for row in decisions.values()}, "one person did both"
        assert {row["person"] for row in decisions.values()} <= reviewers
        await cases_as_decided(stage, request, {item["item"] for item in executed})


async def cases_as_decided(stage: Stage, request: int, executed: set[int]) -> None:
    """Each case moved when its item was executed, once, and otherwise did not."""
    rows = await stage.owner.fetch(
        "select i.id, i.state as item, c.state, count(a.id) filter (where a.step = 'rollback.execute') as times"
        " from request_item i join monitoring_case c on c.id = i.monitoring_case"
        " join act a on a.monitoring_case = c.id where i.request = $1 or i.id = any($2)"
        " group by i.id, i.state, c.state",
        request, list(executed),
    )  # fmt: skip
    for row in rows:
        moved = row["id"] in executed
        assert (row["state"], row["times"]) == (("IDENTIFIED", 1) if moved else ("RISK_ELIMINATED", 0)), dict(row)
        assert (row["item"] == "EXECUTED") is moved


def test_the_rounds_were_no_rehearsal(stage: Stage) -> None:
    assert stage.taken["decide"] > len(SEEDS) * REQUESTS
    assert stage.taken["execute"] > len(SEEDS)
    assert {"RECORD_CHANGED", "SAME_PERSON", "WRONG_STATE"} <= stage.refused

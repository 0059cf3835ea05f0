"""Random officials take random steps on random days: whatever happens, the invariants of RULES hold after each.

The machine knows no workflow: it reads the tables of steps, and what a legal history is from RULES alone.
"""

import asyncio
import datetime
import itertools
import os
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.access.formula.formula import FALSE
from api.access.policy import Policy
from api.access.request import ObjectFacts
from api.access.role import Role, role_named
from api.access.subject import Subject
from api.clock import SetClock
from api.rules.words.vocabulary import Kind, ProceedingState, Word
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Argument, Reference
from api.workflow.registry import Step, Workflow, steps
from tests.support.planner.world import World, paths

SOAK = os.environ.get("SHOUWANG_HYPOTHESIS") == "soak"
VILLAGE = "500110001201"
STEPS = sorted(
    (name, flow_step) for name, flow_step in steps().items() if isinstance(flow_step[0].handler, HouseholdHandler)
)
OFFICIALS = tuple(
    (f"{tier}:{department}:{duty}", home, person)
    for person, (tier, home, department, duty) in enumerate(
        (
            ("village", VILLAGE, "rural_revitalization", "handler"),
            ("township", "500110001", "rural_revitalization", "handler"),
            ("county", "500110", "rural_revitalization", "handler"),
            ("county", "500110", "rural_revitalization", "reviewer"),
            ("county", "500110", "leading_group", "approver"),
            ("county", "500110", "education", "handler"),
            ("city", "5101", "leading_group", "approver"),
            ("county", "510104", "leading_group", "approver"),
        ),
        1,
    )
)
# the township's person holds the leading group's post as well, under another account
TWO_ACCOUNTS = (("county:leading_group:approver", "500110", 2),)
EVERYBODY = (*OFFICIALS, *TWO_ACCOUNTS)
TABLES = (
    "household", "member", "survey", "clue", "monitoring_case", "risk", "proceeding", "plan", "measure", "act",
    "assessment", "deadline", "event", "message", "idempotency", "transfer", "note",
)  # fmt: skip
AT_RISK = {"at_risk": True, "housing_gap": True, "copes_alone": False}
_keys = itertools.count(1)


class Walk(RuleBasedStateMachine):
    """Two households of one village, walked through every workflow."""

    logins: Any = None
    policy: Policy

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.connection = self.loop.run_until_complete(self.logins.app.connect())
        self.day = datetime.date(2026, 3, 2)
        self.households = [self.run(self._household()) for _ in range(2)]
        self.without_event = self._acts_without_event()

    def run(self, awaitable: Any) -> Any:
        return self.loop.run_until_complete(awaitable)

    def teardown(self) -> None:
        self.run(self.connection.close())
        self.loop.close()

    async def _household(self) -> int:
        path = paths()[VILLAGE]
        unit = await self.connection.fetchval("select id from unit where code = $1", VILLAGE)
        return int(
            await self.connection.fetchval(
                "insert into household (kind_of_household, head_name, people, unit, jurisdiction, safety_net,"
                " relocated, registered_on, version, updated_at, province, city, county, township, village)"
                " values ('LIFTED','测试户',2,$1,'HUKOU',false,false,'2020-01-01',1,now(),$2,$3,$4,$5,$6) returning id",
                unit, *path.values(),
            )
        )  # fmt: skip

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.day += datetime.timedelta(days)

    @rule(
        step=st.sampled_from(STEPS),
        official=st.sampled_from(EVERYBODY),
        which=st.integers(0, 1),
        back=st.sampled_from([0, 0, 0, 0, 1, 3, 12, -1]),
        reason=st.sampled_from([None, None, "道路中断", "身份证 500110199001011236"]),
        wrong_version=st.sampled_from([0, 0, 0, 0, 0, 1]),
        data=st.data(),
    )
    def anybody_tries_anything(
        self, step: Any, official: Any, which: int, back: int, reason: Any, wrong_version: int, data: Any
    ) -> None:
        workflow, drawn = step[1]
        household = self.households[which]
        arguments = {argument.name: self._value(argument, household, data) for argument in drawn.arguments}
        if not any(argument.required and arguments[argument.name] is None for argument in drawn.arguments):
            on = self.day - datetime.timedelta(back) if back else None
            self._try(workflow, drawn, official, household, arguments, on, reason, wrong_version)

    @rule(which=st.integers(0, 1), steps=st.integers(8, 20), seed=st.integers(0, 2**32))
    def whoever_may_goes_on(self, which: int, steps: int, seed: int) -> None:
        """Steps that the newest proceeding's state allows, by who may take them: long histories come about."""
        self.walk_on(which, steps, seed)

    def walk_on(self, which: int, steps: int, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(steps):
            self._go_on(self.households[which], chance)

    def _go_on(self, household: int, chance: random.Random) -> None:
        self.day += datetime.timedelta(chance.choice([0, 1, 2, 5]))
        state = self.run(
            self.connection.fetchval(
                "select state from proceeding where household = $1 and ended_on is null order by id desc limit 1",
                household,
            )
        )
        fitting = [entry for _, entry in STEPS if state in {source.name for source in entry[1].sources}]
        onwards = [pair for pair in fitting if pair[1].to not in (None, ProceedingState.ENDED)]
        workflow, step = chance.choice(onwards * 6 + fitting or [entry for _, entry in STEPS if not entry[1].sources])
        able = [official for official in OFFICIALS if self._may(official, step)]
        arguments = {argument.name: self._likely(argument, household, chance) for argument in step.arguments}
        if able and not any(argument.required and arguments[argument.name] is None for argument in step.arguments):
            self._try(workflow, step, chance.choice(able), household, arguments, None, "道路中断", 0)

    def _likely(self, argument: Argument, household: int, chance: random.Random) -> Any:
        if argument.name in AT_RISK:
            return AT_RISK[argument.name]
        if isinstance(argument.python, Reference):
            rows = self._rows(f"select id from {argument.python.type_name.lower()} where household = $1", household)
            return chance.choice([row["id"] for row in rows] or [None])
        if isinstance(argument.python, type) and issubclass(argument.python, Word):
            return chance.choice(list(argument.python))
        likely = {bool: [True, False], int: [1, 2, 3], Decimal: [Decimal("0.00"), Decimal("900.00")], str: ["HOUSING"]}
        return chance.choice(
            [self.day] if argument.python is datetime.date else likely.get(argument.python, [["HOUSING"]])
        )

    def _may(self, official: Any, step: Step) -> bool:
        name, home, _ = official
        covers = home == "0" or home in paths()[VILLAGE].values()
        return covers and self.policy.formula(role_named(name), step.id.action, Kind.PROCEEDING) != FALSE

    def _try(
        self,
        workflow: Workflow,
        step: Step,
        official: Any,
        household: int,
        arguments: dict[str, Any],
        on: datetime.date | None,
        reason: str | None,
        wrong_version: int,
    ) -> None:
        target = self.run(self._target(step, household))
        if target is None:
            return
        number, version = target
        step_input = StepInput(number, version + wrong_version, f"walk {next(_keys)}", on, reason, arguments)
        before = self.run(self._digest())
        try:
            result = self.run(self._perform(workflow, step, official, step_input))
        except StepRefused as refused:
            assert refused.problems
            assert self.run(self._digest()) == before, "a refusal changed something"
            return
        again = self.run(self._digest())
        assert again != before
        assert self.run(self._perform(workflow, step, official, step_input)) == result
        assert self.run(self._digest()) == again, "the same key had a second effect"

    def _value(self, argument: Argument, household: int, data: Any) -> Any:
        if not isinstance(argument.python, Reference):
            return data.draw(value_of(argument.python, argument.required, self.day))
        rows = self._rows(f"select id from {argument.python.type_name.lower()} where household = $1", household)
        return data.draw(st.sampled_from([None, *(row["id"] for row in rows), 1, 999_999]))

    async def _perform(
        self, workflow: Workflow[Any], step: Step[Any], official: Any, step_input: StepInput
    ) -> Mapping[str, int]:
        name, home, person = official
        role = role_named(name)
        path = ("0", *(code for code in paths()[home].values() if code))
        account = EVERYBODY.index(official) + 1
        subject = Subject(account, person, account, role.tier, role.department, role.duty, 1, path, name, 0)
        noon = datetime.datetime.combine(self.day, datetime.time(4), datetime.UTC)

        def decide(who: Subject, action: str, kind: Kind, facts: ObjectFacts | None) -> bool:
            assert facts is not None
            return self.policy.decide(Role(who.tier, who.department, who.duty), who.home, action, kind, facts).allowed

        services = StepServices(decide, SetClock(noon), "walk")
        return await perform(self.connection, workflow, step, subject, step_input, services)

    async def _target(self, step: Step, household: int) -> tuple[int, int] | None:
        table = {"MonitoringCase": "monitoring_case"}.get(step.target, step.target.lower())
        key = "id" if table == "household" else "household"
        row = await self.connection.fetchrow(
            f"select id, version from {table} where {key} = $1 order by id desc limit 1", household
        )
        return (row["id"], row["version"]) if row else None

    async def _digest(self) -> tuple[Any, ...]:
        parts = [
            await self.connection.fetchval(
                f"select md5(coalesce(string_agg(md5(t::text), '' order by id), '')) from \"{table}\" t"
            )
            for table in TABLES
        ]
        return tuple(parts)

    # -- what holds after every step

    @invariant()
    def every_identified_case_has_its_steps(self) -> None:
        self._identified_with_its_steps()

    def _identified_with_its_steps(self) -> None:
        for case in self._rows("select * from monitoring_case where state in ('IDENTIFIED', 'RISK_ELIMINATED')"):
            if case["household"] not in self.households:
                continue
            acts = self._rows(
                "select a.* from act a join proceeding p on p.id = a.proceeding"
                " where p.monitoring_case = $1 and p.kind = 'IDENTIFICATION' order by a.id", case["id"],
            )  # fmt: skip
            taken = {act["step"].partition(".")[2]: act for act in acts}
            for name in (
                "open",
                "verify_at_home",
                "take_authorization",
                "hold_review",
                "open_publicity",
                "submit",
                "review_at_county",
                "approve",
            ):
                assert name in taken, f"identified without {name}"
            approve = taken["approve"]
            assert approve["taken_on"] >= taken["open_publicity"]["taken_on"] + datetime.timedelta(5)
            assert taken["submit"]["taken_on"] >= taken["open_publicity"]["taken_on"] + datetime.timedelta(5)
            verified = {taken["verify_at_home"]["person"], taken["take_authorization"]["person"]}
            assert approve["person"] not in verified
            assert case["identified_on"] == (case["entered_on"] or approve["taken_on"])
            assert case["category"]
            assert case["threshold_amount"] is not None

    @invariant()
    def days_never_go_backwards(self) -> None:
        self._days_in_order()

    def _days_in_order(self) -> None:
        for household in self.households:
            acts = self._rows("select * from act where household = $1 order by id", household)
            for act in acts:
                recorded = (act["recorded_at"] + datetime.timedelta(hours=8)).date()
                assert act["taken_on"] <= recorded
                if act["step"] in (
                    "identification.open_publicity",
                    "elimination.open_publicity",
                    "green_channel.enter",
                ):
                    assert act["taken_on"] == recorded, "dated back"
            for left, right in itertools.pairwise(acts):
                if left["proceeding"] is not None and left["proceeding"] == right["proceeding"]:
                    assert left["taken_on"] <= right["taken_on"]

    @invariant()
    def one_open_case_and_every_act_on_record(self) -> None:
        self._one_open_case()

    def _one_open_case(self) -> None:
        for household in self.households:
            cases = self._rows(
                "select * from monitoring_case where household = $1 and state in ('GREEN_CHANNEL','IDENTIFIED')",
                household,
            )
            assert len(cases) <= 1
        assert self._acts_without_event() == self.without_event

    @invariant()
    def nobody_is_shown_in_another_state(self) -> None:
        self._shown_as_it_is()

    def _shown_as_it_is(self) -> None:
        for row in self._rows(
            "select h.monitoring_state, c.state from household h join lateral (select state from monitoring_case"
            " where household = h.id order by id desc limit 1) c on true where h.id = any($1::bigint[])",
            self.households,
        ):
            assert row["monitoring_state"] == row["state"]

    def check_all(self) -> None:
        for check in (
            Walk._identified_with_its_steps,
            Walk._days_in_order,
            Walk._one_open_case,
            Walk._shown_as_it_is,
        ):
            check(self)

    def _acts_without_event(self) -> int:
        acts = self._rows("select count(*) as n from act")[0]["n"]
        return int(acts - self._rows("select count(*) as n from event where facts ? 'act'")[0]["n"])

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return list(self.run(self.connection.fetch(sql, *values)))


def value_of(python: Any, required: bool, day: datetime.date) -> st.SearchStrategy[Any]:
    """Any value of an argument, good ones most of the time."""
    if isinstance(python, type) and issubclass(python, Word):
        strategy: st.SearchStrategy[Any] = st.sampled_from(list(python))
    elif python is bool:
        strategy = st.booleans()
    elif python is int:
        strategy = st.integers(1, 4)
    elif python is Decimal:
        strategy = st.sampled_from([Decimal("0.00"), Decimal("100.00"), Decimal("30000.50")])
    elif python is datetime.date:
        strategy = st.sampled_from([day, day - datetime.timedelta(2), day + datetime.timedelta(3)])
    elif python is str:
        strategy = st.sampled_from(["HOUSING", "NO_RISK", "电话 13800138000"])
    else:
        strategy = st.lists(st.sampled_from(["HOUSING", "ILLNESS"]), min_size=1, max_size=2)
    return strategy if required else st.none() | strategy


def test_random_walks(database: Any) -> None:
    Walk.logins, Walk.policy = database, Policy.load()
    asyncio.run(_world(database))
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=150 if SOAK else 6,
            stateful_step_count=60 if SOAK else 12,
            deadline=None,
            phases=tuple(Phase) if SOAK else (Phase.generate,),  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
            derandomize=not SOAK,
        ),
    )


def test_long_walks(database: Any) -> None:
    """Chosen seeds that come far: invariants prove nothing about histories that never come about."""
    Walk.logins, Walk.policy = database, Policy.load()
    reached: set[str] = set()
    for seed in range(12 if SOAK else 4):
        walk = Walk()
        try:
            for stretch in range(6):
                walk.walk_on(0, 12, seed * 100 + stretch)
                walk.check_all()
            reached |= {
                act["step"] for act in walk._rows("select step from act where household = $1", walk.households[0])
            }
        finally:
            walk.teardown()
    assert {"identification.approve", "identification.announce"} <= reached, reached


async def _world(database: Any) -> None:
    owner = await database.owner.connect()
    await World(households=1).insert(owner)
    await owner.execute("delete from idempotency")
    await owner.close()

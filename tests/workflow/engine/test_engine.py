"""The engine with a target of its own: a handler needs no more than to load, to permit and to record."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio

from api.access.request import ObjectFacts
from api.access.subject import Subject, role_of
from api.clock import SetClock
from api.database import Connection
from api.roles import Logins
from api.rules.themes.requests import reason_given
from api.rules.words.request_states import ItemState
from api.rules.words.steps import StepId
from api.rules.words.vocabulary import Department, Duty, Kind, Tier
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.errors import STALE, StepRefused, problem_of
from api.workflow.engine.handler import PermissionCheck, StepHandler, wrong_state
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow

NOON = datetime.datetime(2026, 5, 1, 4, tzinfo=datetime.UTC)
ROLE = (Tier.COUNTY, Department.RURAL_REVITALIZATION, Duty.HANDLER)
WHO = Subject(7, 7, 7, *ROLE, 1, ("0", "50", "500110"), role_of(*ROLE), 0)
ALLOWED = StepServices(lambda *_: True, SetClock(NOON), "test")
DONE: list[str] = []
"""What effects and records did, in order."""


@dataclass(slots=True)
class LetterContext(StepContext):
    """Context of a step about a letter, which no table holds."""

    state: str = field(kw_only=True)

    @property
    def version(self) -> int:
        return 3


class LetterHandler(StepHandler[LetterContext]):
    """Takes steps about letters."""

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[LetterContext],
        step_input: StepInput,
        *,
        locked: bool = True,
    ) -> LetterContext | None:
        if step_input.number != 1:
            return None
        return LetterContext(connection, subject, services, step.id, step_input, state="PROPOSED")

    def permissions(self, ctx: LetterContext, step: Step[LetterContext]) -> list[PermissionCheck]:
        return [PermissionCheck(step.id.action, Kind.HOUSEHOLD, ObjectFacts())]

    def check_state(self, ctx: LetterContext, step: Step[LetterContext]) -> Any:
        return wrong_state(ctx.state, step.standing)

    async def record(self, ctx: LetterContext, step: Step[LetterContext], overridden: list[str]) -> None:
        DONE.append("recorded")
        ctx.touched["letter"] = ctx.step_input.number


async def send(ctx: LetterContext) -> None:
    DONE.append(f"sent {ctx.facts.get('stamp', 'unstamped')}")


STEP: Step[LetterContext] = Step(
    StepId("letter", "send", "寄信", "Send a letter.", (1,)),
    target="Letter",
    arguments=(Argument("why", str, "理由", "Why.", required=True),),
    standing=(ItemState.PROPOSED,),
    guards=(lambda ctx: [reason_given(ctx.arguments["why"])],),
    effects=(send,),
)
LETTERS = Workflow("letter", "信件", "Letters", (STEP,), LetterHandler())


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    DONE.clear()


@pytest_asyncio.fixture
async def app(database: Logins) -> AsyncIterator[Connection]:
    connection = await database.app.connect()
    yield connection
    await connection.close()


def sent(key: str, **changes: Any) -> StepInput:
    return replace(StepInput(1, 3, key, arguments={"why": "回复来信"}), **changes)


async def take(
    connection: Connection, step_input: StepInput, services: StepServices = ALLOWED, step: Step[LetterContext] = STEP
) -> Mapping[str, int]:
    return (await perform(connection, LETTERS, step, WHO, step_input, services)).touched


async def codes(awaited: Any) -> list[str]:
    with pytest.raises(StepRefused) as refused:
        await awaited
    return [problem.code for problem in refused.value.problems]


async def keys(connection: Connection, key: str) -> int:
    count: int = await connection.fetchval("select count(*) from idempotency where key = $1", key)
    return count


async def test_a_key_has_one_effect_and_one_answer(app: Connection) -> None:
    assert await take(app, sent("once only")) == {"letter": 1}
    assert await take(app, sent("once only")) == {"letter": 1}
    assert DONE == ["sent unstamped", "recorded"]
    assert await codes(take(app, sent("once only", arguments={"why": "其他"}))) == ["KEY_REUSED"]
    assert await codes(take(app, sent("once only", number=2))) == ["KEY_REUSED"]


async def test_two_at_once_with_one_key_are_one(app: Connection, database: Logins) -> None:
    other = await database.app.connect()
    try:
        first, second = await asyncio.gather(take(app, sent("two at once")), take(other, sent("two at once")))
    finally:
        await other.close()
    assert first == second == {"letter": 1}
    assert DONE == ["sent unstamped", "recorded"]


async def test_all_problems_are_told_and_the_key_is_free_again(app: Connection) -> None:
    wrong = sent("all at once", version=2, arguments={"why": " "})
    step = replace(STEP, standing=(ItemState.SENT_BACK,))
    assert await codes(take(app, wrong, step=step)) == ["STALE", "WRONG_STATE", "REASON_MISSING"]
    assert DONE == []
    assert await keys(app, "all at once") == 0
    assert await take(app, sent("all at once")) == {"letter": 1}


async def test_not_allowed_and_not_there_are_refused_alike(app: Connection) -> None:
    refusing = replace(ALLOWED, decide=lambda *_: False)
    absent = await codes(take(app, sent("not there", number=2)))
    assert await codes(take(app, sent("not allowed"), refusing)) == absent == ["STEP_NOT_ALLOWED"]
    assert DONE == []


async def test_a_number_of_a_person_is_found_in_any_text(app: Connection) -> None:
    arguments = {"why": "请致电 13800138000"}
    assert await codes(take(app, sent("a number", arguments=arguments))) == ["PERSONAL_DATA"]
    assert await codes(take(app, sent("a number", reason="11010519491231002X"))) == ["PERSONAL_DATA"]


async def test_what_takes_long_is_read_before_the_transaction(app: Connection) -> None:
    async def prepare(connection: Connection, step_input: StepInput, services: StepServices) -> Mapping[str, Any]:
        assert not connection.is_in_transaction()
        return {"stamp": f"stamped for {step_input.number}"}

    await take(app, sent("prepared"), step=replace(STEP, prepare=prepare))
    assert DONE == ["sent stamped for 1", "recorded"]


async def test_another_policy_than_the_one_in_force_decides_nothing(app: Connection) -> None:
    late = replace(ALLOWED, publication=-1)
    assert await codes(take(app, sent("late policy"), late)) == ["POLICY_CHANGED"]
    assert await keys(app, "late policy") == 0


async def test_what_an_effect_misses_names_the_step(app: Connection) -> None:
    async def stamp(ctx: LetterContext) -> None:
        ctx.required(None, "a stamp")

    with pytest.raises(LookupError, match=r"letter\.send is taken without a stamp"):
        await take(app, sent("no stamp"), step=replace(STEP, effects=(send, stamp)))
    assert await keys(app, "no stamp") == 0


class Abroad:
    """The nation's side: what it is asked, and how it answers."""

    def __init__(self) -> None:
        self.answers: list[Exception | dict[str, int]] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Any]:
        yield None

    async def take(self, ctx: LetterContext, nation: Any) -> Mapping[str, int]:
        DONE.append("asked the nation")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_after_a_lost_answer_the_nation_alone_is_asked(app: Connection) -> None:
    """Whether it was done nobody knows: the guards would judge what it may have changed already."""
    abroad = Abroad()
    step = replace(STEP, nation=abroad.take)
    services = replace(ALLOWED, nation=abroad.opened)
    abroad.answers = [ConnectionError("lost"), {"letter": 1}]
    with pytest.raises(ConnectionError):
        await take(app, sent("lost answer"), services, step)
    assert await keys(app, "lost answer") == 1
    moved_on = replace(step, standing=(ItemState.EXECUTED,))
    assert await take(app, sent("lost answer"), services, moved_on) == {"letter": 1}
    assert await take(app, sent("lost answer"), services, moved_on) == {"letter": 1}
    assert DONE == ["asked the nation", "asked the nation"]
    assert await codes(take(app, sent("known state"), services, moved_on)) == ["WRONG_STATE"]


async def test_a_refusal_of_the_nation_frees_the_key(app: Connection) -> None:
    abroad = Abroad()
    abroad.answers = [StepRefused([problem_of(STALE, expected=1, found=2)]), {"letter": 1}]
    step, services = replace(STEP, nation=abroad.take), replace(ALLOWED, nation=abroad.opened)
    assert await codes(take(app, sent("refused there"), services, step)) == ["STALE"]
    assert await keys(app, "refused there") == 0
    assert await take(app, sent("refused there"), services, step) == {"letter": 1}


async def test_without_a_connection_of_the_nation_its_steps_are_no_silent_success(app: Connection) -> None:
    with pytest.raises(RuntimeError, match="nation"):
        await take(app, sent("no nation"), step=replace(STEP, nation=Abroad().take))


async def test_a_day_is_judged_for_every_target(app: Connection) -> None:
    tomorrow, long_ago = NOON.date() + datetime.timedelta(1), NOON.date() - datetime.timedelta(60)
    assert len(await codes(take(app, sent("tomorrow", on=tomorrow)))) == 1
    (owed,) = await codes(take(app, sent("long ago", on=long_ago)))
    assert await take(app, sent("long ago", on=long_ago, reason="道路中断")) == {"letter": 1}
    assert owed

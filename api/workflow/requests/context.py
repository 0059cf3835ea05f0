"""申请卷宗 Steps about a national request, one of its items, or a case that is proposed. Q29, Q40

The request is locked first, then its items in order of their ids; what is not the request's own is simply not found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.access.request import ObjectFacts
from api.access.request_points import point_of
from api.access.subject import Subject
from api.rules.units import NATION
from api.rules.words import steps
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.steps import OPERATIONS
from api.rules.words.vocabulary import Kind
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.contexts import Row, Taking
from api.workflow.engine.errors import NOT_OF_REQUEST, WRONG_STATE, StepProblem, problem_of
from api.workflow.engine.handler import NotGiven, Question
from api.workflow.engine.step import Entries, Reference, Step, Workflow

_ITEM = "select * from request_item where id = $1"
_REQUEST = "select * from national_request where id = $1"
_OWN = "select * from request_item where request = $1 order by id"
_NAMED = """
select i.* from request_item i join national_request r on r.id = $1
where i.id = any($2::bigint[]) and (i.request = r.id or ($3 and i.request is null and i.province = r.province))
order by i.id"""
_HOUSEHOLD = "select h.* from household h join monitoring_case c on c.household = h.id where c.id = $1"


@dataclass(slots=True)
class Dossier(Taking):
    """A step about a national request: the request, and the items the step acts on, in order of their ids.

    `household` is that of the case proposed. `wanted` are the ids of the items the step names, None when it names none.
    """

    request: Row | None = None
    household: Row | None = None
    items: list[Row] = field(default_factory=list)
    wanted: list[int] | None = None

    @property
    def numbers(self) -> list[int]:
        """The ids of the items acted on."""
        return [item["id"] for item in self.items]

    @property
    def operation(self) -> NationalOperation:
        """What is proposed."""
        given: NationalOperation = self.given["operation"]
        return given


async def load(
    connection: Any,
    subject: Subject,
    workflow: Workflow,  # noqa: ARG001 - a household's proceedings are told apart by it, requests are not
    step: Step,
    number: int,
    given: Mapping[str, Any],
    reason: str | None,
    *,
    locked: bool = True,
) -> Dossier | None:
    """The dossier of a step on the row with this id; None when there is no such row. What it changes is `locked`."""
    work = Dossier(connection, subject, step.said.action, given, reason=reason)
    for_update = " for update" if locked else ""
    if step.target == "MonitoringCase":
        work.household = await connection.fetchrow(f"{_HOUSEHOLD}{for_update} of h" if locked else _HOUSEHOLD, number)
        work.target = await connection.fetchrow("select * from monitoring_case where id = $1", number)
    elif step.target == "RequestItem":
        work.target = await connection.fetchrow(f"{_ITEM}{for_update}", number)
        work.items = [work.target] if work.target is not None else []
    else:
        work.target = work.request = await connection.fetchrow(f"{_REQUEST}{for_update}", number)
        await _items(work, step, number, for_update)
    return work if work.target is not None else None


async def _items(work: Dossier, step: Step, number: int, for_update: str) -> None:
    work.wanted = _named(step, work.given)
    if work.wanted is None:
        work.items = list(await work.connection.fetch(f"{_OWN}{for_update}", number))
    else:
        sql, loose = f"{_NAMED}{for_update and ' for update of i'}", step.said is steps.REQUEST_TAKE_UP
        work.items = list(await work.connection.fetch(sql, number, work.wanted, loose))


def _named(step: Step, given: Mapping[str, Any]) -> list[int] | None:
    for argument in step.arguments:
        try:
            if argument.python == Reference("RequestItem", many=True):
                return list(given[argument.name])
            if isinstance(argument.python, Entries):
                return [entry["item"] for entry in given[argument.name]]
        except NotGiven:
            return None
    return None


def place_of(row: Row) -> tuple[str, ...]:
    """The codes of a row's responsible unit, from the nation down."""
    return (NATION, *(row[tier] for tier in TIER_COLUMNS if row[tier]))


def reading(work: Dossier, step: Step) -> Question:
    """The row the step is about: a case in its state, or a request or item."""
    assert work.target is not None
    kind = Kind.CASE if step.target == "MonitoringCase" else Kind.REQUEST
    state = work.target["state"] if kind is Kind.CASE else None
    return Question("read", kind, ObjectFacts(place_of(work.household or work.target), state=state))


def questions(work: Dossier, step: Step) -> Sequence[Question]:
    """The step itself, or for each operation and place of its items the locked action. RULES §4"""
    assert work.target is not None
    verb = step.said.verb
    if verb is None:
        return [Question(step.said.action, Kind.REQUEST, ObjectFacts(place_of(work.target)))]
    if work.household is not None:
        return [_locked(one, verb, place_of(work.household), "none") for one in _proposed(work)]
    asked = {(item["operation"], place_of(item), _point(item, step)) for item in work.items}
    if not asked:
        nominal = point_of(step.items[0])
        return [_locked(one, verb, place_of(work.target), nominal) for one in NationalOperation]
    return [_locked(NationalOperation[name], verb, place, point) for name, place, point in sorted(asked)]


def _proposed(work: Dossier) -> Iterable[NationalOperation]:
    try:
        return [work.operation]
    except NotGiven:
        return NationalOperation


def _point(item: Row, step: Step) -> str:
    """How far the item has come; what is in a wrong state is refused for that, and asked as if it were not."""
    state = ItemState[item["state"]]
    return point_of(state if state in step.items else step.items[0])


def _locked(operation: NationalOperation, verb: str, place: tuple[str, ...], point: str) -> Question:
    return Question(f"{OPERATIONS[operation]}.{verb}", Kind.REQUEST, ObjectFacts(place, grant=point))


async def name(work: Dossier, step: Step) -> list[StepProblem]:
    """Load the act a proposal names; what names no row of the request or the case is told."""
    problems = []
    missing = set(work.wanted or ()) - set(work.numbers)
    if missing:
        problems.append(problem_of(NOT_OF_REQUEST, field="items", count=len(missing)))
    for argument in step.arguments:
        number = work.given.get(argument.name)
        if argument.python != Reference("Act") or number is None:
            continue
        case = (work.target or {})["id" if step.target == "MonitoringCase" else "monitoring_case"]
        sql = "select * from act where id = $1 and monitoring_case = $2"
        row = await work.connection.fetchrow(sql, number, case)
        if row is None:
            problems.append(problem_of(NOT_OF_REQUEST, field="targetAct", count=1))
        work.named[argument.name] = row
    return problems


def kept(work: Dossier, step: Step) -> Iterable[StepProblem]:
    """The request, and each item it acts on, is in a state the step is taken in. Q40"""
    assert work.target is not None
    if step.target != "MonitoringCase" and step.standing:
        yield from _state(work.target["state"], [state.name for state in step.standing])
    if work.wanted is None and work.request is not None:
        return
    allowed = [state.name for state in step.items]
    for found in sorted({item["state"] for item in work.items if work.request is not None} - set(allowed)):
        yield from _state(found, allowed)


def _state(found: str, allowed: list[str]) -> Iterable[StepProblem]:
    if found not in allowed:
        yield problem_of(WRONG_STATE, expected=" / ".join(allowed), found=found)

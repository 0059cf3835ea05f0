"""国家函数 The nation's own functions in the database, which alone write decisions, filings and executions. RULES §4

They judge everything once more, over persons and digests; what they refuse is told like any other problem. Asked twice
for the same they answer what they answered: executing twice changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg
import orjson

from api.rules.themes.four_eyes import SAME_PERSON
from api.rules.themes.requests import NO_GROUNDS, NOTHING_CONSENTED, RECORD_CHANGED
from api.rules.words.judging import ActPair
from api.workflow.engine.errors import (
    REQUEST_MOVED_ON,
    STEP_NOT_ALLOWED,
    NotTaken,
    StepProblem,
    about_items,
    breach_of,
    problem_of,
)
from api.workflow.engine.handler import Desk
from api.workflow.engine.idempotency import unmoved
from api.workflow.requests.context import Dossier

AT_ONCE = 1000
"""Items executed between two tellings of progress; all of them are one transaction."""
_DECIDE = "select nation_decide($1, $2, $3, $4::bigint[], $5::boolean[], $6::text[], $7::text[], $8, $9, $10)"
_FILE = "select nation_file($1, $2, $3, $4, $5, $6, $7)"
_BEGIN = "select nation_begin($1, $2, $3, $4)::text"
_PART = "select nation_part($1, $2, $3, $4, $5)::text"
_END = "select nation_end($1, $2, $3)::text"
_STALE = "select nation_stale($1, $2, $3, $4, $5, $6)::text"
_TELL = "select pg_notify('progress', $1)"
STALE = "national_stale"


class _Stale(Exception):  # noqa: N818 - a turn of the execution, not an error
    """Something has changed since it was consented to: the transaction is undone."""


async def decide(work: Dossier, nation: Any, desk: Desk) -> Mapping[str, int]:
    """Write down what is decided on each item, over the digests that were read."""
    entries = work.given["items"]
    columns = ([entry[name] for entry in entries] for name in ("item", "approved", "digest", "why"))
    with _told(ActPair.SUBMIT_AND_DECIDE):
        async with nation.transaction():
            await unmoved(nation, desk.publication)
            await nation.execute(_DECIDE, *_who(work), *columns, work.now, desk.policy_version, desk.trace)
    return _touched(work)


async def file(work: Dossier, nation: Any, desk: Desk) -> Mapping[str, int]:
    """File the request under its number."""
    with _told(ActPair.SUBMIT_AND_DECIDE):
        number = work.given["filing_number"]
        async with nation.transaction():
            await unmoved(nation, desk.publication)
            await nation.execute(_FILE, *_who(work), number, work.now, desk.policy_version, desk.trace)
    return _touched(work)


async def execute(work: Dossier, nation: Any, desk: Desk) -> Mapping[str, int]:
    """Execute everything that was consented to in one transaction, or nothing; what has changed goes back."""
    try:
        with _told(ActPair.DECIDE_AND_EXECUTE):
            async with nation.transaction():
                await unmoved(nation, desk.publication)
                total = await _execute(work, nation, desk)
    except _Stale:
        raise await _gone_back(work, nation, desk) from None
    await _tell(work, total, total)
    return _touched(work)


async def _execute(work: Dossier, nation: Any, desk: Desk) -> int:
    begun = orjson.loads(await nation.fetchval(_BEGIN, *_who(work), work.now))
    execution, total, done = begun["execution"], int(begun["items"]), 0
    if begun["already"]:
        return total
    last: int | None = 0
    while last is not None:
        if done < total:  # all of it is told once it is certain
            await _tell(work, done, total)
        part = await nation.fetchval(_PART, execution, last, AT_ONCE, desk.policy_version, desk.trace)
        told = orjson.loads(part)
        done, last = done + told["done"], told["last"]
    await nation.fetchval(_END, execution, desk.policy_version, desk.trace)
    return total


async def _tell(work: Dossier, done: int, total: int) -> None:
    """Tell how far it is, outside the transaction, so that whoever listens hears it before COMMIT."""
    told = {"request": _touched(work)["national_request"], "done": done, "total": total}
    await work.connection.execute(_TELL, orjson.dumps(told).decode())


async def _gone_back(work: Dossier, nation: Any, desk: Desk) -> NotTaken:
    """Nothing was executed; the items whose record has changed go back to the province, and are named."""
    with _told(ActPair.DECIDE_AND_EXECUTE):
        told = await nation.fetchval(_STALE, *_who(work), work.now, desk.policy_version, desk.trace)
    stale = orjson.loads(told)["stale"]
    return NotTaken([about_items(breach_of(RECORD_CHANGED.judge(False, count=len(stale))), stale)])


def _who(work: Dossier) -> tuple[int, int, int]:
    return work.subject.account, work.subject.post, _touched(work)["national_request"]


def _touched(work: Dossier) -> Mapping[str, int]:
    assert work.request is not None
    return {"national_request": int(work.request["id"])}


@contextmanager
def _told(pair: ActPair) -> Iterator[None]:
    """What the nation's functions refuse, as problems that name the items they are about."""
    try:
        yield
    except asyncpg.CheckViolationError as error:
        refused = _REFUSALS.get(str(error.constraint_name))
        if refused is None:
            raise
        if error.constraint_name == STALE and pair is ActPair.DECIDE_AND_EXECUTE:
            raise _Stale from None
        items = [int(number) for number in (error.detail or "").split(",") if number.isdigit()]
        raise NotTaken([about_items(refused(pair, len(items)), items)]) from None


_REFUSALS: Mapping[str, Callable[[ActPair, int], StepProblem]] = {
    "national_official": lambda _, __: problem_of(STEP_NOT_ALLOWED),
    "national_same_person": lambda pair, _: breach_of(SAME_PERSON.judge(False, pair=pair)),
    "national_state": lambda _, __: problem_of(REQUEST_MOVED_ON),
    "national_reason": lambda _, __: breach_of(NO_GROUNDS.judge(False)),
    "national_nothing_approved": lambda _, __: breach_of(NOTHING_CONSENTED.judge(False)),
    STALE: lambda _, count: breach_of(RECORD_CHANGED.judge(False, count=count)),
}

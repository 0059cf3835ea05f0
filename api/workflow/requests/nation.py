"""国家函数 The nation's own functions in the database, which alone write decisions, filings and executions. RULES §4

They judge everything again, over persons and digests; their refusals become problems like any other. The same request
twice has the same answer: executing twice changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import asyncpg
import orjson

from api.database import Connection
from api.rules.themes.four_eyes import SAME_PERSON
from api.rules.themes.requests import NO_GROUNDS, NOTHING_CONSENTED, RECORD_CHANGED
from api.rules.words.judging import ActPair
from api.workflow.engine.errors import (
    CLOCK_APART,
    REQUEST_MOVED_ON,
    STEP_NOT_ALLOWED,
    StepProblem,
    StepRefused,
    about_items,
    breach_of,
    problem_of,
)
from api.workflow.engine.idempotency import check_publication
from api.workflow.requests.context import RequestContext
from api.workflow.requests.progress_signature import sign

AT_ONCE = 1000
"""Items executed between two notifications of progress; all of them are one transaction."""
_DECIDE = "select nation_decide($1, $2, $3, $4::bigint[], $5::boolean[], $6::text[], $7::text[], $8, $9, $10)"
_FILE = "select nation_file($1, $2, $3, $4, $5, $6, $7)"
_BEGIN = "select nation_begin($1, $2, $3, $4)::text"
_PART = "select nation_part($1, $2, $3, $4, $5)::text"
_END = "select nation_end($1, $2, $3)::text"
_STALE = "select nation_stale($1, $2, $3, $4, $5, $6)::text"
_NOTIFY = "select pg_notify('progress', $1)"
STALE = "national_stale"


class _Stale(Exception):  # noqa: N818 - a turn of the execution, not an error
    """A record that changed since it was consented to; undoes the transaction."""


async def decide(ctx: RequestContext, nation: Connection) -> Mapping[str, int]:
    """Write down what is decided on each item, over the digests that were read."""
    entries = ctx.arguments["items"]
    columns = ([entry[name] for entry in entries] for name in ("item", "approved", "digest", "why"))
    with _refusals(ActPair.SUBMIT_AND_DECIDE):
        async with nation.transaction():
            await check_publication(nation, ctx.services.publication)
            await nation.execute(
                _DECIDE, *_who(ctx), *columns, ctx.now, ctx.services.policy_version, ctx.services.trace
            )
    return _touched(ctx)


async def file(ctx: RequestContext, nation: Connection) -> Mapping[str, int]:
    """File the request under its number."""
    with _refusals(ActPair.SUBMIT_AND_DECIDE):
        number = ctx.arguments["filing_number"]
        async with nation.transaction():
            await check_publication(nation, ctx.services.publication)
            await nation.execute(_FILE, *_who(ctx), number, ctx.now, ctx.services.policy_version, ctx.services.trace)
    return _touched(ctx)


async def execute(ctx: RequestContext, nation: Connection) -> Mapping[str, int]:
    """Execute everything that was consented to in one transaction, or nothing; what has changed goes back."""
    try:
        with _refusals(ActPair.DECIDE_AND_EXECUTE):
            async with nation.transaction():
                await check_publication(nation, ctx.services.publication)
                total = await _execute(ctx, nation)
    except _Stale:
        raise await _gone_back(ctx, nation) from None
    await _notify_progress(ctx, total, total)
    return _touched(ctx)


async def _execute(ctx: RequestContext, nation: Connection) -> int:
    begun = orjson.loads(await nation.fetchval(_BEGIN, *_who(ctx), ctx.now))
    execution, total, done = begun["execution"], int(begun["items"]), 0
    if begun["already"]:
        return total
    last: int | None = 0
    while last is not None:
        if done < total:  # the whole is reported after COMMIT
            await _notify_progress(ctx, done, total)
        part = await nation.fetchval(_PART, execution, last, AT_ONCE, ctx.services.policy_version, ctx.services.trace)
        step = orjson.loads(part)
        done, last = done + step["done"], step["last"]
    await nation.fetchval(_END, execution, ctx.services.policy_version, ctx.services.trace)
    return total


async def _notify_progress(ctx: RequestContext, done: int, total: int) -> None:
    """Notify listeners of the progress, on a connection outside the transaction: they learn of it before COMMIT."""
    request = _touched(ctx)["national_request"]
    signature = sign(ctx.services.progress_key, (request, done, total))
    progress = {"request": request, "done": done, "total": total, "mac": signature}
    await ctx.connection.execute(_NOTIFY, orjson.dumps(progress).decode())


async def _gone_back(ctx: RequestContext, nation: Connection) -> StepRefused:
    """Report that nothing was executed and name the items that go back to the province."""
    now = ctx.services.clock.now()  # the execution may have taken longer than the database lets a time lie back
    with _refusals(ActPair.DECIDE_AND_EXECUTE):
        answer = await nation.fetchval(_STALE, *_who(ctx), now, ctx.services.policy_version, ctx.services.trace)
    stale = orjson.loads(answer)["stale"]
    return StepRefused([about_items(breach_of(RECORD_CHANGED.judge(False, count=len(stale))), stale)])


def _who(ctx: RequestContext) -> tuple[int, int, int]:
    return ctx.subject.account, ctx.subject.post, _touched(ctx)["national_request"]


def _touched(ctx: RequestContext) -> Mapping[str, int]:
    return {"national_request": int(ctx.required_request["id"])}


@contextmanager
def _refusals(pair: ActPair) -> Iterator[None]:
    """Turn refusals of the nation's functions into problems that name the items they are about."""
    try:
        yield
    except asyncpg.CheckViolationError as error:
        refused = _REFUSALS.get(str(error.constraint_name))
        if refused is None:
            raise
        if error.constraint_name == STALE and pair is ActPair.DECIDE_AND_EXECUTE:
            raise _Stale from None
        items = [int(number) for number in (error.detail or "").split(",") if number.isdigit()]
        raise StepRefused([about_items(refused(pair, len(items)), items)]) from None


_REFUSALS: Mapping[str, Callable[[ActPair, int], StepProblem]] = {
    "national_official": lambda _, __: problem_of(STEP_NOT_ALLOWED),
    "national_same_person": lambda pair, _: breach_of(SAME_PERSON.judge(False, pair=pair)),
    "national_moment": lambda _, __: problem_of(CLOCK_APART),
    "national_state": lambda _, __: problem_of(REQUEST_MOVED_ON),
    "national_reason": lambda _, __: breach_of(NO_GROUNDS.judge(False)),
    "national_nothing_approved": lambda _, __: breach_of(NOTHING_CONSENTED.judge(False)),
    STALE: lambda _, count: breach_of(RECORD_CHANGED.judge(False, count=count)),
}

"""席位 The seat an appointment is about: unit, department, duty, days, and who is or would be in it. RULES §2

Looked up so that nothing is told of what lies beyond the asker's reach: absent and forbidden are both None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.access.actions import READ
from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.clock import today
from api.rules.themes.appointment import AppointmentChange
from api.rules.units import NATION
from api.rules.words.vocabulary import AccountState, Department, Duty, Kind, Tier
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.errors import WRONG_STATE, NotTaken, StepProblem, problem_of
from api.workflow.engine.perform import Desk
from api.workflow.posts.errors import (
    ACCOUNT_NAME_FORM,
    ACCOUNT_NAME_TAKEN,
    POST_HELD,
    WISH_INCOMPLETE,
    account_name_good,
)
from api.workflow.posts.proposal import Newcomer, Wish

Place = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """`places` are all places one must be above; `person` is None for somebody never recorded."""

    unit: int
    tier: Tier
    department: Department
    duty: Duty
    since: date | None
    until: date | None
    post: int | None
    account: int | None
    person: int | None
    places: tuple[Place, ...]


_PLACE = ", ".join(f"u.{tier}" for tier in TIER_COLUMNS)
_UNIT = f"select u.id, u.code, u.tier, {_PLACE} from unit u where u.code = $1 and u.valid_until is null"  # noqa: S608 - declared names
_HELD = f"""
select p.id as post, p.unit, p.department, p.duty, p.since, p.until, a.id as account, a.person, u.tier, {_PLACE}
from account a join post p on p.account = a.id join unit u on u.id = p.unit
where {{which}} order by length(u.code), p.id"""  # noqa: S608 - declared names
POST_BY_ID = _HELD.format(which="p.id = $1")
POSTS_OF_ACCOUNT = _HELD.format(which="a.id = $1")


def facts_of(place: Place) -> ObjectFacts:
    """What a decision asks of an official there."""
    return ObjectFacts(place=(NATION, *(place[tier] for tier in TIER_COLUMNS if place[tier] is not None)))


def may(desk: Desk, subject: Subject, action: str, place: Place) -> bool:
    """Whether the policy lets the subject do this to an official of that place."""
    return desk.decide(subject, action, Kind.OFFICIAL, facts_of(place))


async def seat_of(connection: Any, subject: Subject, desk: Desk, wish: Wish) -> Seat | None:
    """The seat, or None where there is nothing the subject may see; WISH_INCOMPLETE when the wish names too little."""
    match wish.change:
        case AppointmentChange.GIVE:
            return await _given(connection, subject, desk, wish)
        case AppointmentChange.END:
            _needs(wish.post is not None, "post", "a post")
            rows = await connection.fetch(POST_BY_ID, wish.post)
            return _held(rows[0], rows) if rows else None
        case AppointmentChange.RESTORE:
            _needs(wish.account is not None, "account", "an account")
            rows = await open_posts(connection, wish.account, desk)
            return _held(rows[0], rows) if rows else None


async def open_posts(connection: Any, account: int | None, desk: Desk) -> list[Place]:
    """The posts of an account that have not ended, the highest first; all of them when every one has. Row-locked."""
    await connection.execute("select from account where id = $1 for update", account)
    rows = await connection.fetch(POSTS_OF_ACCOUNT, account)
    day = today(desk.clock)
    return [row for row in rows if row["until"] is None or row["until"] >= day] or list(rows)


def _needs(given: bool, field: str, expected: str) -> None:
    if not given:
        raise NotTaken([problem_of(WISH_INCOMPLETE, field=field, expected=expected)])


async def _given(connection: Any, subject: Subject, desk: Desk, wish: Wish) -> Seat | None:
    _needs(wish.unit is not None, "unit", "a unit code")
    _needs(wish.department is not None, "department", "a department")
    _needs(wish.duty is not None, "duty", "a duty")
    _needs((wish.account is None) is not (wish.newcomer is None), "account", "either an account or a person")
    assert wish.department is not None
    assert wish.duty is not None
    unit = await connection.fetchrow(_UNIT, wish.unit)
    if unit is None:
        return None
    if wish.newcomer is not None:
        person = await _known(connection, wish.newcomer.person_key)
    else:
        held = await connection.fetch(POSTS_OF_ACCOUNT, wish.account)
        if not any(may(desk, subject, READ, row) for row in held):
            return None
        person = held[0]["person"]
    return Seat(
        unit=unit["id"],
        tier=Tier[unit["tier"]],
        department=wish.department,
        duty=wish.duty,
        since=wish.since or today(desk.clock),
        until=wish.until,
        post=None,
        account=wish.account,
        person=person,
        places=(unit,),
    )


def _held(row: Place, places: list[Place]) -> Seat:
    return Seat(
        unit=row["unit"],
        tier=Tier[row["tier"]],
        department=Department[row["department"]],
        duty=Duty[row["duty"]],
        since=row["since"],
        until=row["until"],
        post=row["post"],
        account=row["account"],
        person=row["person"],
        places=tuple(places),
    )


async def _known(connection: Any, key: bytes | None) -> int | None:
    found: int | None = await connection.fetchval("select id from person where person_key = $1", key)
    return found


async def person_of(connection: Any, appointment: Place) -> int | None:
    """The person an appointment is about; None for somebody never recorded."""
    if appointment["account"] is None:
        return await _known(connection, appointment["person_key"])
    found: int = await connection.fetchval("select person from account where id = $1", appointment["account"])
    return found


async def stands_against(connection: Any, wish: Wish, seat: Seat) -> list[StepProblem]:
    """What the tables have against a wish."""
    if wish.newcomer is not None:
        return await _newcomer(connection, wish.newcomer)
    if wish.change is AppointmentChange.GIVE and await connection.fetchval(
        """select exists (select from post where account = $1 and unit = $2 and department = $3 and duty = $4
             and (until is null or until >= $5))""",
        seat.account,
        seat.unit,
        seat.department.name,
        seat.duty.name,
        seat.since,
    ):
        return [problem_of(POST_HELD)]
    if wish.change is AppointmentChange.RESTORE:
        state = await connection.fetchval("select state from account where id = $1", seat.account)
        if state != AccountState.DISABLED.name:
            return [problem_of(WRONG_STATE, expected=AccountState.DISABLED.name, found=state)]
    return []


async def _newcomer(connection: Any, newcomer: Newcomer) -> list[StepProblem]:
    if not account_name_good(newcomer.account_name):
        return [problem_of(ACCOUNT_NAME_FORM, field="accountName")]
    taken = await connection.fetchval(
        """select exists (select from account where name = $1 or oidc_subject = $2)
             or exists (select from appointment where state = 'PROPOSED' and account_name = $1)""",
        newcomer.account_name,
        newcomer.oidc_subject,
    )
    return [problem_of(ACCOUNT_NAME_TAKEN, field="accountName")] if taken else []

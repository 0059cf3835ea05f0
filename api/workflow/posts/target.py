"""岗位目标 Target of an appointment: unit, department, duty, days and person. RULES §2

Looked up so that nothing is told of a row beyond the subject's reach: absent and forbidden are both None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from api.access.actions import READ
from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.clock import today
from api.database import Connection, Row
from api.rules.themes.appointment import AppointmentChange
from api.rules.words.vocabulary import AccountState, Department, Duty, Kind, Tier
from api.schema.declare import TIER_COLUMNS
from api.schema.paths import Columns, path_of
from api.schema.rows.posts import AppointmentRow
from api.workflow.engine.contexts import StepServices
from api.workflow.engine.errors import StepProblem, StepRefused, problem_of
from api.workflow.engine.handler import PermissionCheck, wrong_state
from api.workflow.posts.errors import (
    ACCOUNT_NAME_FORM,
    ACCOUNT_NAME_TAKEN,
    POST_HELD,
    PROPOSAL_FIELDS,
    PROPOSAL_INCOMPLETE,
    account_name_good,
)
from api.workflow.posts.proposal import AppointmentProposal, Newcomer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PostTarget:
    """The post an appointment is about, or the posts of the account it restores.

    unit        id of the unit
    tier        its tier
    department  department of the post
    duty        duty of the post
    since       first day
    until       last day
    post        id of the post where it exists
    account     id of the account that holds or would hold it; None for a newcomer
    person      id of the person; None for a newcomer never recorded
    places      every place the subject must be above
    """

    unit: int
    tier: Tier
    department: Department
    duty: Duty
    since: date | None
    until: date | None
    post: int | None
    account: int | None
    person: int | None
    places: tuple[Columns, ...]


_PLACE = ", ".join(f"u.{tier}" for tier in TIER_COLUMNS)
_UNIT = f"select u.id, u.code, u.tier, {_PLACE} from unit u where u.code = $1 and u.valid_until is null"  # noqa: S608 - declared names
_HELD = f"""
select p.id as post, p.unit, p.department, p.duty, p.since, p.until, a.id as account, a.person, u.tier, {_PLACE}
from account a join post p on p.account = a.id join unit u on u.id = p.unit
where {{which}} order by length(u.code), p.id"""  # noqa: S608 - declared names
POST_BY_ID = _HELD.format(which="p.id = $1")
POSTS_OF_ACCOUNT = _HELD.format(which="a.id = $1")
_PERSON = "select id from person where person_key = $1"
_HOLDS = """
select exists (select from post where account = $1 and unit = $2 and department = $3 and duty = $4
  and (until is null or until >= $5))"""
_NAME_TAKEN = """
select exists (select from account where name = $1 or oidc_subject = $2)
  or exists (select from appointment where state = 'PROPOSED' and account_name = $1)"""


def official_at(action: str, place: Columns) -> PermissionCheck:
    """The check whether the subject may do this to an official of that place."""
    return PermissionCheck(action, Kind.OFFICIAL, ObjectFacts(path_of(place)))


def may(services: StepServices, subject: Subject, action: str, place: Columns) -> bool:
    """Whether the policy lets the subject do this to an official of that place."""
    return official_at(action, place).allowed(services.decide, subject)


async def target_of(
    connection: Connection, subject: Subject, services: StepServices, proposal: AppointmentProposal
) -> PostTarget | None:
    """The target; None where there is nothing the subject may see. PROPOSAL_INCOMPLETE when a field is missing."""
    match proposal.change:
        case AppointmentChange.GIVE:
            return await _new_post(connection, subject, services, proposal)
        case AppointmentChange.END:
            rows = await connection.fetch(POST_BY_ID, _needed(proposal.post, "post", "a post"))
            return _held(rows) if rows else None
        case AppointmentChange.RESTORE:
            account = _needed(proposal.account, "account", "an account")
            rows = await open_posts(connection, account, services)
            return _held(rows) if rows else None


async def open_posts(connection: Connection, account: int, services: StepServices) -> list[Row]:
    """The posts of an account that have not ended, the highest first; all of them when every one has. Row-locked."""
    await connection.execute("select from account where id = $1 for update", account)
    rows = await connection.fetch(POSTS_OF_ACCOUNT, account)
    day = today(services.clock)
    return [row for row in rows if row["until"] is None or row["until"] >= day] or rows


def _needed(value: T | None, field: str, expected: str) -> T:
    if value is None:
        raise _incomplete(field, expected)
    return value


def _incomplete(field: str, expected: str) -> StepRefused:
    return StepRefused([problem_of(PROPOSAL_INCOMPLETE, field=PROPOSAL_FIELDS[field], expected=expected)])


async def _new_post(
    connection: Connection, subject: Subject, services: StepServices, proposal: AppointmentProposal
) -> PostTarget | None:
    code = _needed(proposal.unit, "unit", "a unit code")
    department = _needed(proposal.department, "department", "a department")
    duty = _needed(proposal.duty, "duty", "a duty")
    if (proposal.account is None) is (proposal.newcomer is None):
        raise _incomplete("account", "either an account or a person")
    unit = await connection.fetchrow(_UNIT, code)
    if unit is None:
        return None
    if proposal.newcomer is not None:
        person = await connection.fetchval(_PERSON, proposal.newcomer.person_key)
    else:
        posts = await connection.fetch(POSTS_OF_ACCOUNT, proposal.account)
        if not any(may(services, subject, READ, post) for post in posts):
            return None
        person = posts[0]["person"]
    return PostTarget(
        unit=unit["id"],
        tier=Tier[unit["tier"]],
        department=department,
        duty=duty,
        since=proposal.since or today(services.clock),
        until=proposal.until,
        post=None,
        account=proposal.account,
        person=person,
        places=(unit,),
    )


def _held(posts: Sequence[Row]) -> PostTarget:
    """The highest of the posts; the subject must be above them all."""
    post = posts[0]
    return PostTarget(
        unit=post["unit"],
        tier=Tier[post["tier"]],
        department=Department[post["department"]],
        duty=Duty[post["duty"]],
        since=post["since"],
        until=post["until"],
        post=post["post"],
        account=post["account"],
        person=post["person"],
        places=tuple(posts),
    )


async def person_of(connection: Connection, appointment: AppointmentRow) -> int | None:
    """The person an appointment is about; None for a person never recorded."""
    if appointment["account"] is None:
        person: int | None = await connection.fetchval(_PERSON, appointment["person_key"])
        return person
    holder: int = await connection.fetchval("select person from account where id = $1", appointment["account"])
    return holder


async def conflicts(connection: Connection, proposal: AppointmentProposal, target: PostTarget) -> list[StepProblem]:
    """Problems with rows that exist already: the name is taken, the post is held, the account is active."""
    if proposal.newcomer is not None:
        return await _name_problems(connection, proposal.newcomer)
    if proposal.change is AppointmentChange.GIVE:
        post = (target.account, target.unit, target.department.name, target.duty.name, target.since)
        return [problem_of(POST_HELD)] if await connection.fetchval(_HOLDS, *post) else []
    if proposal.change is AppointmentChange.RESTORE:
        state = await connection.fetchval("select state from account where id = $1", target.account)
        return list(wrong_state(state, [AccountState.DISABLED]))
    return []


async def _name_problems(connection: Connection, newcomer: Newcomer) -> list[StepProblem]:
    if not account_name_good(newcomer.account_name):
        return [problem_of(ACCOUNT_NAME_FORM, field=PROPOSAL_FIELDS["accountName"])]
    taken = await connection.fetchval(_NAME_TAKEN, newcomer.account_name, newcomer.oidc_subject)
    return [problem_of(ACCOUNT_NAME_TAKEN, field=PROPOSAL_FIELDS["accountName"])] if taken else []

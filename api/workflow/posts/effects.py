"""任免生效 Store an answer and carry an approval out: the account and post it makes, the post it ends. RULES §2

The database lets nothing else happen, and none of it twice.
"""

from api.database import fetch_row
from api.rules.themes.appointment import AppointmentChange, AppointmentState
from api.rules.words.vocabulary import AccountState
from api.schema.declare import TIER_COLUMNS
from api.schema.rows.posts import AppointmentRow
from api.workflow.posts.handler import AppointmentContext

_PLACE = ", ".join(TIER_COLUMNS)
_GIVE = f"""
insert into post (account, unit, tier, department, duty, since, until, {_PLACE})
select account, unit, tier, department, duty, since, until, {_PLACE} from appointment where id = $1"""  # noqa: S608 - declared names
_ANSWER = """
update appointment set state = $2, decider = $3, decided_person = $4, decided_account = $5, decided_at = $6,
  answer = $7, version = version + 1 where id = $1 returning *"""
_CURRENT = "select * from appointment where id = $1"
_PERSON = "select id from person where person_key = $1"
_NEW_PERSON = "insert into person (name, person_key) values ($1, $2) returning id"
_NEW_ACCOUNT = "insert into account (person, name, state, oidc_subject) values ($1, $2, $3, $4)"


async def store_answer(ctx: AppointmentContext, state: AppointmentState, answer: str | None) -> None:
    """Store what is answered, and who answers."""
    subject, number = ctx.subject, ctx.required_appointment["id"]
    decider = (subject.post, subject.person, subject.account)
    values = (number, state.name, *decider, ctx.now, answer)
    ctx.appointment = await fetch_row(ctx.connection, AppointmentRow, _ANSWER, *values)


async def carry_out(ctx: AppointmentContext) -> None:
    """Do what the approved appointment is for; triggers note on it what was done."""
    connection, row = ctx.connection, ctx.required_appointment
    match AppointmentChange[row["change"]]:
        case AppointmentChange.GIVE:
            if row["account"] is None:
                await _make_account(ctx, row)
            await connection.execute(_GIVE, row["id"])
        case AppointmentChange.END:
            await connection.execute("update post set until = $2 where id = $1", row["post"], row["until"])
        case AppointmentChange.RESTORE:
            state = AccountState.ACTIVE.name
            await connection.execute("update account set state = $2 where id = $1", row["account"], state)
    ctx.appointment = await fetch_row(connection, AppointmentRow, _CURRENT, row["id"])


async def _make_account(ctx: AppointmentContext, row: AppointmentRow) -> None:
    connection = ctx.connection
    person = await connection.fetchval(_PERSON, row["person_key"])
    if person is None:
        person = await connection.fetchval(_NEW_PERSON, row["person_name"], row["person_key"])
    state = AccountState.ACTIVE.name
    await connection.execute(_NEW_ACCOUNT, person, row["account_name"], state, row["oidc_subject"])

"""任免生效 Carry an approved appointment out: the person, account and post it makes, or the post it ends. RULES §2

The database lets nothing else happen, and none of it twice (m0017).
"""

from typing import Any

from api.rules.themes.appointment import AppointmentChange
from api.rules.words.vocabulary import AccountState
from api.schema.declare import TIER_COLUMNS

_PLACE = ", ".join(TIER_COLUMNS)
_GIVE = f"""
insert into post (account, unit, tier, department, duty, since, until, {_PLACE})
select account, unit, tier, department, duty, since, until, {_PLACE} from appointment where id = $1"""  # noqa: S608 - declared names


async def carry_out(connection: Any, number: int) -> None:
    """Do what the approved appointment says, in its own transaction."""
    row = await connection.fetchrow("select * from appointment where id = $1", number)
    match AppointmentChange[row["change"]]:
        case AppointmentChange.GIVE:
            if row["account"] is None:
                await _account(connection, row)
            await connection.execute(_GIVE, number)
        case AppointmentChange.END:
            await connection.execute("update post set until = $2 where id = $1", row["post"], row["until"])
        case AppointmentChange.RESTORE:
            await connection.execute(
                "update account set state = $2 where id = $1", row["account"], AccountState.ACTIVE.name
            )


async def _account(connection: Any, row: Any) -> None:
    known = await connection.fetchval("select id from person where person_key = $1", row["person_key"])
    person = known or await connection.fetchval(
        "insert into person (name, person_key) values ($1, $2) returning id", row["person_name"], row["person_key"]
    )
    await connection.execute(
        "insert into account (person, name, state, oidc_subject) values ($1, $2, $3, $4)",
        person,
        row["account_name"],
        AccountState.ACTIVE.name,
        row["oidc_subject"],
    )

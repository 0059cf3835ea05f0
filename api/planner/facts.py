"""对象事实 Facts about one stored object for a decision: the place, state and departments that plans read too. Q1"""

from api.access.household_facts import facts_of_household
from api.access.request import ObjectFacts
from api.database import Connection
from api.rules.words.vocabulary import Kind
from api.schema.catalogue import Type
from api.schema.declare import TIER_COLUMNS
from api.schema.paths import path_of

_COOPERATING = ", ".join(f"h.cooperating_{tier}" for tier in TIER_COLUMNS)


async def facts_of_row(connection: Connection, type_: Type, number: int) -> ObjectFacts | None:
    """The facts of a row; None when there is none."""
    sql = _of_household(type_) if type_.household else _of_placed(type_)
    row = await connection.fetchrow(sql, number)
    if row is None:
        return None
    if type_.household:
        return facts_of_household(row, row["sectors"], row["state"])
    return ObjectFacts(path_of(row), state=row["state"])


def _of_household(type_: Type) -> str:
    tiers = ", ".join(f"h.{tier}" for tier in TIER_COLUMNS)
    sectors = "array(select v.department from involvement v where v.household = h.id) as sectors"
    key = "h.id = t.id" if type_.name == "Household" else "h.id = t.household"
    return (
        f"select {tiers}, {_COOPERATING}, {sectors}, {_state(type_)} as state"
        f' from "{type_.table}" t join household h on {key} where t.id = $1'
    )


def _of_placed(type_: Type) -> str:
    tiers = ", ".join(f"t.{tier}" if type_.placed else f"null as {tier}" for tier in TIER_COLUMNS)
    return f'select {tiers}, {_state(type_)} as state from "{type_.table}" t where t.id = $1'


def _state(type_: Type) -> str:
    """The state policy rows mean, as `conditions` has it."""
    if type_.kind is Kind.HOUSEHOLD:
        return "h.monitoring_state"
    if type_.kind is Kind.CASE and type_.name != "MonitoringCase":
        return "(select c.state from monitoring_case c where c.id = t.monitoring_case)"
    if type_.kind is Kind.POLICY and type_.name != "PolicyVersion":
        return "(select v.state from policy_version v where v.id = t.policy_version)"
    return "t.state" if "state" in type_.by_column else "null::text"

"""计入成员 Members of a household that count, and their labour ability, for plans and safety-net marks. Q14–15, Q20"""

from api.database import Row
from api.rules.themes.eligibility import Registration, counts
from api.rules.words.judging import Counted
from api.rules.words.vocabulary import HukouNature, Labour
from api.workflow.cases.context import HouseholdContext

URBAN_ALLOWANCE = "URBAN"
_MEMBERS = """
select labour, hukou, relocated, employee_pension, allowance, extreme_poverty from member
where household = $1 and left_on is null order by id"""


async def members_counted(ctx: HouseholdContext) -> list[Row]:
    """The members who count, as far as their registration is on record. Q14, Q15"""
    return [row for row in await ctx.connection.fetch(_MEMBERS, ctx.household["id"]) if _counts(row)]


async def labour_of_members(ctx: HouseholdContext) -> tuple[Labour, ...]:
    """Labour ability of the members who count, as far as it is recorded. Q20"""
    return tuple(Labour[row["labour"]] for row in await members_counted(ctx) if row["labour"] is not None)


def _counts(row: Row) -> bool:
    registration = Registration(
        hukou=HukouNature[row["hukou"]] if row["hukou"] is not None else HukouNature.RURAL,
        relocated=bool(row["relocated"]),
        urban_protection=bool(row["employee_pension"]) or row["allowance"] == URBAN_ALLOWANCE,
    )
    return counts(registration).counted is not Counted.NO

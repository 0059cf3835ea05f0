"""监测范围报备 Provinces that have set and filed a year's threshold, and provinces that are late. Q10"""

import datetime
from typing import Annotated

import strawberry

from api.clock import today
from api.resolvers.execution import context_of
from api.rules.limits.deadlines import due_on
from api.rules.limits.tightening import setting_in_force
from api.rules.numbers.parameters import THRESHOLD_FILING_DAY
from api.rules.themes.threshold import filed_in_time
from api.rules.units import NATION
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import ThresholdState
from api.schema.bounds import YEAR, check
from api.schema.build import described, enum_of, field_of
from api.workflow.numbers.handler import overrides_of

StateEnum = enum_of(ThresholdState)
_PROVINCES = """
select u.code, u.name, t.state, t.filed_on from unit u left join threshold t on t.unit = u.id and t.year = $1
where u.tier = 'PROVINCE' and u.valid_until is null order by u.code"""


@strawberry.type(description="监测范围报备 How far one province is with a year's threshold. Q10")
class ThresholdFiling:
    """One province and one year."""

    code: str = strawberry.field(description="代码 Code of the province.")
    name: str = strawberry.field(description="名称 Its name.")
    state: StateEnum | None = strawberry.field(description="状态 State of its threshold; null while none is set.")  # type: ignore[valid-type]
    due_on: datetime.date = strawberry.field(description="报备期限 Last day to set and file it.")
    filed_on: datetime.date | None = strawberry.field(description="报备日期 Day it was filed.")
    overdue: bool = strawberry.field(description="逾期 Whether it is, or was filed, after that day.")


async def _filings(info: strawberry.Info, *, year: int) -> list[ThresholdFiling]:
    check(YEAR, year, "year")
    ctx = context_of(info)
    day = today(ctx.worker.clock)
    async with ctx.worker.writing() as connection:
        rows = await connection.fetch(_PROVINCES, year)
        overrides = await overrides_of(connection, [NATION, *(row["code"] for row in rows)])
    filings = []
    for row in rows:
        setting = setting_in_force(THRESHOLD_FILING_DAY, (row["code"], NATION), day, overrides)
        due = due_on(DeadlineKind.THRESHOLD_FILING, datetime.date(year, 1, 1), setting)
        overdue = not filed_in_time(year, row["filed_on"], day, setting).holds
        state = StateEnum[row["state"]] if row["state"] else None
        filings.append(
            ThresholdFiling(
                code=row["code"],
                name=row["name"],
                state=state,
                due_on=due,
                filed_on=row["filed_on"],
                overdue=overdue,
            )
        )
    return filings


_YEAR = Annotated[int, strawberry.argument(description=described("年度", "Year."))]
THRESHOLD_FILINGS = field_of(
    "thresholdFilings",
    list[ThresholdFiling],
    "监测范围报备 Every province with its threshold of a year: set, filed, acknowledged, late. Q10",
    _filings,
    {"year": _YEAR},
)

"""重新推算 Recomputes open time limits when a place sets a number of its own, or a household changes place. Q1

One statement per setting that differs below the place; columns that show an earliest due day follow in the same one.
The SQL computes what `due_on` computes; a test compares them.
"""

from datetime import date

from api.database import Connection, Row
from api.rules.limits.deadlines import DEADLINES
from api.rules.limits.tightening import Setting, override_of, setting_in_force, whole_number
from api.rules.numbers.parameter import DayOfYear, Parameter
from api.rules.units import NATION, tier_of
from api.rules.words.judging import Anchor, Dimension
from api.rules.words.vocabulary import Tier
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.contexts import StepContext

"""Advisory lock, by province: steps share it, the step that puts a number in force holds it alone."""
_COLUMN = dict(zip((Tier.PROVINCE, Tier.CITY, Tier.COUNTY, Tier.TOWNSHIP, Tier.VILLAGE), TIER_COLUMNS, strict=True))
_PROVINCES = "select distinct code from unit where tier = 'PROVINCE' order by code"
_IN_FORCE = """
select u.code as unit, array_remove(array[u.province, u.city, u.county, u.township, u.village], null) as path,
  s.parameter, s.value, s.dimension, s.since::text as since
from parameter_setting s join unit u on u.id = s.unit where s.since is not null and s.parameter = $1
order by s.id"""
_DUE = {
    Dimension.DAYS: "d.runs_from + $2::int",
    Dimension.MONTHS: "(d.runs_from + make_interval(months => $2::int))::date",
    Dimension.DAY_OF_YEAR: "make_date(extract(year from d.runs_from)::int, $2::int / 100, $2::int % 100)",
}
_RECOMPUTE = """
with changed as (
  update deadline d set due_on = {due}, length = {length}, dimension = $3
  where d.done_on is null and d.kind = any($1::text[]) and {where}
    and (d.due_on, d.length, d.dimension) is distinct from ({due}, {length}, $3::text)
  returning d.*),
clues as (update clue c set due_on = d.due_on from changed d where c.id = d.clue),
cases as (update monitoring_case c set due_on = d.due_on from changed d
  where c.id = d.monitoring_case and c.due_on is not null
    and d.kind in ('PLAN', 'GREEN_CHANNEL_VERIFICATION', 'YEARLY_UPDATE')),
proceedings as (update proceeding p set due_on = d.due_on from changed d
  where p.ended_on is null and p.due_on is not null
    and (p.clue = d.clue and d.kind = 'IDENTIFICATION'
      or p.monitoring_case = d.monitoring_case and d.kind = 'GREEN_CHANNEL_VERIFICATION'))
select count(*) from changed"""


def kinds_of(parameter: Parameter) -> list[str]:
    """The kinds of a household's time limit whose length the parameter is."""
    ours = ((kind, deadline) for kind, deadline in DEADLINES.items() if deadline.parameter is parameter)
    return [kind.name for kind, deadline in ours if deadline.anchor is not Anchor.QUARTER]


async def lock_numbers(connection: Connection, unit: Row) -> None:
    """Wait for every step under way below the unit, and let none begin: no limit mixes the old length and the new."""
    province = unit["province"]
    codes = [province] if province else [row["code"] for row in await connection.fetch(_PROVINCES)]
    for code in codes:
        await connection.execute("select change_numbers($1)", code)


async def recompute_below(connection: Connection, parameter: Parameter, unit: Row, day: date) -> int:
    """Recompute the open limits of every household below a unit, from the top down; how many changed."""
    rows = await connection.fetch(_IN_FORCE, parameter.name)
    overrides = [override_of(dict(row.items())) for row in rows]
    below = {row["unit"]: tuple(row["path"]) for row in rows if unit["code"] in (NATION, *row["path"])}
    paths = {unit["code"]: tuple(unit[tier] for tier in TIER_COLUMNS if unit[tier]), **below}
    count = 0
    for code, path in sorted(paths.items(), key=lambda entry: len(entry[1])):
        setting = setting_in_force(parameter, (*path[::-1], NATION), day, overrides)
        where = "$4 = '0'" if code == NATION else f"d.{_COLUMN[tier_of(code)]} = $4"
        count += await _recompute(connection, parameter, setting, where, code)
    return count


async def recompute_household(ctx: StepContext, household: int) -> int:
    """Recompute the open limits of a household that moved to another unit; how many changed. Q16"""
    count = 0
    for parameter in {deadline.parameter.name: deadline.parameter for deadline in DEADLINES.values()}.values():
        setting = ctx.setting(parameter)
        count += await _recompute(ctx.connection, parameter, setting, "d.household = $4", household)
    return count


async def _recompute(connection: Connection, parameter: Parameter, setting: Setting, where: str, key: str | int) -> int:
    kinds = kinds_of(parameter)
    if not kinds:
        return 0
    value = setting.value
    number = value.month * 100 + value.day if isinstance(value, DayOfYear) else whole_number(setting)
    due = _DUE[setting.dimension]
    length = f"({due}) - d.runs_from" if isinstance(value, DayOfYear) else "$2::int"
    dimension = None if setting.dimension is parameter.dimension else setting.dimension.name
    sql = _RECOMPUTE.format(due=due, length=length, where=where)
    return int(await connection.fetchval(sql, kinds, number, dimension, key))

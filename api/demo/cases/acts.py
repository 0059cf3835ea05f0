"""办理记录 Acts of demo households, worked out from the days of their rows, each with the picture of its case. Q33, Q40

Acts are the demo officials', of the household's own unit where it has any. A case has acts from the step that made it;
what was done before stands without one, as in the product.
"""

from api.database import Connection
from api.demo.cases.procedure import STEPS, Taken
from api.demo.cases.snapshots import COURSES, FLAGS, picture

TABLES = ["act"]
_OFFICIALS = """
create temporary table officials on commit drop as
select lower(concat_ws(':', p.tier, p.department, p.duty)) as role, p.tier, u.code as unit, a.id as account,
  a.person, p.id as post, row_number() over (partition by p.tier, p.department, p.duty order by p.id) = 1 as first
from post p join account a on a.id = p.account join unit u on u.id = p.unit
where p.province = $1 or p.tier = 'NATIONAL'"""
_OF_PROCEEDINGS = """
  select x.household, x.id as proceeding, x.monitoring_case, s.step, s.taken_on, s.role, s.place,
    case when s.step like '%.verify_at_home' then jsonb_build_object('risks', coalesce(k.kinds, '["OTHER"]'))
    else '{{}}' end as arguments
  from proceeding x left join monitoring_case c on c.id = x.monitoring_case
  left join (select r.monitoring_case, jsonb_agg(distinct r.kind) as kinds from risk r where r.household >= $1
    group by 1) k on k.monitoring_case = x.monitoring_case
  cross join lateral (values {days}) s (step, taken_on, kind, role, place)
  where x.household >= $1 and s.kind = x.kind and s.taken_on is not null"""
_OF_ROWS = """
  select x.household, null, {case}, '{step}', {day}, '{role}', {place}, '{{}}'
  from {table} x where x.household >= $1 and ({day}) is not null and {has_case}"""
_ACTS = """
insert into act (household, proceeding, monitoring_case, step, taken_on, recorded_at, role, account, person, post,
  arguments, after)
select t.household, t.proceeding, case when t.begun then t.monitoring_case end, t.step, t.taken_on,
  (t.taken_on + time '12:00') at time zone 'Asia/Shanghai', t.role,
  t.account, t.person, t.post, t.arguments, case when t.begun then {picture} end
from (
  select t.*, {flags}, coalesce(o.account, d.account) as account, coalesce(o.person, d.person) as person,
    coalesce(o.post, d.post) as post
  from ({taken}) t (household, proceeding, monitoring_case, step, taken_on, role, place, arguments)
  left join course k on k.id = t.monitoring_case
  join household h on h.id = t.household join officials d on d.role = t.role and d.first
  left join officials o on o.role = t.role
    and o.unit = case d.tier when 'VILLAGE' then h.village when 'TOWNSHIP' then h.township else h.county end
  order by t.household, t.taken_on, t.place, t.proceeding offset 0) t"""


def _taken() -> str:
    """The steps of all rows."""
    of_proceedings = [numbered for numbered in enumerate(STEPS, 1) if numbered[1].source.isupper()]
    days = ", ".join(
        f"('{step.step}', {step.day}, '{step.source}', '{step.role}', {place})" for place, step in of_proceedings
    )
    others = [_of_row(step, place) for place, step in enumerate(STEPS, 1) if not step.source.isupper()]
    return " union all ".join([_OF_PROCEEDINGS.format(days=days), *others])


def _of_row(step: Taken, place: int) -> str:
    case = {"monitoring_case": "x.id", "clue": "null::bigint"}.get(step.source, "x.monitoring_case")
    has_case = "true" if step.source == "clue" else f"{case} is not null"
    return _OF_ROWS.format(
        case=case, step=step.step, day=step.day, role=step.role, place=place, table=step.source, has_case=has_case
    )


async def name_officials(connection: Connection, province: str) -> None:
    """Have at hand who acts, in a table of this transaction."""
    await connection.execute(_OFFICIALS, province)


async def tell(connection: Connection, first: int, *, past: bool) -> None:
    """Write the acts of every household from that id on. The indexes of what their cases hold must be there.

    `past`: with the pictures, which take half as long as everything else of a large province.
    """
    await connection.execute(COURSES, first)
    await connection.execute("analyze course, deadline")
    flags = ", ".join(f"{flag} as {name}" for name, flag in FLAGS.items())
    snapshot = picture() if past else "null::jsonb"
    sql = _ACTS.format(picture=snapshot, flags=flags, taken=_taken())
    await connection.execute(sql, first)

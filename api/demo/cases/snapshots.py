"""往日情况 The rows of a demo case as they stood after one of its acts, and the picture that the act keeps of them. Q33

The picture is the text of the view `current_case`, asked of these rows instead of the tables: so it has the form that
a trigger gives every act of the product. `t` is the act: its day, its place among the steps of a day, and what had
become of the case.
"""

import re

from api.database.objects import FOLDER
from api.demo.cases.procedure import PLACES, STEPS

_VIEW = FOLDER / "views" / "current_case.sql"
COURSES = f"""
create temporary table course on commit drop as
select c.id, coalesce(c.entered_on, c.identified_on) as began,
  case when c.entered_on is null then {PLACES["identification.approve"]} else {PLACES["green_channel.enter"]} end as
    began_at, i.approved_on as identified, case c.state when 'RISK_ELIMINATED' then e.announced_on end as eliminated,
  s.ended_on as marked, c.ended_on as ended
from monitoring_case c
left join proceeding i on i.monitoring_case = c.id and i.kind = 'IDENTIFICATION'
left join proceeding e on e.monitoring_case = c.id and e.kind = 'ELIMINATION'
left join proceeding s on s.monitoring_case = c.id and s.kind = 'SAFETY_NET' where c.household >= $1"""  # noqa: S608 - our own names
"""Of each case the days that decide what it was when. $1: the first household"""


def by(day: str, place: object) -> str:
    """SQL condition that a step taken on a day, with that place among the day's steps, had happened by the act `t`."""
    return f"coalesce(({day}, {place}) <= (t.taken_on, t.place), false)"


def happened(day: str, step: str) -> str:
    """SQL condition that a step taken on a day had been taken by the act `t`."""
    return by(day, PLACES[step])


FLAGS = {
    "begun": by("k.began", "k.began_at"),
    "identified": happened("k.identified", "identification.approve"),
    "eliminated": happened("k.eliminated", "elimination.announce"),
    "marked": happened("k.marked", "safety_net.confirm_by_township"),
    "ended": happened("k.ended", "green_channel.exit"),
}
"""What had become of a case, `k` its course."""

_OWED = "d.runs_from <= t.taken_on or d.kind = 'YEARLY_UPDATE' and t.eliminated"
_OPEN = "(d.done_on is null or d.done_on > t.taken_on)"
_CASE = f"""(select m.id, m.household, m.previous, case when t.identified then m.category end as category,
  case when t.ended then m.state when t.eliminated then 'RISK_ELIMINATED' when t.identified then 'IDENTIFIED'
    else 'GREEN_CHANNEL' end as state, m.entered_on, case when t.identified then m.identified_on end as identified_on,
  case when m.entered_on is not null or {happened("m.registered_on", "identification.register")} then m.registered_on
    end as registered_on,
  case when t.eliminated then m.eliminated_on end as eliminated_on, case when t.ended then m.ended_on end as ended_on,
  case when t.identified then m.threshold end as threshold,
  case when t.identified then m.threshold_amount end as threshold_amount, m.safety_net and t.marked as safety_net,
  (select min(d.due_on) from deadline d where d.household = m.household and d.monitoring_case = m.id
    and d.kind <> 'SYSTEM_ENTRY' and ({_OWED}) and {_OPEN}) as due_on, m.version from monitoring_case m)"""  # noqa: S608 - our own names
_HOME = """lateral (select g.id, g.unit, g.province, g.city, g.county, g.township, g.village, g.kind_of_household,
  g.people, g.jurisdiction, c.state as monitoring_state, c.category, c.safety_net from household g
  where g.id = c.household)"""
_RISK = f"""(select r.id, r.monitoring_case, case when gone then r.state else 'OPEN' end as state,
  case when gone then r.eliminated_on end as eliminated_on from risk r
  cross join lateral (select {happened("r.eliminated_on", "elimination.eliminate_risk")} as gone) f)"""  # noqa: S608 - our own names
_PLAN = f"""(select p.id, p.monitoring_case, p.version, case when declared then p.state else 'DRAFT' end as state,
  case when declared then p.declared_on end as declared_on from plan p
  cross join lateral (select {happened("p.declared_on", "assistance.declare_plan")} as declared) f
  where p.drafted_on <= t.taken_on)"""  # noqa: S608 - our own names
_MEASURE = f"""(select m.id, m.monitoring_case, m.plan, m.risk, m.declared_on, m.ends_on, m.version,
  case when m.state = 'STOPPED' and t.ended then m.state when completed then 'COMPLETED' when started then 'UNDER_WAY'
    else 'DECLARED' end as state, case when started then m.started_on end as started_on,
  case when completed then m.completed_on end as completed_on from measure m
  cross join lateral (select {happened("m.started_on", "assistance.start_measure")} as started,
    {happened("m.completed_on", "assistance.complete_measure")} as completed) f
  where {happened("m.declared_on", "assistance.declare_plan")})"""  # noqa: S608 - our own names
_DEADLINE = f"""(select d.id, d.household, d.proceeding, d.monitoring_case, d.kind, d.due_on, null::date as done_on
  from deadline d where ({_OWED}) and {_OPEN})"""  # noqa: S608 - our own names


def _stood() -> str:
    """The state of a proceeding `x` by the act `t`: the last step that had been taken, or what it is now."""
    last = {
        "GREEN_CHANNEL": f"""case when x.end_reason is null then {PLACES["identification.approve"]}
          else {PLACES["green_channel.exit"]} end""",
        "SAFETY_NET": PLACES["safety_net.confirm_by_township"],
        "IDENTIFICATION": PLACES["identification.announce"],
        "ELIMINATION": PLACES["elimination.announce"],
    }
    states = "".join(
        f" when x.kind = '{step.source}' and {happened(step.day, step.step)} then '{step.becomes}'"
        for step in reversed(STEPS)
        if step.becomes is not None and step.day.startswith("x.")
    )
    ends = " ".join(f"when '{kind}' then {place}" for kind, place in last.items())
    opens = " ".join(f"when '{kind}' then {PLACES[f'{kind.lower()}.open']}" for kind in last)
    return f"""(select x.id, x.monitoring_case, x.kind, x.version, case when over then x.ended_on end as ended_on,
  case when over then x.state when x.kind = 'GREEN_CHANNEL' then 'ENTERED'{states} end as state from proceeding x
  cross join lateral (select {by("x.ended_on", f"case x.kind {ends} end")} as over) f
  where {by("x.opened_on", f"case x.kind {opens} end")})"""  # noqa: S608 - our own names


_THEN = {
    "from monitoring_case c": f"from {_CASE} c",
    "join household h": f"cross join {_HOME} h",
    " on h.id = c.household": "",
    "from risk r": f"from {_RISK} r",
    "from plan p": f"from {_PLAN} p",
    "from measure m": f"from {_MEASURE} m",
    "from proceeding p": f"from {_stood()} p",
    "from deadline d": f"from {_DEADLINE} d",
}
_TABLES = re.compile("|".join(map(re.escape, _THEN)))


def picture() -> str:
    """The picture of the case of an act `t`, as an expression; LookupError when the view reads other tables."""
    _, begins, text = _VIEW.read_text(encoding="utf-8").partition("select c.id, ")
    expression, ends, tables = text.rpartition(" as picture")
    if not (begins and ends) or any(text.count(table) != 1 for table in _THEN):
        raise LookupError("current_case")
    text = _TABLES.sub(lambda table: _THEN[table[0]], f"select {expression}{tables.strip().removesuffix(';')}")
    # as text, read once: what is built of jsonb is taken apart and built again at each level
    text = text.replace("jsonb_", "json_")
    return f"({text} where c.id = t.monitoring_case)::jsonb"

-- 历史时点 Cases, risks, measures and proceedings as each step left them: rows of the pictures that acts keep. Q33
--
-- The number of a part is its act's with its place in the picture: no case has a thousand of anything.

create view case_moment as
  select a.id, a.household, a.monitoring_case, a.step, a.taken_on, a.recorded_at,
    (a.after->'household'->>'unit')::bigint as unit, c.category collate "C" as category, c.state collate "C" as state,
    c.entered_on, c.identified_on, c.registered_on, c.eliminated_on, c.ended_on, c.threshold_amount, c.safety_net,
    c.due_on
  from act a cross join lateral jsonb_to_record(a.after->'case') as c (category text, state text, entered_on date,
    identified_on date, registered_on date, eliminated_on date, ended_on date, threshold_amount numeric(14, 2),
    safety_net boolean, due_on date)
  where jsonb_typeof(a.after) = 'object';

create view risk_moment as
  select a.id * 1000 + p.place as id, a.household, a.id as moment, r.id as risk, r.state collate "C" as state,
    r.eliminated_on
  from act a cross join lateral jsonb_array_elements(a.after->'risks') with ordinality p (part, place)
  cross join lateral jsonb_to_record(p.part) as r (id bigint, state text, eliminated_on date)
  where jsonb_typeof(a.after) = 'object';

create view measure_moment as
  select a.id * 1000 + p.place as id, a.household, a.id as moment, m.id as measure, m.state collate "C" as state,
    m.started_on, m.ends_on, m.completed_on
  from act a cross join lateral jsonb_array_elements(a.after->'measures') with ordinality p (part, place)
  cross join lateral jsonb_to_record(p.part) as m (id bigint, state text, started_on date, ends_on date,
    completed_on date)
  where jsonb_typeof(a.after) = 'object';

create view proceeding_moment as
  select a.id * 1000 + p.place as id, a.household, a.id as moment, q.id as proceeding, q.kind collate "C" as kind,
    q.state collate "C" as state, q.ended_on
  from act a cross join lateral jsonb_array_elements(a.after->'proceedings') with ordinality p (part, place)
  cross join lateral jsonb_to_record(p.part) as q (id bigint, kind text, state text, ended_on date)
  where jsonb_typeof(a.after) = 'object';

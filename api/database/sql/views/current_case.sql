-- 现状 The picture of each case as it stands, by the names of the columns that steps change. Q40
--
-- No kind of risk (it may reveal health), no amount but the frozen threshold, no free text, no personal value. What
-- never changes is read from the row itself. A view, not a function: the planner merges it into the query that asks,
-- for one case (case_picture) and for thousands (request_records) alike.

create view current_case with (security_invoker = true) as
  select c.id, jsonb_build_object(
    'case', jsonb_build_object('id', c.id, 'household', c.household, 'previous', c.previous, 'category', c.category,
      'state', c.state, 'entered_on', c.entered_on, 'identified_on', c.identified_on, 'registered_on', c.registered_on,
      'eliminated_on', c.eliminated_on, 'ended_on', c.ended_on, 'threshold', c.threshold,
      'threshold_amount', c.threshold_amount, 'safety_net', c.safety_net, 'due_on', c.due_on, 'version', c.version),
    'household', jsonb_build_object('unit', h.unit, 'province', h.province, 'city', h.city, 'county', h.county,
      'township', h.township, 'village', h.village, 'kind_of_household', h.kind_of_household, 'people', h.people,
      'jurisdiction', h.jurisdiction, 'monitoring_state', h.monitoring_state, 'category', h.category,
      'safety_net', h.safety_net),
    'risks', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'state', r.state,
      'eliminated_on', r.eliminated_on) order by r.id) from risk r where r.monitoring_case = c.id), '[]'),
    'plans', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'state', p.state,
      'declared_on', p.declared_on, 'version', p.version) order by p.id)
      from plan p where p.monitoring_case = c.id), '[]'),
    'measures', coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'plan', m.plan, 'risk', m.risk,
      'state', m.state, 'declared_on', m.declared_on, 'started_on', m.started_on, 'ends_on', m.ends_on,
      'completed_on', m.completed_on, 'version', m.version) order by m.id)
      from measure m where m.monitoring_case = c.id), '[]'),
    'proceedings', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'state', p.state,
      'ended_on', p.ended_on, 'version', p.version) order by p.id)
      from proceeding p where p.monitoring_case = c.id), '[]'),
    'deadlines', coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind,
      'due_on', d.due_on) order by d.id)
      from deadline d left join proceeding p on p.id = d.proceeding
      where d.household = c.household and d.done_on is null and c.id in (d.monitoring_case, p.monitoring_case)), '[]')
    ) as picture
  from monitoring_case c join household h on h.id = c.household;

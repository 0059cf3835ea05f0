-- 目标 What the case is to be once the item is executed, from the record alone. Q29, Q40
--
-- operation          the case                        what hangs on it
-- WITHDRAWAL         WITHDRAWN, ended that day,      measures stop, open proceedings end, deadlines lapse
--                    without the safety-net mark
-- ROLLBACK           as it stood after target_act    risks and measures as they stood, later ones stay;
--                                                    proceedings and deadlines since then end and lapse;
--                                                    a green channel runs again
-- SAFETY_NET_CHANGE  marked or unmarked              nothing

create function record_aim(record jsonb, that_day date) returns jsonb
language plpgsql immutable
set search_path = public, pg_temp
as $$
declare
  present jsonb := record->'now';
  past jsonb := record->'then';
  aim jsonb := jsonb_build_object('case', (present->'case') - array['id', 'household', 'previous', 'version'],
    'risks', '[]'::jsonb, 'measures', '[]'::jsonb, 'proceedings', '[]'::jsonb, 'deadlines', '[]'::jsonb);
begin
  case record->>'operation'
    when 'SAFETY_NET_CHANGE' then
      return jsonb_set(aim, '{case,safety_net}', record->'target_mark');
    when 'WITHDRAWAL' then
      return aim || jsonb_build_object(
        'case', (aim->'case') || jsonb_build_object('state', 'WITHDRAWN', 'ended_on', that_day,
          'safety_net', false, 'due_on', null),
        'measures', coalesce((select jsonb_agg((m - array['plan', 'risk', 'version'])
            || jsonb_build_object('state', 'STOPPED') order by (m->>'id')::bigint)
          from jsonb_array_elements(present->'measures') m where m->>'state' in ('DECLARED', 'UNDER_WAY')), '[]'),
        'proceedings', coalesce((select jsonb_agg(jsonb_build_object('id', p->'id', 'state', 'ENDED',
            'ended_on', that_day) order by (p->>'id')::bigint)
          from jsonb_array_elements(present->'proceedings') p where p->>'ended_on' is null), '[]'),
        'deadlines', coalesce((select jsonb_agg(d->'id' order by (d->>'id')::bigint)
          from jsonb_array_elements(present->'deadlines') d), '[]'));
    when 'ROLLBACK' then
      aim := jsonb_set(aim, '{case}', (aim->'case') || jsonb_build_object('due_on', null,
        'state', past->'case'->'state', 'category', past->'case'->'category',
        'entered_on', past->'case'->'entered_on', 'identified_on', past->'case'->'identified_on',
        'registered_on', past->'case'->'registered_on', 'eliminated_on', past->'case'->'eliminated_on',
        'ended_on', past->'case'->'ended_on', 'threshold', past->'case'->'threshold',
        'threshold_amount', past->'case'->'threshold_amount', 'safety_net', past->'case'->'safety_net'));
      -- what is as it was is not looked through: of ten thousand items most have little to go through
      if jsonb_typeof(past->'case'->'due_on') = 'string' and present->'deadlines' <> '[]' then
        aim := jsonb_set(aim, '{case,due_on}', coalesce((select d->'due_on'
          from jsonb_array_elements(present->'deadlines') d where d->'due_on' = past->'case'->'due_on'
            and exists (select from jsonb_array_elements(past->'deadlines') e where e->'id' = d->'id') limit 1),
          'null'));
      end if;
      if past->'risks' <> present->'risks' then
        aim := jsonb_set(aim, '{risks}', coalesce((select jsonb_agg(t order by (t->>'id')::bigint)
          from jsonb_array_elements(past->'risks') t join jsonb_array_elements(present->'risks') n on n->'id' = t->'id'
          where n <> t), '[]'));
      end if;
      if past->'measures' <> present->'measures' then
        aim := jsonb_set(aim, '{measures}', coalesce((
          select jsonb_agg(t - array['plan', 'risk', 'version'] order by (t->>'id')::bigint)
          from jsonb_array_elements(past->'measures') t
          join jsonb_array_elements(present->'measures') n on n->'id' = t->'id'
          where n - array['plan', 'risk', 'version'] <> t - array['plan', 'risk', 'version']), '[]'));
      end if;
      if present->'proceedings' <> '[]' then
        aim := jsonb_set(aim, '{proceedings}', coalesce((select jsonb_agg(
            case when again then t - array['kind', 'version']
              else jsonb_build_object('id', n->'id', 'state', 'ENDED', 'ended_on', that_day) end
            order by (n->>'id')::bigint)
          from jsonb_array_elements(present->'proceedings') n
          left join jsonb_array_elements(past->'proceedings') t on t->'id' = n->'id'
          cross join lateral (select coalesce(past->'case'->>'state' = 'GREEN_CHANNEL' and n->>'kind' = 'GREEN_CHANNEL'
            and t->>'ended_on' is null and t is not null, false)) g (again)
          where (n - 'version') is distinct from (t - 'version') and (again or n->>'ended_on' is null)), '[]'));
      end if;
      if present->'deadlines' <> '[]' then
        aim := jsonb_set(aim, '{deadlines}', coalesce((select jsonb_agg(d->'id' order by (d->>'id')::bigint)
          from jsonb_array_elements(present->'deadlines') d
          where not exists (select from jsonb_array_elements(past->'deadlines') e where e->'id' = d->'id')), '[]'));
      end if;
      return aim;
  end case;
end $$;

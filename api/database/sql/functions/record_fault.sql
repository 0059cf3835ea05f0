-- 不可执行 What stands against an item: a code, or null when nothing does. Q29, Q40
--
-- It looks at the record alone, so what was reviewed and what is executed are judged alike.

create function record_fault(record jsonb, aim jsonb) returns text
language plpgsql immutable
set search_path = public, pg_temp
as $$
declare
  current jsonb := record->'now'->'case';
  earlier jsonb := record->'then'->'case';
begin
  case record->>'operation'
    when 'WITHDRAWAL' then
      if current->>'state' not in ('GREEN_CHANNEL', 'IDENTIFIED', 'RISK_ELIMINATED') then
        return 'NOT_WITHDRAWABLE';
      end if;
    when 'ROLLBACK' then
      if jsonb_typeof(earlier) is distinct from 'object' or record->'target_act' = record->'newest_act' then
        return 'NOT_A_POINT_OF_ITS_HISTORY';
      elsif aim->'case' = current - array['id', 'household', 'previous', 'version']
        and '[]' = all (array[aim->'risks', aim->'measures', aim->'proceedings', aim->'deadlines']) then
        return 'NOTHING_CHANGES';
      elsif earlier->>'state' in ('GREEN_CHANNEL', 'IDENTIFIED') and record->'newest_case' <> record->'case' then
        return 'ANOTHER_CASE_CAME_AFTER';
      elsif earlier->>'state' = 'GREEN_CHANNEL' and jsonb_typeof(record->'open_green_channel') = 'number'
        and not exists (select from jsonb_array_elements(record->'now'->'proceedings') p
          where p->'id' = record->'open_green_channel') then
        return 'ANOTHER_CASE_CAME_AFTER';
      end if;
    when 'SAFETY_NET_CHANGE' then
      if current->>'state' not in ('IDENTIFIED', 'RISK_ELIMINATED') then
        return 'NOT_MONITORED';
      elsif current->'safety_net' = record->'target_mark' then
        return 'MARK_UNCHANGED';
      elsif record->>'target_mark' = 'true' and record->>'ever_marked' = 'false' then
        return 'FIRST_MARK_IS_LOCAL';
      end if;
  end case;
  return null;
end $$;

create function request_fault(the_item bigint) returns text
language plpgsql stable
set search_path = public, pg_temp
as $$
declare record jsonb := request_record(the_item);
begin
  return record_fault(record, record_aim(record, null));
end $$;

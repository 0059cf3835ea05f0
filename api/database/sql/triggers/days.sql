-- 日期 Days that are stated lie in the past, and a stated day stays. RULES §4, Q34, Q36

-- the columns named may not lie after today; with `=` before it what a column holds is never changed
create function guard_days() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  new_row jsonb;
  old_row jsonb;
  latest date := shanghai_day(clock_timestamp());
  name text;
begin
  if owner_s_function() then
    return new;
  end if;
  new_row := to_jsonb(new);
  old_row := case when tg_op = 'UPDATE' then to_jsonb(old) end;
  foreach name in array tg_argv loop
    if old_row is not null and old_row->>ltrim(name, '=') is not distinct from new_row->>ltrim(name, '=') then
      continue;
    elsif old_row->>ltrim(name, '=') is not null and starts_with(name, '=') then
      perform refuse_history(format('%s of %s stays as it was stated', ltrim(name, '='), tg_table_name));
    elsif (new_row->>ltrim(name, '='))::date not between '1900-01-01' and latest and not is_test_database() then
      perform refuse_history(format('%s of %s is no day to come', ltrim(name, '='), tg_table_name));
    end if;
  end loop;
  return new;
end $$;

create trigger days
  before insert or update on assessment
  for each row
  execute function guard_days('assessed_on');

create trigger days
  before insert or update on clue
  for each row
  execute function guard_days('=found_on', 'closed_on');

create trigger days
  before insert or update on deadline
  for each row
  execute function guard_days('=done_on');

create trigger days
  before insert or update on measure
  for each row
  execute function guard_days('declared_on', 'completed_on');

create trigger days
  before insert or update on monitoring_case
  for each row
  execute function guard_days('entered_on', 'identified_on', 'registered_on', 'eliminated_on', 'ended_on');

create trigger days
  before insert or update on note
  for each row
  execute function guard_days('noted_on');

create trigger days
  before insert or update on plan
  for each row
  execute function guard_days('drafted_on', 'declared_on');

create trigger days
  before insert or update on proceeding
  for each row
  execute function guard_days('=opened_on', 'verified_on', 'authorized_on', 'reviewed_on', 'publicized_on',
    'submitted_on', 'county_reviewed_on', 'approved_on', 'announced_on', '=ended_on');

create trigger days
  before insert or update on risk
  for each row
  execute function guard_days('found_on', 'eliminated_on');

create trigger days
  before insert or update on survey
  for each row
  execute function guard_days('surveyed_on');

create trigger days
  before insert or update on transfer
  for each row
  execute function guard_days('=proposed_on', '=decided_on');

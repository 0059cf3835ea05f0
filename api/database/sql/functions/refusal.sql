-- 拒绝 The errors that guards raise, one function for each lock, with one constraint name each. RULES §4
--
-- The API maps the constraint's name to its own coded error; the text is for the log and for psql.

create function refuse_locked(what text) returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'only an executed national request may do this: %', what
    using errcode = 'insufficient_privilege', constraint = 'national_lock';
end $$;

create function refuse_national(which text, numbers bigint[] default '{}') returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception '%', which using errcode = 'check_violation', constraint = which,
    detail = array_to_string(numbers, ',');
end $$;

create function refuse_appointment(why text) returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception '%', why using errcode = 'check_violation', constraint = 'appointment_guard';
end $$;

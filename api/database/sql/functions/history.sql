-- 留痕 The error of the guards of history. RULES §4

create function refuse_history(why text) returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception '%', why using errcode = 'insufficient_privilege', constraint = 'history_guard';
end $$;

-- 快照 The picture of a case, as every act keeps it: what `asOf` shows and a rollback restores. Q40
--
-- plpgsql, not sql: it keeps the plan of its one query, and every act of the product asks for a picture.
-- No sequential scans: a plan made while a table was empty is kept while the table fills.

create function case_picture(the_case bigint) returns jsonb
language plpgsql stable
set search_path = public, pg_temp
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
as $$
begin
  return (select c.picture from current_case c where c.id = the_case);
end $$;

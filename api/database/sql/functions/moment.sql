-- 时间 How far a time that a caller gives may lie from the database's own clock. RULES §4
--
-- Posts, dates and the ledger are judged by these times: who may choose them acts in a post that has ended. Only in a
-- database that the owner has marked as one of tests may they be others; see api/testdb.py.

create function is_test_database() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from pg_database d
    where d.datname = current_database() and shobj_description(d.oid, 'pg_database') = 'shouwang testdb');
end $$;

create function is_now(moment timestamptz, back interval) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return coalesce(moment between clock_timestamp() - back and clock_timestamp() + interval '1 minute', false)
    or is_test_database();
end $$;

-- the day of a moment given to a function of the nation
create function nations_day(moment timestamptz) returns date
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  if not is_now(moment, interval '1 minute') then
    perform refuse_national('national_moment');
  end if;
  return shanghai_day(moment);
end $$;

-- 表主 Who is the owner of the tables: logged in directly, or lending a function its rights. RULES §4
--
-- Guards let the owner's own login pass (migrations, command line, demo data). The product's servers never use it.
-- session_user is who logged in and current_user whose rights the statement has: SECURITY DEFINER changes the second.
-- The right to empty a table is the owner's alone (start refuses an app that has it). Asking for a right costs half a
-- microsecond, a look into pg_class twenty, and a step passes some ten guards.

create function owner_signed_in() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return has_table_privilege(session_user, 'public.monitoring_case'::regclass, 'TRUNCATE');
end $$;

create function owner_s_function() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return has_table_privilege('public.monitoring_case'::regclass, 'TRUNCATE');
end $$;

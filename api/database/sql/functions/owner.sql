-- 表主 Who is the owner of the tables: logged in directly, or lending a function its rights. RULES §4
--
-- Guards let the owner's own login pass (migrations, command line, demo data). The product's servers never use it.
-- session_user is who logged in and current_user whose rights the statement has: SECURITY DEFINER changes the second.

create function owner_signed_in() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (select session_user = pg_get_userbyid(c.relowner) from pg_class c
    where c.oid = 'public.monitoring_case'::regclass);
end $$;

create function owner_s_function() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (select current_user = pg_get_userbyid(c.relowner) from pg_class c
    where c.oid = 'public.monitoring_case'::regclass);
end $$;

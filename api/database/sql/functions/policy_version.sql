-- 政策版本 What a version of the policy may be without a second person: a repetition, or the release's own. RULES §2

create function policy_cells(the_version bigint) returns table (cells text[])
language sql stable
set search_path = public, pg_temp
as $$
  select array[type, role, "group", action, kind, reach, state, unit, effect, basis] from policy_row
  where policy_version = the_version
$$;

-- a version that repeats one that was in force needs one person, who did not edit it
create function policy_repeats(the_version policy_version) returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select the_version.reverts is not null and the_version.publisher is not null
    and exists (select from policy_version v where v.id = the_version.reverts and v.layer = the_version.layer
      and v.in_force_from is not null and v.digest = the_version.digest and the_version.publisher <> all(v.editors))
    and not exists (select * from policy_cells(the_version.id) except select * from policy_cells(the_version.reverts))
    and not exists (select * from policy_cells(the_version.reverts) except select * from policy_cells(the_version.id))
$$;

-- the first version of the nation's layer is the baseline of the release, written by the owner of the tables
create function policy_comes_with_release(the_version policy_version) returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select the_version.layer = '0' and the_version.number = 1 and owner_signed_in()
$$;

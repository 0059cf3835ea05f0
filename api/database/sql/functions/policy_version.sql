-- 政策版本 What a version of the policy may be without a second person: a repetition, or the release's own. RULES §2

create function policy_cells(given bigint) returns table (cells text[])
language sql stable
set search_path = public, pg_temp
as $$
  select array[type, role, "group", action, kind, reach, state, unit, effect, basis] from policy_row
  where policy_version = given
$$;

-- a version that repeats one that was in force needs one person, who did not edit it
create function policy_repeats(given policy_version) returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select given.reverts is not null and given.publisher is not null
    and exists (select from policy_version v where v.id = given.reverts and v.layer = given.layer
      and v.in_force_from is not null and v.digest = given.digest and given.publisher <> all(v.editors))
    and not exists (select * from policy_cells(given.id) except select * from policy_cells(given.reverts))
    and not exists (select * from policy_cells(given.reverts) except select * from policy_cells(given.id))
$$;

-- the first version of the nation's layer is the baseline of the release, written by the owner of the tables
create function policy_comes_with_release(given policy_version) returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select given.layer = '0' and given.number = 1 and owner_signed_in()
$$;

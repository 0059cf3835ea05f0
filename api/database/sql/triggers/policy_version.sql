-- 政策版本 Guards versions of the policy: nothing submitted changes, nobody approves their own edits. RULES §2

create function policy_version_lives() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a version of the policy is never deleted' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'DRAFT' then
      raise exception 'a version of the policy begins as a draft' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  if (new.id, new.layer, new.number, new.drafted_at) is distinct from (old.id, old.layer, old.number, old.drafted_at)
    or new.parent is distinct from old.parent or new.reverts is distinct from old.reverts
    or not new.editors @> old.editors
    or (old.state <> 'DRAFT'
      and (new.digest, new.note, new.editors) is distinct from (old.digest, old.note, old.editors))
    or (old.approver is not null and (new.approver, new.difference) is distinct from (old.approver, old.difference))
    or (old.publisher is not null and new.publisher is distinct from old.publisher)
  then
    raise exception 'what a version of the policy is does not change' using errcode = 'insufficient_privilege';
  end if;
  if new.approver = any(new.editors) or new.publisher = any(new.editors) then
    raise exception 'nobody approves or publishes an own edit' using errcode = 'insufficient_privilege';
  end if;
  -- a version that repeats an earlier one is published as it is made, and never submitted
  if new.state = old.state or (new.reverts is null or new.state <> 'SUBMITTED') and (old.state, new.state) in (
    ('DRAFT', 'SUBMITTED'), ('DRAFT', 'WITHDRAWN'),
    ('SUBMITTED', 'REJECTED'), ('SUBMITTED', 'WITHDRAWN'), ('APPROVED', 'REJECTED'), ('APPROVED', 'WITHDRAWN'),
    ('PUBLISHED', 'SUPERSEDED'))
  then
    return new;
  end if;
  if (old.state, new.state) = ('SUBMITTED', 'APPROVED')
    and new.approver is not null and new.digest is not null and new.difference is not null
  then
    return new;
  end if;
  if (old.state, new.state) = ('APPROVED', 'PUBLISHED') and new.publisher is not null then
    return new;
  end if;
  if (old.state, new.state) = ('DRAFT', 'PUBLISHED') and (policy_repeats(new) or policy_comes_with_release(new)) then
    return new;
  end if;
  raise exception 'a version of the policy does not go from % to %', old.state, new.state
    using errcode = 'insufficient_privilege', constraint = 'policy_version_life';
end $$;

create trigger lives
  before insert or update or delete on policy_version
  for each row
  execute function policy_version_lives();

create function keep_submitted() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  version_of_row bigint;
  edited policy_version;
begin
  foreach version_of_row in array case tg_op when 'INSERT' then array[new.policy_version]
    when 'DELETE' then array[old.policy_version] else array[old.policy_version, new.policy_version] end
  loop
    -- the version's lock makes an edit and a submission wait for each other
    select v.* into edited from policy_version v where v.id = version_of_row for update;
    if edited.state <> 'DRAFT' then
      raise exception 'the rows of a submitted version of the policy do not change'
        using errcode = 'insufficient_privilege', constraint = 'policy_rows_submitted';
    elsif not owner_s_function() and edited.reverts is null
      and not exists (select from unnest(edited.editors) e (editor) where is_own('person', e.editor))
    then
      perform refuse_history('rows of a policy are edited by an editor of its version');
    end if;
  end loop;
  return coalesce(new, old);
end $$;

create trigger keep
  before insert or update or delete on policy_row
  for each row
  execute function keep_submitted();

create trigger keep
  before insert or update or delete on policy_case
  for each row
  execute function keep_submitted();

create function never_truncated() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'versions of the policy are history' using errcode = 'insufficient_privilege';
end $$;

create trigger history
  before truncate on policy_version
  for each statement
  execute function never_truncated();

create trigger history
  before truncate on policy_row
  for each statement
  execute function never_truncated();

create trigger history
  before truncate on policy_case
  for each statement
  execute function never_truncated();

create trigger history
  before truncate on policy_head
  for each statement
  execute function never_truncated();

create trigger history
  before update or delete or truncate on policy_whole
  for each statement
  execute function never_truncated();

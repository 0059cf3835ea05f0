-- 审计账 The audit ledger and its seals only grow. RULES §4

create function refuse_change() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  raise exception 'the audit ledger is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger append_only
  before update or delete or truncate on event
  for each statement
  execute function refuse_change();

create trigger append_only
  before update or delete or truncate on seal
  for each statement
  execute function refuse_change();

-- The app adds events of whoever acts, now, at the end; those of the nation's functions are theirs alone. A chosen id
-- could fill a gap that the sealer has given up
create function guard_event() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_s_function() then
    return new;
  elsif new.id <> currval('event_id_seq') then
    perform refuse_history('an event has the next number');
  elsif not is_now(new.at, interval '10 minutes') then
    perform refuse_history('an event is recorded when it happens');
  elsif new.action in ('request.decide', 'request.file', 'request.execute', 'request.stale', 'withdraw.execute',
    'rollback.execute', 'safety_net.execute')
  then
    perform refuse_history('the functions of the nation record what they do');
  elsif new.digest is distinct from event_digest(new) then
    perform refuse_history('an event has its own digest');
  elsif num_nonnulls(new.account, new.person, new.post) = 0 and new.role <> 'nobody'
    or num_nonnulls(new.account, new.person, new.post) > 0
      and not acts_in(new.account, new.person, new.post, new.role, new.at)
  then
    perform refuse_history('an event names who is signed in, in a current post');
  end if;
  return new;
end $$;

create trigger guard
  before insert on event
  for each row
  execute function guard_event();

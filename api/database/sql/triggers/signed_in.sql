-- 署名 What the app writes is written by who is signed in, and in no other name. RULES §4
--
-- Accounts, acts, events, evidence and codes of passwords have guards of their own. Left out: keys of idempotency,
-- what workers acknowledge, the delivery of messages, and the rows an import stages.

create function guard_signed_in() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not is_signed_in() and not owner_s_function() then
    perform refuse_history(format('rows of %s are written by who is signed in', tg_table_name));
  end if;
  return null;
end $$;

-- an argument `proposer_person=person`: a number newly put in that column is that of who is signed in
create function guard_names() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  becomes jsonb := to_jsonb(new);
  was jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) end;
  pair text[];
  argument text;
begin
  if owner_s_function() then
    return new;
  end if;
  foreach argument in array tg_argv loop
    pair := string_to_array(argument, '=');
    if becomes->>pair[1] is distinct from was->>pair[1] and becomes->>pair[1] is not null
      and not is_own(pair[2], (becomes->>pair[1])::bigint)
    then
      perform refuse_history(format('%s of %s is who is signed in', pair[1], tg_table_name));
    end if;
  end loop;
  return new;
end $$;

create function guard_evidence() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if not owner_s_function()
    and not (is_own('account', new.account) and is_own('person', new.person) and is_own('post', new.post))
  then
    perform refuse_history(format('a row of %s names who is signed in', tg_table_name));
  elsif not owner_s_function() and not exists (select from request_item i
    where i.id = new.item and i.state in ('PROPOSED', 'SENT_BACK', 'STALE'))
  then
    perform refuse_history('documents are attached before an item is reviewed');
  end if;
  return new;
end $$;

create trigger author
  before insert on evidence
  for each row
  execute function guard_evidence();

create trigger names
  before insert on assessment
  for each row
  execute function guard_names('person=person');

create trigger names
  before insert or update of proposer, proposed_person, proposed_account, decider, decided_person, decided_account
  on appointment
  for each row
  execute function guard_names('proposer=post', 'proposed_person=person', 'proposed_account=account', 'decider=post',
    'decided_person=person', 'decided_account=account');

create trigger names
  before insert or update of submitter_account, submitter_person, submitter_post on national_request
  for each row
  execute function guard_names('submitter_account=account', 'submitter_person=person', 'submitter_post=post');

create trigger names
  before insert or update of proposer, decider on parameter_setting
  for each row
  execute function guard_names('proposer=person', 'decider=person');

create trigger names
  before insert or update of approver, publisher on policy_version
  for each row
  execute function guard_names('approver=person', 'publisher=person');

create trigger names
  before insert or update of proposer_account, proposer_person, proposer_post, reviewer_account, reviewer_person,
    reviewer_post on request_item
  for each row
  execute function guard_names('proposer_account=account', 'proposer_person=person', 'proposer_post=post',
    'reviewer_account=account', 'reviewer_person=person', 'reviewer_post=post');

create trigger signed_in
  before insert on message
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on appointment
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on assessment
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on clue
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on deadline
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on household
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on involvement
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on measure
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on member
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on monitoring_case
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on national_request
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on note
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on parameter_setting
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on person
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on plan
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on policy_case
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on policy_head
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on policy_row
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on policy_version
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on policy_whole
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on post
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on proceeding
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on request_item
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on risk
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on rural_average
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on survey
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on threshold
  for each statement
  execute function guard_signed_in();

create trigger signed_in
  before insert or update or delete on transfer
  for each statement
  execute function guard_signed_in();

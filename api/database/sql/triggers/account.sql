-- 账号 Guards accounts: made and restored by an approved appointment, never given to another person. RULES §2
--
-- A password is chosen by its holder: signed in, or with both halves of a code (choose_password).

create function holds_post_of_nation(the_account bigint) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return exists (select from post p where p.account = the_account and p.tier = 'NATIONAL');
end $$;

create function guard_account() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if owner_signed_in() then
    return case when tg_op = 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_appointment('accounts are disabled, never deleted');
  elsif tg_op = 'INSERT' then
    update appointment a set account = new.id from person p
      where a.state = 'APPROVED' and a.change = 'GIVE' and not a.carried and a.account is null
        and a.account_name = new.name and a.oidc_subject is not distinct from new.oidc_subject
        and p.id = new.person and p.person_key = a.person_key
        and new.person not in (a.proposed_person, a.decided_person)
        and new.state = 'ACTIVE' and new.password_hash is null;
    if not found then
      perform refuse_appointment('an account is made as an approved appointment says');
    end if;
  elsif (old.id, old.name, old.person, old.oidc_subject) is distinct from
    (new.id, new.name, new.person, new.oidc_subject) or new.tokens_from < old.tokens_from
    or (new.tokens_from is null and old.tokens_from is not null)
  then
    perform refuse_appointment('an account stays whose it is');
  elsif new.password_hash is distinct from old.password_hash and not owner_s_function()
    and not is_own('account', new.id)
  then
    perform refuse_appointment('a password is chosen by its holder');
  elsif not owner_s_function() and not is_signed_in() then
    perform refuse_appointment('accounts are changed by who is signed in');
  elsif holds_post_of_nation(new.id) and not is_own('account', new.id) then
    perform refuse_appointment('accounts of the nation are changed with the owner''s login or by their holder');
  elsif old.state = 'DISABLED' and new.state <> 'DISABLED' then
    update appointment a set carried = true
      where a.state = 'APPROVED' and a.change = 'RESTORE' and not a.carried and a.account = new.id;
    if not found then
      perform refuse_appointment('an account is restored by an approved appointment');
    end if;
  end if;
  return new;
end $$;

create trigger guard
  before update or delete on account
  for each row
  execute function guard_account();

create trigger guard_new
  after insert on account
  for each row
  execute function guard_account();

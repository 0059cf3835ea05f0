-- 任免 Guards appointments: proposed and answered by two persons from strictly above, carried out once. RULES §2
--
-- An act of the app role on persons, accounts and posts must be what an approved appointment says (person.sql,
-- account.sql, post.sql); the owner logged in directly is the way of the command line.

create function place_with_unit() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  select u.tier, u.province, u.city, u.county, u.township, u.village
    into new.tier, new.province, new.city, new.county, new.township, new.village from unit u where u.id = new.unit;
  return new;
end $$;

create trigger place
  before insert or update of unit, tier, province, city, county, township, village on appointment
  for each row
  execute function place_with_unit();

create function guard_appointment() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  answers text[] := array['state', 'post', 'account', 'decider', 'decided_at', 'answer', 'version', 'decided_person',
    'decided_account', 'carried'];
  carries text[] := array['post', 'account', 'carried'];
begin
  if owner_signed_in() then
    return case when tg_op = 'DELETE' then old else new end;
  elsif tg_op = 'DELETE' then
    perform refuse_appointment('appointments are history: they are never deleted');
  elsif exists (select from unit u where u.id = new.unit and (u.tier = 'NATIONAL' or u.code = '0')) then
    perform refuse_appointment('posts of the nation are given and ended with the owner''s login');
  elsif tg_op = 'INSERT' then
    if not is_now(new.proposed_at, interval '10 minutes') then
      perform refuse_appointment('an appointment is proposed now');
    elsif new.state <> 'PROPOSED' or new.carried or new.decided_person is not null then
      perform refuse_appointment('an appointment begins as a proposal');
    elsif not acts_from_above(
      new.proposer, new.proposed_account, new.proposed_person, new.proposed_at, new.unit, array['HANDLER'])
    then
      perform refuse_appointment('an appointment is proposed by a handler from strictly above');
    elsif new.change <> 'GIVE' and not exists (select from post p where p.id = new.post and p.account = new.account
      and (p.unit, p.department, p.duty) = (new.unit, new.department, new.duty))
    then
      perform refuse_appointment('an appointment ends or restores a post as it is');
    end if;
  elsif old.state = 'PROPOSED' then
    if to_jsonb(old) - answers is distinct from to_jsonb(new) - answers
      or (old.post, old.account, old.carried) is distinct from (new.post, new.account, new.carried)
    then
      perform refuse_appointment('a proposal is answered as it stands');
    elsif new.state <> 'PROPOSED' and not is_now(new.decided_at, interval '10 minutes') then
      perform refuse_appointment('a proposal is answered now');
    elsif new.state = 'WITHDRAWN' then
      if new.decided_person is distinct from new.proposed_person then
        perform refuse_appointment('a proposal is withdrawn by whom it was made');
      end if;
    elsif not acts_from_above(new.decider, new.decided_account, new.decided_person, new.decided_at, new.unit,
      array['REVIEWER', 'APPROVER'])
    then
      perform refuse_appointment('a proposal is answered by a reviewer or approver from strictly above');
    elsif exists (select from account a
      where a.id = new.account and a.person in (new.proposed_person, new.decided_person))
    then
      perform refuse_appointment('nobody appoints himself');
    end if;
  elsif old.state <> 'APPROVED' or old.carried or to_jsonb(old) - carries is distinct from to_jsonb(new) - carries
    or (old.account is not null and old.account is distinct from new.account)
    or (old.post is not null and old.post is distinct from new.post)
  then
    perform refuse_appointment('an answered appointment stays as it is');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on appointment
  for each row
  execute function guard_appointment();

-- 口令凭码 Guards halves of codes: given by who is signed in, strictly above every post of the account. RULES §2
--
-- A half is good for 72 hours (api/workflow/posts/password_code.py); so its end tells when it was given.

create function guard_password_code() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  given_at timestamptz;
  duties text[];
begin
  if owner_s_function() then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  given_at := new.expires_at - interval '72 hours';
  duties := case new.half when 'FIRST' then array['HANDLER'] else array['REVIEWER', 'APPROVER'] end;
  if not is_own('person', new.person) or not is_now(given_at, interval '10 minutes')
    or (tg_op = 'UPDATE' and (old.account, old.half) <> (new.account, new.half))
    or holds_post_of_nation(new.account)
    or not exists (select from post p where p.account = new.account)
    or exists (select from post p where p.account = new.account
      and (p.until is null or p.until >= shanghai_day(given_at) or not exists (select from post q
        where q.account = new.account and (q.until is null or q.until >= shanghai_day(given_at))))
      and not stands_above(p.unit, duties, given_at))
  then
    perform refuse_appointment('a half of a code is given by who may give the posts of the account');
  end if;
  return new;
end $$;

create trigger guard
  before insert or update or delete on password_code
  for each row
  execute function guard_password_code();

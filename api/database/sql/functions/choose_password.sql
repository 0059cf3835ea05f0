-- 口令凭码 Choosing a password with both halves of a code, compared here: the app reads no digest of a half. RULES §2

create function choose_password(
  the_account bigint, halves bytea[], the_hash text, moment timestamptz
) returns boolean
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare fitting int;
begin
  if not is_now(moment, interval '1 minute') or holds_post_of_nation(the_account) then
    return false;
  end if;
  perform from password_code c where c.account = the_account for update;
  select count(distinct c.person) into fitting from password_code c join account a on a.id = c.account
  where c.account = the_account and c.expires_at > moment and c.person <> a.person
    and c.digest = halves[case c.half when 'FIRST' then 1 else 2 end];
  if fitting <> 2 then
    return false;
  end if;
  delete from password_code c where c.account = the_account;
  update account a set password_hash = the_hash,
    tokens_from = greatest(a.tokens_from, date_trunc('second', moment)) where a.id = the_account;
  return true;
end $$;

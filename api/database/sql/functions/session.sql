-- 会话 Who is signed in, proven to the database: what the app writes is in the name of who sent the request. RULES §4
--
-- The product verifies a token and opens its session with the nation's login, by the digest of a proof that it derives
-- from the token. Whoever writes sets the proof for the transaction. The app's login reads no proof and opens no
-- session, so it writes in nobody's name unless that official's token has just come in. A session without an account
-- is a command of the installation (an import, a change of keys), which acts in nobody's name.

create function nation_open_session(
  the_digest bytea, the_account bigint, the_post bigint, issued timestamptz, expires timestamptz
) returns void
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  if not is_test_database() then
    delete from session s where s.expires_at < clock_timestamp() - interval '1 hour';
  end if;
  insert into session as s (digest, account, person, post, issued_at, expires_at)
  select the_digest, the_account, (select a.person from account a where a.id = the_account), the_post, issued, expires
  where (the_account is null or exists (select from account a where a.id = the_account))
    and (the_post is null or exists (select from post p where p.id = the_post and p.account = the_account))
  on conflict (digest) do update set expires_at = excluded.expires_at;
end $$;

-- the session that the transaction has proven; null when there is none, or its token is void
create function signed_in() returns session
language plpgsql stable security definer
set search_path = public, pg_temp
as $$
declare
  proof text := current_setting('shouwang.session', true);
  proven session;
begin
  if coalesce(proof, '') <> '' then
    select s.* into proven from session s left join account a on a.id = s.account
    where s.digest = sha256(convert_to(proof, 'UTF8'))
      and (s.expires_at > clock_timestamp() - interval '1 minute' or is_test_database())
      and (s.account is null or (a.state = 'ACTIVE' and (a.tokens_from is null or s.issued_at >= a.tokens_from)));
  end if;
  return proven;
end $$;

create function is_signed_in() returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return (signed_in()).id is not null;
end $$;

-- whether the account, person or post is that of who is signed in
create function is_own(what text, number bigint) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
declare proven session := signed_in();
begin
  return coalesce(number = case what when 'account' then proven.account when 'person' then proven.person
    when 'post' then proven.post end, false);
end $$;

-- whether an act or event names who is signed in, in a current post and its role
create function acts_in(
  the_account bigint, the_person bigint, the_post bigint, the_role text, moment timestamptz
) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
declare
  proven session := signed_in();
  the_day date := (moment at time zone 'Asia/Shanghai')::date;
begin
  return coalesce((the_account, the_person, the_post) = (proven.account, proven.person, proven.post), false)
    and exists (select from post p where p.id = the_post and p.account = the_account
      and the_role = lower(p.tier || ':' || p.department || ':' || p.duty)
      and p.since <= the_day and (p.until is null or p.until >= the_day));
end $$;

-- whether who is signed in acts in a current post of one of the duties, strictly above the unit
create function stands_above(target bigint, duties text[], moment timestamptz) returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
declare proven session := signed_in();
begin
  return acts_from_above(proven.post, proven.account, proven.person, moment, target, duties);
end $$;

create function acts_for_nation() returns boolean
language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  return exists (select from post p where p.id = (signed_in()).post and p.tier = 'NATIONAL');
end $$;

-- 封存 The sealer: chains committed events inside the database, so that no role of the product writes a seal. RULES §4
--
-- An id is missing while its transaction runs, or for ever when it was rolled back. It is given up only when everything
-- that ran after a higher one was seen has ended, and a look after that still doesn't find it: virtual transactions
-- leave pg_locks after their rows became visible. So nothing is waited for, and nothing late is lost.

create function seal_events(most int) returns int
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  prior sealing; new sealing; entry record; over boolean;
  last bigint; moment timestamptz := clock_timestamp(); sealed_at_text text;
  chain text; place bigint; head bytea; next_head bytea;
  sealed bigint[] := '{}'; count int := 0;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'each look must see what was committed before it' using errcode = 'invalid_transaction_state';
  end if;
  select * into prior from sealing for update skip locked;
  if not found then return 0; end if;  -- another worker seals
  over := prior.settled is not null and not exists (
    select from pg_locks where locktype = 'virtualxid' and virtualtransaction = any(prior.running));
  select coalesce(max(number), 0) into last from seal;
  sealed_at_text := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  for entry in
    select *, row_number() over (order by id) as ahead from (
      select * from (
        (select e.id, e.digest, coalesce(e.province, '0') as province from unnest(prior.missing) gap
           cross join lateral (
             select * from event where id >= lower(gap) and id < upper(gap) order by id limit most) e
           order by e.id limit most)
        union all
        (select e.id, e.digest, coalesce(e.province, '0') from event e
           where e.id > prior.high order by e.id limit most)) waiting
      order by id limit most) batch
    order by province collate "C", id
  loop
    if entry.province is distinct from chain then
      chain := entry.province;
      select position, hash into place, head from seal where province = chain order by position desc limit 1;
      if not found then place := 0; head := decode(repeat('00', 32), 'hex'); end if;
    end if;
    place := place + 1;
    next_head := sha256(head || entry.digest || convert_to(format(
      '{"event":%s,"number":%s,"position":%s,"province":"%s","sealed_at":"%s"}',
      entry.id, last + entry.ahead, place, chain, sealed_at_text), 'UTF8'));
    insert into seal (id, province, position, number, previous, hash, sealed_at)
      values (entry.id, chain, place, last + entry.ahead, head, next_head, moment);
    head := next_head;
    sealed := sealed || entry.id;
    count := count + 1;
  end loop;

  new := prior;
  if count > 0 then
    select greatest(prior.high, max(id)),
        prior.missing + int8multirange(int8range(prior.high + 1, greatest(prior.high, max(id)) + 1))
          - range_agg(int8range(id, id + 1))
      into new.high, new.missing from unnest(sealed) id;
    perform pg_notify('sealed', (last + count)::text);
  end if;
  if over and count < most then
    new.missing := new.missing * int8multirange(int8range(prior.settled + 1, null));
    new.settled := null;
    new.running := null;
  end if;
  if new.settled is null and not isempty(new.missing) then
    select least(new.high, last_value) into new.settled from event_id_seq;
    new.running := array(
      select virtualtransaction from pg_locks where locktype = 'virtualxid' and granted and pid <> pg_backend_pid());
  end if;
  if new is distinct from prior then
    update sealing set high = new.high, missing = new.missing, settled = new.settled, running = new.running;
  end if;
  return count;
end $$;

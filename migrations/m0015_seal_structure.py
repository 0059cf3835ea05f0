"""The sealer: what chains committed events, inside the database, so that no role of the product writes a seal. RULES §4"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api.migrate import sql_migration

ID = "2026-11-26T12:15:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "The sealer of the audit ledger"

STRUCTURE = """
alter table seal alter column id drop default;
drop sequence seal_id_seq;
alter table seal alter column province type text collate "C";
create unique index seal_number on seal (number);
create unique index seal_position on seal (province, position);
create trigger append_only before update or delete or truncate on seal execute function refuse_change();

create table sealing (
  single boolean primary key default true check (single),
  high bigint not null default 0,
  missing int8multirange not null default '{}',
  settled bigint,
  running text[]
);
comment on table sealing is 'How far sealing has come: the highest id sealed, and the lower ones not seen yet.';
comment on column sealing.settled is 'Ids up to here are gone for good once nothing of running runs any more.';
insert into sealing default values;
"""

# An id is missing while its transaction runs, or for ever when it was rolled back. It is given up only when everything
# that ran after a higher one was seen has ended, and a look after that still doesn't find it: virtual transactions
# leave pg_locks after their rows became visible. So nothing is waited for, and nothing late is lost.
SEALER = """
create function seal_events(most int) returns int
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  kept sealing; new sealing; one record; over boolean;
  last bigint; moment timestamptz := clock_timestamp(); told text;
  chain text; place bigint; head bytea; next_head bytea;
  sealed bigint[] := '{}'; count int := 0;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'each look must see what was committed before it' using errcode = 'invalid_transaction_state';
  end if;
  if not pg_try_advisory_xact_lock(hashtext('seal_events')) then return 0; end if;
  select * into kept from sealing;
  over := kept.settled is not null and not exists (
    select from pg_locks where locktype = 'virtualxid' and virtualtransaction = any(kept.running));
  select coalesce(max(number), 0) into last from seal;
  told := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  for one in
    select *, row_number() over (order by id) as ahead from (
      select * from (
        (select e.id, e.digest, coalesce(e.province, '0') as province from unnest(kept.missing) gap
           cross join lateral (
             select * from event where id >= lower(gap) and id < upper(gap) order by id limit most) e
           order by e.id limit most)
        union all
        (select e.id, e.digest, coalesce(e.province, '0') from event e
           where e.id > kept.high order by e.id limit most)) waiting
      order by id limit most) batch
    order by province collate "C", id
  loop
    if one.province is distinct from chain then
      chain := one.province;
      select position, hash into place, head from seal where province = chain order by position desc limit 1;
      if not found then place := 0; head := decode(repeat('00', 32), 'hex'); end if;
    end if;
    place := place + 1;
    next_head := sha256(head || one.digest || convert_to(format(
      '{"event":%s,"number":%s,"position":%s,"province":"%s","sealed_at":"%s"}',
      one.id, last + one.ahead, place, chain, told), 'UTF8'));
    insert into seal (id, province, position, number, previous, hash, sealed_at)
      values (one.id, chain, place, last + one.ahead, head, next_head, moment);
    head := next_head;
    sealed := sealed || one.id;
    count := count + 1;
  end loop;

  new := kept;
  if count > 0 then
    select greatest(kept.high, max(id)),
        kept.missing + int8multirange(int8range(kept.high + 1, greatest(kept.high, max(id)) + 1))
          - range_agg(int8range(id, id + 1))
      into new.high, new.missing from unnest(sealed) id;
    perform pg_notify('sealed', (last + count)::text);
  end if;
  if over and count < most then
    new.missing := new.missing * int8multirange(int8range(kept.settled + 1, null));
    new.settled := null;
    new.running := null;
  end if;
  if new.settled is null and not isempty(new.missing) then
    select least(new.high, last_value) into new.settled from event_id_seq;
    new.running := array(
      select virtualtransaction from pg_locks where locktype = 'virtualxid' and granted and pid <> pg_backend_pid());
  end if;
  if new is distinct from kept then
    update sealing set high = new.high, missing = new.missing, settled = new.settled, running = new.running;
  end if;
  return count;
end $$;
revoke all on function seal_events(int) from public;
"""


async def forwards() -> MigrationManager:
    """Run both parts in one transaction."""
    return sql_migration(ID, DESCRIPTION, STRUCTURE + SEALER)

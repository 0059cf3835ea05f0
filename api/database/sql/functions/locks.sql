-- 锁 Locks that steps take, on rows that the reader's login can't lock; it may hold any advisory lock. RULES §4
--
-- A step holds the numbers in force of its province, and whoever puts a number in force waits for every step and lets
-- none begin: on the province's row of `unit`, which the app's login can't lock by itself either.

create function hold_numbers(the_province text) returns boolean
language plpgsql security definer
set search_path = public, pg_temp
set enable_seqscan = off
as $$
begin
  perform from unit u where u.code = the_province and u.valid_until is null for key share;
  return true;
end $$;

create function change_numbers(the_province text) returns boolean
language plpgsql security definer
set search_path = public, pg_temp
set enable_seqscan = off
as $$
begin
  perform from unit u where u.code = the_province and u.valid_until is null for update;
  return true;
end $$;

-- one act after another on the versions of a layer of the policy
create function lock_layer(the_layer text) returns boolean
language plpgsql security definer
set search_path = public, pg_temp
set enable_seqscan = off
as $$
begin
  perform from unit u where u.code = the_layer and u.valid_until is null for no key update;
  return true;
end $$;

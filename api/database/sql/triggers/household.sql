-- 农户 Guards what a household shows of its newest case, and moves what lies in its place along with it. RULES §4, Q16

create function guard_household() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare newest monitoring_case;
begin
  if owner_signed_in() then
    return new;
  end if;
  select c.* into newest from monitoring_case c where c.household = new.id order by c.id desc limit 1;
  if (new.monitoring_state, new.category, new.safety_net)
    is distinct from (newest.state, newest.category, coalesce(newest.safety_net, false))
  then
    perform refuse_locked('show a household otherwise than its newest case');
  end if;
  return new;
end $$;

create trigger guard_insert
  before insert on household
  for each row
  execute function guard_household();

create trigger guard_update
  before update of monitoring_state, category, safety_net on household
  for each row
  when ((old.monitoring_state, old.category, old.safety_net)
    is distinct from (new.monitoring_state, new.category, new.safety_net))
  execute function guard_household();

create function move_with_household() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  update clue set household = new.id where household = new.id;
  update monitoring_case set household = new.id where household = new.id;
  update involvement set household = new.id where household = new.id;
  update deadline set household = new.id where household = new.id;
  update request_item set household = new.id where household = new.id;
  return null;
end $$;

create trigger move
  after update of province, city, county, township, village on household
  for each row
  when ((old.province, old.city, old.county, old.township, old.village)
    is distinct from (new.province, new.city, new.county, new.township, new.village))
  execute function move_with_household();

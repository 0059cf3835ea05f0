-- 所在地 Rows of a household lie where the household lies, whatever was written. Q16
--
-- Access is decided by place: a row in the wrong place would be shown to the wrong county.

create function place_with_household() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  select h.province, h.city, h.county, h.township, h.village
    into new.province, new.city, new.county, new.township, new.village
    from household h where h.id = new.household;
  return new;
end $$;

create trigger place
  before insert or update of household, province, city, county, township, village on clue
  for each row
  execute function place_with_household();

create trigger place
  before insert or update of household, province, city, county, township, village on monitoring_case
  for each row
  execute function place_with_household();

create trigger place
  before insert or update of household, province, city, county, township, village on involvement
  for each row
  execute function place_with_household();

create trigger place
  before insert or update of household, province, city, county, township, village on deadline
  for each row
  execute function place_with_household();

create trigger place
  before insert or update of household, province, city, county, township, village on request_item
  for each row
  execute function place_with_household();

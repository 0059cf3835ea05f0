-- 国家备案 The nation puts a decided request on record under a number. Q29, Q40

create function nation_file(
  the_account bigint, the_post bigint, the_request bigint, the_number text, moment timestamptz,
  its_version text, its_trace text
) returns jsonb
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
  that_day date := nations_day(moment);
  who bigint := national_official(the_account, the_post, 'REVIEWER', that_day);
  request national_request;
  filing bigint;
begin
  select * into request from national_request r where r.id = the_request for update;
  select f.id into filing from national_filing f where f.request = the_request and f.number = the_number
    and f.person = who;
  if filing is not null then
    return jsonb_build_object('filing', filing);
  elsif request.state is distinct from 'DECIDED' then
    perform refuse_national('national_state');
  elsif coalesce(btrim(the_number), '') = '' then
    perform refuse_national('national_reason');
  elsif request.submitter_person = who then
    perform refuse_national('national_same_person');
  elsif not exists (select from request_item i where i.request = the_request and i.state = 'APPROVED') then
    perform refuse_national('national_nothing_approved');
  end if;
  insert into national_filing (request, number, filed_on, recorded_at, account, person, post)
  values (the_request, the_number, that_day, moment, the_account, who, the_post) returning id into filing;
  update national_request r set state = 'FILED', filing_number = the_number, filed_on = that_day,
    version = r.version + 1 where r.id = the_request;
  perform record_event('request.file', 'NationalRequest', the_request,
    jsonb_build_object('on', that_day, 'overridden', '', 'items', request.size), array[request.province],
    array[the_account, who, the_post], 'national:rural_revitalization:reviewer', its_version, its_trace, moment);
  return jsonb_build_object('filing', filing);
end $$;

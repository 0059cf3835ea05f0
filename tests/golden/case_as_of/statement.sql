-- $1 = 8
-- $2 = datetime.datetime(2026, 6, 15, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=28800)))
-- $3 = '500110'
select textsend(coalesce(
      (select concat('{"state":"',r1."state",'","category":',coalesce('"'||r1."category"||'"','null'),'}')
      from case_moment r1
      where r1.monitoring_case = $1::bigint
      and r1.recorded_at <= $2::timestamptz
      and ((
            (select a."county"
            from household a
            where a.id = r1.household) = $3::text) or (
            (select a."county"
            from household a
            where a.id = r1.household) is distinct from $3::text
          and
            (select a."cooperating_county"
            from household a
            where a.id = r1.household) = $3::text))
      order by r1.id desc
      limit 1),'null'))

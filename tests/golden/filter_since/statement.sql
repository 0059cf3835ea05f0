-- $1 = 2
-- $2 = datetime.date(2026, 1, 1)
-- $3 = datetime.date(2026, 12, 31)
-- $4 = '50'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"number":',coalesce(to_json(q2."number")::text,'null'),',"submittedOn":',coalesce('"'||q2."submitted_on"||'"','null'),',"state":"',q2."state",'"}'),','),'],"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from national_request t3
            where t3."province" = $4::text
            and t3."submitted_on" >= $2::date
            and t3."submitted_on" <= $3::date
            limit 10000 + 1) c) c1),'}')
    from
      (select t3."id", t3."number", t3."state", t3."submitted_on"
      from national_request t3
      where t3."province" = $4::text
      and t3."submitted_on" >= $2::date
      and t3."submitted_on" <= $3::date
      order by t3.id asc
      limit $1::int) q2))

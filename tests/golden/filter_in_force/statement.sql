-- $1 = 2
-- $2 = datetime.date(2026, 6, 1)
-- $3 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"tier":"',q2."tier",'","department":"',q2."department",'","duty":"',q2."duty",'","since":"',q2."since",'","until":',coalesce('"'||q2."until"||'"','null'),'}'),','),']}')
    from
      (select t3."department", t3."duty", t3."id", t3."since", t3."tier", t3."until"
      from post t3
      where t3."county" = $3::text
      and (t3."since" <= $2::date
        and (t3."until" is null or t3."until" >= $2::date))
      order by t3.id asc
      limit $1::int) q2))

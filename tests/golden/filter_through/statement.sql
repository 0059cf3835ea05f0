-- $1 = 3
-- $2 = 'HOUSING'
-- $3 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'"}'),','),'],"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from household t3
            where t3."county" = $3::text
            and exists
              (select 1
              from monitoring_case f4
              join risk g5 on g5."monitoring_case" = f4.id
              where f4."household" = t3.id
              and g5."kind" = $2::text)
            limit 10000 + 1) c) c1),'}')
    from
      (select t3."id", 0 as arm
      from household t3
      where t3."county" = $3::text
      and exists
        (select 1
        from monitoring_case f4
        join risk g5 on g5."monitoring_case" = f4.id
        where f4."household" = t3.id
        and g5."kind" = $2::text)
      order by t3.id asc
      limit $1::int) q2))

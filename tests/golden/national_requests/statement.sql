-- $1 = 2
-- $2 = '50'
-- $3 = 2
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"number":',coalesce(to_json(q2."number")::text,'null'),',"state":"',q2."state",'","items":',
            (select concat('{"nodes":[',string_agg(concat('{"operation":"',q5."operation",'","state":"',q5."state",'"}'),','),'],"totalCount":',
                (select least(n, 10000)
                from
                  (select count(*) as n
                  from
                    (select 1
                    from request_item t6
                    where t6."request" = q2."id"
                    and t6."province" = $2::text
                    limit 10000 + 1) c) c4),'}')
            from
              (select t6."id", t6."operation", t6."state"
              from request_item t6
              where t6."request" = q2."id"
              and t6."province" = $2::text
              order by t6.id asc
              limit $3::int) q5),'}'),','),']}')
    from
      (select t3."id", t3."number", t3."state"
      from national_request t3
      where t3."province" = $2::text
      order by t3.id asc
      limit $1::int) q2))

-- $1 = 1
-- $2 = '500110'
select textsend((with c1 as materialized
      (select count(*) as n
      from
        (select 1
        from (
            (select 1
            from household t3
            where t3."county" = $2::text
            limit 10000 + 1)
          union all
            (select 1
            from household t4
            where t4."county" is distinct from $2::text
            and t4."cooperating_county" = $2::text
            limit 10000 + 1)) u
        limit 10000 + 1) c) select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'"}'),','),'],"totalCount":',
        (select least(n, 10000)
        from c1),',"totalCountIsAtLeast":',
        (select (n > 10000)::text
        from c1),'}')
    from
      (select *
      from (
          (select t3."id", 0 as arm
          from household t3
          where t3."county" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."id", 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

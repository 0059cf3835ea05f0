-- $1 = 3
-- $2 = 'IDENTIFICATION'
-- $3 = datetime.date(2026, 6, 30)
-- $4 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"dueOn":"',q2."due_on",'","doneOn":',coalesce('"'||q2."done_on"||'"','null'),',"reason":',coalesce(to_json(q2."reason")::text,'null'),'}'),','
        order by q2.k asc, q2.id asc),'],"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from (
                (select 1
                from deadline t3
                where t3."county" = $4::text
                and t3."kind" = $2::text
                and (t3."due_on" < $3::date
                  and t3."done_on" is null
                  and t3."nature" = 'AT_LATEST')
                limit 10000 + 1)
              union all
                (select 1
                from deadline t4
                where t4."county" is distinct from $4::text
                and t4.household = any(array
                    (select a.id
                    from household a
                    where a."cooperating_county" = $4::text))
                and t4."kind" = $2::text
                and (t4."due_on" < $3::date
                  and t4."done_on" is null
                  and t4."nature" = 'AT_LATEST')
                limit 10000 + 1)) u
            limit 10000 + 1) c) c1),'}')
    from
      (select *
      from (
          (select t3."done_on", t3."due_on", t3."id", t3."reason", t3."due_on" as k, 0 as arm
          from deadline t3
          where t3."county" = $4::text
          and t3."kind" = $2::text
          and (t3."due_on" < $3::date
            and t3."done_on" is null
            and t3."nature" = 'AT_LATEST')
          order by t3."due_on" asc, t3.id asc
          limit $1::int)
        union all
          (select t4."done_on", t4."due_on", t4."id", t4."reason", t4."due_on" as k, 1 as arm
          from deadline t4
          where t4."county" is distinct from $4::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $4::text))
          and t4."kind" = $2::text
          and (t4."due_on" < $3::date
            and t4."done_on" is null
            and t4."nature" = 'AT_LATEST')
          order by t4."due_on" asc, t4.id asc
          limit $1::int)) u
      order by u.k asc, u.id asc
      limit $1::int) q2))

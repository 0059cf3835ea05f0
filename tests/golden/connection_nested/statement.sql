-- $1 = 2
-- $2 = '500110'
-- $3 = 1
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","clues":',
            (select concat('{"nodes":[',string_agg(concat('{"state":"',q6."state",'","dueOn":',coalesce('"'||q6."due_on"||'"','null'),'}'),','),'],"totalCount":',
                (select least(n, 10000)
                from
                  (select count(*) as n
                  from
                    (select 1
                    from clue t7
                    where t7."household" = q2."id"
                    limit 10000 + 1) c) c5),'}')
            from
              (select t7."due_on", t7."id", t7."state", q2.arm as arm
              from clue t7
              where t7."household" = q2."id"
              order by t7.id asc
              limit $3::int) q6),'}'),','),']}')
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

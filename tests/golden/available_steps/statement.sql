-- $1 = 2
-- $2 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"state":"',q2."state",'","availableSteps":','[]','}'),','),']}')
    from
      (select *
      from (
          (select t3."id", t3."state", 0 as arm
          from clue t3
          where t3."county" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."id", t4."state", 1 as arm
          from clue t4
          where t4."county" is distinct from $2::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $2::text))
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

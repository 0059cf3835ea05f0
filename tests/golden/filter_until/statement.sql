-- $1 = 2
-- $2 = 'OPEN'
-- $3 = datetime.date(2026, 6, 30)
-- $4 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"dueOn":',coalesce('"'||q2."due_on"||'"','null'),',"state":"',q2."state",'"}'),','
        order by q2.k asc, q2.id asc),']}')
    from
      (select *
      from (
          (select t3."due_on", t3."id", t3."state", coalesce(t3."due_on",'infinity'::date) as k, 0 as arm
          from clue t3
          where t3."county" = $4::text
          and t3."state" = $2::text
          and t3."due_on" <= $3::date
          order by coalesce(t3."due_on",'infinity'::date) asc, t3.id asc
          limit $1::int)
        union all
          (select t4."due_on", t4."id", t4."state", coalesce(t4."due_on",'infinity'::date) as k, 1 as arm
          from clue t4
          where t4."county" is distinct from $4::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $4::text))
          and t4."state" = $2::text
          and t4."due_on" <= $3::date
          order by coalesce(t4."due_on",'infinity'::date) asc, t4.id asc
          limit $1::int)) u
      order by u.k asc, u.id asc
      limit $1::int) q2))

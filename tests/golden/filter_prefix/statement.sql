-- $1 = 5
-- $2 = '张'
-- $3 = '张\U0010ffff'
-- $4 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"headName":"',q2."head_name",'"}'),','),']}')
    from
      (select *
      from (
          (select t3."head_name", t3."id", 0 as arm
          from household t3
          where t3."county" = $4::text
          and (t3."head_name" >= $2::text
            and t3."head_name" < $3::text)
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."head_name", t4."id", 1 as arm
          from household t4
          where t4."county" is distinct from $4::text
          and t4."cooperating_county" = $4::text
          and (t4."head_name" >= $2::text
            and t4."head_name" < $3::text)
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

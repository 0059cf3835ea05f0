-- $1 = 3
-- $2 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"updatedAt":',to_json(q2."updated_at"),'}'),','
        order by q2.k desc, q2.id desc),']}')
    from
      (select *
      from (
          (select t3."id", t3."updated_at", t3."updated_at" as k, 0 as arm
          from household t3
          where t3."county" = $2::text
          order by t3."updated_at" desc, t3.id desc
          limit $1::int)
        union all
          (select t4."id", t4."updated_at", t4."updated_at" as k, 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          order by t4."updated_at" desc, t4.id desc
          limit $1::int)) u
      order by u.k desc, u.id desc
      limit $1::int) q2))

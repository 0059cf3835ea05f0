-- $1 = 1
-- $2 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"a":"',q2."head_name",'","b":"',q2."head_name",'","id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","__typename":"Household"}'),','),']}')
    from
      (select *
      from (
          (select t3."head_name", t3."id", 0 as arm
          from household t3
          where t3."county" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."head_name", t4."id", 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

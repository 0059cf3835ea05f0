-- $1 = 2
-- $2 = '500110'
-- $3 = 137
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'"}'),','
        order by q2.id asc),'],"pageInfo":{"hasNextPage":',(
          (select true
          from household t3
          where t3."county" = $2::text
          and t3.id >= $3::bigint
          order by t3.id asc
          limit 1) is not null or
          (select true
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          and t4.id >= $3::bigint
          order by t4.id asc
          limit 1) is not null)::text,',"hasPreviousPage":',(
          (select true
          from household t3
          where t3."county" = $2::text
          and t3.id < $3::bigint
          and t3.id < min(q2.id)
          order by t3.id desc
          limit 1) is not null or
          (select true
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          and t4.id < $3::bigint
          and t4.id < min(q2.id)
          order by t4.id desc
          limit 1) is not null)::text,',"startCursor":',case
      when min(q2.id) is null then 'null'
      else '"'||split_part(encode(textsend('ID|'||min(q2.id)),'base64'),'=',1)||'"' end,'}}')
    from
      (select *
      from (
          (select t3."id", 0 as arm
          from household t3
          where t3."county" = $2::text
          and t3.id < $3::bigint
          order by t3.id desc
          limit $1::int)
        union all
          (select t4."id", 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          and t4.id < $3::bigint
          order by t4.id desc
          limit $1::int)) u
      order by u.id desc
      limit $1::int) q2))

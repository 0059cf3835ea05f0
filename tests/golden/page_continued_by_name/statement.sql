-- $1 = 2
-- $2 = '500110'
-- $3 = 109
-- $4 = '吴十'
select textsend(
    (select concat('{"edges":[',string_agg(concat('{"cursor":"',translate(encode(convert_to(concat('HEAD_NAME|',q2.id,'|',q2.k),'UTF8'),'base64'),E'+/=\n','-_'),'","node":{"headName":"',q2."head_name",'"}}'),','
        order by q2.k asc, q2.id asc),'],"pageInfo":{"hasPreviousPage":',(
          (select true
          from household t3
          where t3."county" = $2::text
          and (t3."head_name", t3.id) <= ($4::text, $3::bigint)
          order by t3."head_name" desc, t3.id desc
          limit 1) is not null or
          (select true
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          and (t4."head_name", t4.id) <= ($4::text, $3::bigint)
          order by t4."head_name" desc, t4.id desc
          limit 1) is not null)::text,'}}')
    from
      (select *
      from (
          (select t3."head_name", t3."id", t3."head_name" as k, 0 as arm
          from household t3
          where t3."county" = $2::text
          and (t3."head_name", t3.id) > ($4::text, $3::bigint)
          order by t3."head_name" asc, t3.id asc
          limit $1::int)
        union all
          (select t4."head_name", t4."id", t4."head_name" as k, 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          and (t4."head_name", t4.id) > ($4::text, $3::bigint)
          order by t4."head_name" asc, t4.id asc
          limit $1::int)) u
      order by u.k asc, u.id asc
      limit $1::int) q2))

-- $1 = 2
-- $2 = '500110'
-- $3 = 24
-- $4 = datetime.date(9999, 12, 31)
select textsend(
    (select concat('{"edges":[',string_agg(concat('{"cursor":"',translate(encode(convert_to(concat('DUE_ON|',q2.id,'|',q2.k),'UTF8'),'base64'),E'+/=\n','-_'),'","node":{"dueOn":',coalesce('"'||q2."due_on"||'"','null'),'}}'),','
        order by q2.k desc, q2.id desc),'],"pageInfo":{"hasNextPage":',(
          (select true
          from clue t3
          where t3."county" = $2::text
          and (coalesce(t3."due_on",'infinity'::date), t3.id) < ($4::date, $3::bigint)
          and (coalesce(t3."due_on",'infinity'::date), t3.id) < ((array_agg(q2.k
                order by q2.k asc, q2.id asc))[1], (array_agg(q2.id
                order by q2.k asc, q2.id asc))[1])
          order by coalesce(t3."due_on",'infinity'::date) desc, t3.id desc
          limit 1) is not null or
          (select true
          from clue t4
          where t4."county" is distinct from $2::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $2::text))
          and (coalesce(t4."due_on",'infinity'::date), t4.id) < ($4::date, $3::bigint)
          and (coalesce(t4."due_on",'infinity'::date), t4.id) < ((array_agg(q2.k
                order by q2.k asc, q2.id asc))[1], (array_agg(q2.id
                order by q2.k asc, q2.id asc))[1])
          order by coalesce(t4."due_on",'infinity'::date) desc, t4.id desc
          limit 1) is not null)::text,',"hasPreviousPage":',(
          (select true
          from clue t3
          where t3."county" = $2::text
          and (coalesce(t3."due_on",'infinity'::date), t3.id) >= ($4::date, $3::bigint)
          order by coalesce(t3."due_on",'infinity'::date) asc, t3.id asc
          limit 1) is not null or
          (select true
          from clue t4
          where t4."county" is distinct from $2::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $2::text))
          and (coalesce(t4."due_on",'infinity'::date), t4.id) >= ($4::date, $3::bigint)
          order by coalesce(t4."due_on",'infinity'::date) asc, t4.id asc
          limit 1) is not null)::text,'}}')
    from
      (select *
      from (
          (select t3."due_on", t3."id", coalesce(t3."due_on",'infinity'::date) as k, 0 as arm
          from clue t3
          where t3."county" = $2::text
          and (coalesce(t3."due_on",'infinity'::date), t3.id) < ($4::date, $3::bigint)
          order by coalesce(t3."due_on",'infinity'::date) desc, t3.id desc
          limit $1::int)
        union all
          (select t4."due_on", t4."id", coalesce(t4."due_on",'infinity'::date) as k, 1 as arm
          from clue t4
          where t4."county" is distinct from $2::text
          and t4.household = any(array
              (select a.id
              from household a
              where a."cooperating_county" = $2::text))
          and (coalesce(t4."due_on",'infinity'::date), t4.id) < ($4::date, $3::bigint)
          order by coalesce(t4."due_on",'infinity'::date) desc, t4.id desc
          limit $1::int)) u
      order by u.k desc, u.id desc
      limit $1::int) q2))

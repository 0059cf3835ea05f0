-- $1 = 2
-- $2 = ['IDENTIFIED', 'GREEN_CHANNEL']
-- $3 = 'MARGINAL'
-- $4 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","monitoringState":',coalesce('"'||q2."monitoring_state"||'"','null'),',"category":',coalesce('"'||q2."category"||'"','null'),'}'),','),']}')
    from
      (select *
      from (
          (select t3."category", t3."id", t3."monitoring_state", 0 as arm
          from household t3
          where t3."county" = $4::text
          and t3."monitoring_state" = any($2::text[])
          and t3."category" = $3::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."category", t4."id", t4."monitoring_state", 1 as arm
          from household t4
          where t4."county" is distinct from $4::text
          and t4."cooperating_county" = $4::text
          and t4."monitoring_state" = any($2::text[])
          and t4."category" = $3::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

-- $1 = 3
-- $2 = '500110'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","phone":',case
          when ((q2.arm = 0
              and ((q2."township" = '500110001') is not true))) then (coalesce('"'||q2."phone_masked"||'"','null'))::text
          else 'null' end,',"unit":',coalesce(
              (select concat('{"code":"',o5."code",'"}')
              from unit o5
              where o5.id = q2."unit"),'null'),'}'),','),']}')
    from
      (select *
      from (
          (select t3."city", t3."cooperating_city", t3."cooperating_county", t3."cooperating_province", t3."cooperating_township", t3."cooperating_village", t3."county", t3."id", t3."monitoring_state", t3."phone_masked", t3."province", t3."township", t3."unit", t3."village", 0 as arm
          from household t3
          where t3."county" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."city", t4."cooperating_city", t4."cooperating_county", t4."cooperating_province", t4."cooperating_township", t4."cooperating_village", t4."county", t4."id", t4."monitoring_state", t4."phone_masked", t4."province", t4."township", t4."unit", t4."village", 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

-- $1 = 3
-- $2 = '500110001201'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","headName":"',q2."head_name",'","phone":',case
          when ((q2.arm = 0)) then (coalesce('"'||q2."phone_masked"||'"','null'))::text
          else 'null' end,'}'),','),']}')
    from
      (select *
      from (
          (select t3."head_name", t3."id", t3."phone_masked", 0 as arm
          from household t3
          where t3."village" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."head_name", t4."id", t4."phone_masked", 1 as arm
          from household t4
          where t4."village" is distinct from $2::text
          and t4."cooperating_village" = $2::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

-- $1 = 2
-- $2 = '500110'
-- $3 = 1
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"members":[',array_to_string(array
              (select concat('{"name":"',m5."name",'"}')
              from member m5
              where m5."household" = q2."id"
              order by m5.id
              limit $3::int),','),'],"cases":[',array_to_string(case
            when q2."monitoring_state" is not null then array
              (select concat('{"category":',coalesce('"'||m6."category"||'"','null'),'}')
              from monitoring_case m6
              where m6."household" = q2."id"
              order by m6.id) end,','),']}'),','),']}')
    from
      (select *
      from (
          (select t3."id", t3."monitoring_state", 0 as arm
          from household t3
          where t3."county" = $2::text
          order by t3.id asc
          limit $1::int)
        union all
          (select t4."id", t4."monitoring_state", 1 as arm
          from household t4
          where t4."county" is distinct from $2::text
          and t4."cooperating_county" = $2::text
          order by t4.id asc
          limit $1::int)) u
      order by u.id asc
      limit $1::int) q2))

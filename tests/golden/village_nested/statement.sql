-- $1 = 2
-- $2 = '500110001201'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"headName":"',q2."head_name",'","members":[',array_to_string(array
              (select concat('{"name":"',m5."name",'","relation":"',m5."relation",'","health":',case
                when ((q2.arm = 0)) then (coalesce(array_to_json(m5."health")::text,'null'))::text
                else 'null' end,'}')
              from member m5
              where m5."household" = q2."id"
              order by m5.id),','),'],"cases":[',array_to_string(case
            when q2."monitoring_state" is not null then array
              (select concat('{"state":"',m6."state",'","category":',coalesce('"'||m6."category"||'"','null'),',"risks":[',array_to_string(array
                    (select concat('{"kind":',case
                      when ((q2.arm = 0)) then '"'||m7."kind"||'"'
                      else 'null' end,',"state":"',m7."state",'"}')
                    from risk m7
                    where m7."monitoring_case" = m6."id"
                    and m7.household = m6."household"
                    order by m7.id),','),'],"proceedings":[',array_to_string(array
                    (select concat('{"kind":"',m8."kind",'","state":"',m8."state",'"}')
                    from proceeding m8
                    where m8."monitoring_case" = m6."id"
                    and m8.household = m6."household"
                    order by m8.id),','),'],"measures":[',array_to_string(array
                    (select concat('{"title":',case
                      when ((q2.arm = 0)) then (to_json(m9."title"))::text
                      else 'null' end,',"amount":',case
                      when ((q2.arm = 0))
                      and (not (m9.theme not in ('INDUSTRY','EMPLOYMENT','FINANCE','WELFARE_POST','COMPULSORY_EDUCATION','EDUCATION','HOUSING','WATER','SOCIETY','RELOCATION','LIVING_CONDITIONS','INFRASTRUCTURE') or coalesce(m9.item in ('COMPULSORY_EDUCATION_AT_HOME'), false)) or ((q2.arm = 0))) then (coalesce('"'||m9."amount"||'"','null'))::text
                      else 'null' end,'}')
                    from measure m9
                    where m9."monitoring_case" = m6."id"
                    and m9.household = m6."household"
                    order by m9.id),','),']}')
              from monitoring_case m6
              where m6."household" = q2."id"
              order by m6.id) end,','),']}'),','),']}')
    from
      (select t3."head_name", t3."id", t3."monitoring_state", 0 as arm
      from household t3
      where t3."village" = $2::text
      order by t3.id asc
      limit $1::int) q2))

-- $1 = 3
-- $2 = '500110'
-- $3 = 'EDUCATION'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","headName":"',q2."head_name",'","cases":[',array_to_string(case
            when q2."monitoring_state" is not null then array
              (select concat('{"risks":[',array_to_string(array
                    (select '{"kind":null}'
                    from risk m5
                    where m5."monitoring_case" = m4."id"
                    and m5.household = m4."household"
                    order by m5.id),','),'],"measures":[',array_to_string(array
                    (select concat('{"title":null,"department":',case
                      when (not (m6.theme not in ('INDUSTRY','EMPLOYMENT','FINANCE','WELFARE_POST','COMPULSORY_EDUCATION','EDUCATION','HOUSING','WATER','SOCIETY','RELOCATION','LIVING_CONDITIONS','INFRASTRUCTURE') or coalesce(m6.item in ('COMPULSORY_EDUCATION_AT_HOME'), false)) or false) then (coalesce('"'||m6."department"||'"','null'))::text
                      else 'null' end,'}')
                    from measure m6
                    where m6."monitoring_case" = m4."id"
                    and m6.household = m4."household"
                    order by m6.id),','),']}')
              from monitoring_case m4
              where m4."household" = q2."id"
              order by m4.id) end,','),']}'),','),']}')
    from
      (select t3."head_name", t3."id", t3."monitoring_state"
      from household t3
      where t3."county" = $2::text
      and exists
        (select 1
        from involvement v
        where v.household = t3.id
        and v.department = $3::text)
      order by t3.id asc
      limit $1::int) q2))

-- $1 = [109, 8, 103, 99999]
-- $2 = ['Household', 'MonitoringCase', 'Household', 'Household']
-- $3 = '500110'
select textsend(array_to_string(array
      (select case x.kind
      when 'Household' then coalesce(
          (select concat('{"id":"',split_part(encode(textsend('Household:'||r1."id"),'base64'),'=',1),'","__typename":"Household"}')
          from household r1
          where r1.id = x.number
          and ((r1."county" = $3::text) or (r1."county" is distinct from $3::text
              and r1."cooperating_county" = $3::text))),'null')
      when 'MonitoringCase' then coalesce(
          (select concat('{"id":"',split_part(encode(textsend('MonitoringCase:'||r2."id"),'base64'),'=',1),'","__typename":"MonitoringCase"}')
          from monitoring_case r2
          where r2.id = x.number
          and ((r2."county" = $3::text) or (r2."county" is distinct from $3::text
              and
                (select a."cooperating_county"
                from household a
                where a.id = r2.household) = $3::text))),'null')
      else 'null' end
      from unnest($1::bigint[], $2::text[])
      with ordinality as x(number, kind, place)
      order by x.place),','))

-- $1 = 8
-- $2 = '500110'
select textsend(coalesce(
      (select concat('{"__typename":"MonitoringCase","id":"',split_part(encode(textsend('MonitoringCase:'||r1."id"),'base64'),'=',1),'","state":"',r1."state",'","category":',coalesce('"'||r1."category"||'"','null'),',"household":',coalesce(
            (select concat('{"headName":"',o2."head_name",'"}')
            from household o2
            where o2.id = r1."household"),'null'),'}')
      from monitoring_case r1
      where r1.id = $1::bigint
      and ((r1."county" = $2::text) or (r1."county" is distinct from $2::text
          and
            (select a."cooperating_county"
            from household a
            where a.id = r1.household) = $2::text))),'null'))

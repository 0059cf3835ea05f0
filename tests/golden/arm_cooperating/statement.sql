-- $1 = 101
-- $2 = '500110'
select textsend(coalesce(
      (select concat('{"id":"',split_part(encode(textsend('Household:'||r1."id"),'base64'),'=',1),'","headName":"',r1."head_name",'","phone":',case
        when (((case
              when r1."county" = $2::text then 0
              when r1."county" is distinct from $2::text
              and r1."cooperating_county" = $2::text then 1 end) = 0)) then (coalesce('"'||r1."phone_masked"||'"','null'))::text
        else 'null' end,',"notes":',
          (select concat('{"nodes":[',string_agg(concat('{"content":',to_json(q3."content"),'}'),','),']}')
          from
            (select t4."content", t4."id", (case
              when r1."county" = $2::text then 0
              when r1."county" is distinct from $2::text
              and r1."cooperating_county" = $2::text then 1 end) as arm
            from note t4
            where t4."household" = r1."id"
            order by t4.id asc
            limit 20) q3),'}')
      from household r1
      where r1.id = $1::bigint
      and ((r1."county" = $2::text) or (r1."county" is distinct from $2::text
          and r1."cooperating_county" = $2::text))),'null'))

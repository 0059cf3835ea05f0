-- $1 = 'H0.005227415692715454'
-- $2 = '500110'
select textsend(coalesce(
      (select concat('{"id":"',split_part(encode(textsend('Household:'||r1."id"),'base64'),'=',1),'","headName":"',r1."head_name",'"}')
      from household r1
      where r1.number = $1::text
      and ((r1."county" = $2::text) or (r1."county" is distinct from $2::text
          and r1."cooperating_county" = $2::text))),'null'))

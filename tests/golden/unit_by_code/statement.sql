-- $1 = '500110001201'
select textsend(coalesce(
      (select concat('{"code":"',r1."code",'","name":"',r1."name",'","tier":"',r1."tier",'"}')
      from unit r1
      where r1.code = $1::text
      and r1.valid_until is null),'null'))

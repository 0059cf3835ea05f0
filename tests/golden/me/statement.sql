-- $1 = 1
-- $2 = 2
select textsend(coalesce(
      (select concat('{"name":',to_json(r1."name"),',"posts":[',array_to_string(array
            (select concat('{"tier":"',m2."tier",'","department":"',m2."department",'","duty":"',m2."duty",'","unit":',coalesce(
                  (select concat('{"name":"',o3."name",'"}')
                  from unit o3
                  where o3.id = m2."unit"),'null'),'}')
            from post m2
            where m2."account" = r1."id"
            order by m2.id
            limit $2::int),','),']}')
      from account r1
      where r1.id = $1::bigint),'null'))

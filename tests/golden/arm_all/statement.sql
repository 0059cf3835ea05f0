-- $1 = 3
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'","headName":"',q2."head_name",'","unit":',coalesce(
              (select concat('{"code":"',o4."code",'"}')
              from unit o4
              where o4.id = q2."unit"),'null'),'}'),','),'],"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from household t3
            limit 10000 + 1) c) c1),'}')
    from
      (select t3."head_name", t3."id", t3."unit"
      from household t3
      order by t3.id asc
      limit $1::int) q2))

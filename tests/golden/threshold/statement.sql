-- $1 = '500110001201'
-- $2 = 2026
select textsend(coalesce(
      (select concat('{"amount":"',r1."amount",'","unit":',coalesce(
            (select concat('{"code":"',o2."code",'"}')
            from unit o2
            where o2.id = r1."unit"),'null'),',"basis":',coalesce(to_json(r1."basis")::text,'null'),'}')
      from threshold r1
      where r1.unit in
        (select a.id
        from unit u
        join unit a on a.code in (u.province, u.city, u.county, u.township, u.village)
        where u.code = $1::text
        and u.valid_until is null)
      and r1.year = $2::int
      order by
        (select length(n.code)
        from unit n
        where n.id = r1.unit) desc
      limit 1),'null'))

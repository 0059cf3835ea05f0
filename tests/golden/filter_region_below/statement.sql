-- $1 = 2
-- $2 = '500110001'
-- $3 = '50'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q2."id"),'base64'),'=',1),'"}'),','),'],"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from household t3
            where t3."township" =
              (select u.code
              from unit u
              where u.code = $2::text
              and u."province" = $3::text
              and u.valid_until is null)
            limit 10000 + 1) c) c1),'}')
    from
      (select t3."id"
      from household t3
      where t3."township" =
        (select u.code
        from unit u
        where u.code = $2::text
        and u."province" = $3::text
        and u.valid_until is null)
      order by t3.id asc
      limit $1::int) q2))

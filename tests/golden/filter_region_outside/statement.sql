-- $1 = '510104'
-- $2 = '500110'
select textsend(
    (select concat('{"totalCount":',
        (select least(n, 10000)
        from
          (select count(*) as n
          from
            (select 1
            from (
                (select 1
                from household t3
                where t3."county" =
                  (select u.code
                  from unit u
                  where u.code = $1::text
                  and u."county" = $2::text
                  and u.valid_until is null)
                limit 10000 + 1)
              union all
                (select 1
                from household t4
                where t4."county" is distinct from $2::text
                and t4."cooperating_county" = $2::text
                and t4."county" = $1::text
                limit 10000 + 1)) u
            limit 10000 + 1) c) c1),'}')))

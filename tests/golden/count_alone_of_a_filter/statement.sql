-- $1 = '张'
-- $2 = '张\U0010ffff'
-- $3 = '500110'
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
                where t3."county" = $3::text
                and (t3."head_name" >= $1::text
                  and t3."head_name" < $2::text)
                limit 10000 + 1)
              union all
                (select 1
                from household t4
                where t4."county" is distinct from $3::text
                and t4."cooperating_county" = $3::text
                and (t4."head_name" >= $1::text
                  and t4."head_name" < $2::text)
                limit 10000 + 1)) u
            limit 10000 + 1) c) c1),'}')))

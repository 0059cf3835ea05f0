-- $1 = 2
-- $2 = datetime.date(2026, 6, 1)
-- $3 = '县'
-- $4 = '县\U0010ffff'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"code":"',q2."code",'","name":"',q2."name",'"}'),','),']}')
    from
      (select t3."code", t3."id", t3."name"
      from unit t3
      where (t3."valid_from" <= $2::date
        and (t3."valid_until" is null or t3."valid_until" >= $2::date))
      and (t3."name" >= $3::text
        and t3."name" < $4::text)
      order by t3.id asc
      limit $1::int) q2))

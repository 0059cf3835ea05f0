-- $1 = 2
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"year":',q2."year",',"amount":"',q2."amount",'","state":"',q2."state",'"}'),','
        order by q2.k desc, q2.id desc),']}')
    from
      (select t3."amount", t3."id", t3."state", t3."year", t3."year" as k
      from threshold t3
      order by t3."year" desc, t3.id desc
      limit $1::int) q2))

-- $1 = 2
-- $2 = 1
select textsend(concat(
      (select concat('{"nodes":[',string_agg(concat('{"code":"',q2."code",'","name":"',q2."name",'"}'),','),']}')
      from
        (select t3."code", t3."id", t3."name"
        from unit t3
        where t3."valid_until" is null
        order by t3.id asc
        limit $1::int) q2),',"households":',
      (select concat('{"nodes":[',string_agg(concat('{"id":"',split_part(encode(textsend('Household:'||q5."id"),'base64'),'=',1),'"}'),','),']}')
      from
        (select t0."id"
        from household t0
        where false
        order by t0.id asc
        limit $2::int) q5)))

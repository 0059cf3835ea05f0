-- $1 = 2
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"layer":',to_json(q2."layer"),',"number":',q2."number",',"state":"',q2."state",'"}'),','),']}')
    from
      (select t3."id", t3."layer", t3."number", t3."state"
      from policy_version t3
      order by t3.id asc
      limit $1::int) q2))

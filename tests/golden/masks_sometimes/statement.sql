-- $1 = 2
-- $2 = '50'
select textsend(
    (select concat('{"nodes":[',string_agg(concat('{"phone":null,"address":null,"members":[',array_to_string(array
              (select '{"idNumber":null,"health":null}'
              from member m4
              where m4."household" = q2."id"
              order by m4.id),','),']}'),','),']}')
    from
      (select t3."id"
      from household t3
      where t3."province" = $2::text
      order by t3.id asc
      limit $1::int) q2))

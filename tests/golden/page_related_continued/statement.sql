-- $1 = 103
-- $2 = '500110'
-- $3 = 1
-- $4 = 0
select textsend(coalesce(
      (select concat('{"clues":',
          (select concat('{"nodes":[',string_agg(concat('{"state":"',q3."state",'"}'),','),'],"totalCount":',
              (select least(n, 10000)
              from
                (select count(*) as n
                from
                  (select 1
                  from clue t4
                  where t4."household" = r1."id"
                  limit 10000 + 1) c) c2),',"pageInfo":{"hasNextPage":',(
                (select true
                from clue t4
                where t4."household" = r1."id"
                and t4.id > $4::bigint
                and t4.id > max(q3.id)
                order by t4.id asc
                limit 1) is not null)::text,',"hasPreviousPage":',(
                (select true
                from clue t4
                where t4."household" = r1."id"
                and t4.id <= $4::bigint
                order by t4.id desc
                limit 1) is not null)::text,',"endCursor":',case
            when max(q3.id) is null then 'null'
            else '"'||split_part(encode(textsend('ID|'||max(q3.id)),'base64'),'=',1)||'"' end,'}}')
          from
            (select t4."id", t4."state", (case
              when r1."county" = $2::text then 0
              when r1."county" is distinct from $2::text
              and r1."cooperating_county" = $2::text then 1 end) as arm
            from clue t4
            where t4."household" = r1."id"
            and t4.id > $4::bigint
            order by t4.id asc
            limit $3::int) q3),'}')
      from household r1
      where r1.id = $1::bigint
      and ((r1."county" = $2::text) or (r1."county" is distinct from $2::text
          and r1."cooperating_county" = $2::text))),'null'))

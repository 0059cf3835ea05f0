select textsend(array_to_string(array
      (select concat('{"name":',to_json(r1."name"),',"items":[',array_to_string(array
            (select concat('{"code":',to_json(m2."code"),',"position":',m2."position",'}')
            from code_item m2
            where m2."code_list" = r1."id"
            order by m2.id),','),']}')
      from code_list r1
      order by r1.name),','))

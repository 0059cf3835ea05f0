-- What PostGraphile calls: the transaction of a reported clue as one function, in the name of one official.
drop function if exists bench_report;
create function bench_report(of_household bigint, source text, key text) returns clue
language plpgsql volatile security definer as $$
declare
  home household; made clue; step bigint; today date := (now() at time zone 'Asia/Shanghai')::date; due date;
  facts jsonb; answer jsonb;
begin
  due := today + 15;
  insert into idempotency (account, key, digest, at)
    values (:account, bench_report.key, sha256(convert_to(concat(of_household, source), 'UTF8')), now());
  select * into strict home from household where id = of_household for update;
  insert into clue (household, source, found_on, state, due_on, version)
    values (of_household, bench_report.source, today, 'OPEN', due, 1) returning * into made;
  insert into deadline (household, clue, kind, nature, effect, length, runs_from, due_on)
    values (of_household, made.id, 'IDENTIFICATION', 'AT_LATEST', 'REASON', 15, today, due);
  insert into act (household, step, taken_on, recorded_at, role, account, person, post, arguments)
    values (of_household, 'clue.report', today, now(), :role, :account, :person, :post,
            jsonb_build_object('source', bench_report.source)) returning id into step;
  facts := jsonb_build_object('act', step, 'on', today, 'overridden', '');
  insert into event (action, object_type, object_id, account, person, post, role, policy_version, facts, at, digest,
                     province, city, county, township, village)
    values ('clue.report', 'clue', made.id, :account, :person, :post, :role, 'bench', facts, now(),
            sha256(convert_to(facts::text, 'UTF8')), home.province, home.city, home.county, home.township, home.village);
  insert into message (household, topic, recipient, content, at, attempts)
    values (of_household, 'clue.report', 'next', jsonb_build_object('act', step), now(), 0);
  answer := jsonb_build_object('clue', made.id, 'act', step, 'household', of_household);
  update idempotency set reply = answer where idempotency.account = :account and idempotency.key = bench_report.key;
  return made;
end $$;
grant execute on function bench_report to bench_all;
grant select on clue to bench_all;
comment on function bench_report is '@behavior mutationField';

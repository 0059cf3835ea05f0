/** graphql-codegen (client preset): documents and types generated from the SDL and docs/examples, asked of the product. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as documents from '../.generated/codegen/graphql';
import { ask, service } from './service';

test('J1: a village in one request, typed down to the measures', async () => {
  const { households } = await ask(documents.VillageDocument, { region: service.village }, 'village');
  assert.ok(households.nodes.length > 0);
  assert.equal(households.totalCount, households.nodes.length);
  for (const household of households.nodes) {
    assert.equal(household.unit?.code, service.village);
    assert.ok(household.members.length > 0);
    const amounts: (string | null | undefined)[] = household.cases.flatMap(one =>
      one.plans.flatMap(plan => plan.measures.map(measure => measure.amount)),
    );
    assert.ok(amounts.every(amount => amount == null || /^\d+\.\d\d$/.test(amount)), 'money is a string, never a float');
    const newest: number | undefined = household.surveys.nodes[0]?.year;
    assert.ok(newest === undefined || newest >= 2025);
  }
});

test('J1: the county sees the village by the same query, the neighbouring county nothing of it', async () => {
  const region = service.village;
  const own = await ask(documents.VillageDocument, { region }, 'village');
  const county = await ask(documents.VillageDocument, { region }, 'county');
  const neighbour = await ask(documents.VillageDocument, { region }, 'neighbour');
  assert.equal(neighbour.households.totalCount, neighbour.households.nodes.length);
  const ids = (answer: documents.VillageQuery) => new Set(answer.households.nodes.map(household => household.id));
  assert.deepEqual(ids(county), ids(own));
  assert.ok([...ids(neighbour)].every(id => ids(own).has(id)));
  assert.ok(ids(neighbour).size < ids(own).size, 'at most those that moved out of it');
});

test('the country, nested, and who I am', async () => {
  const { unit } = await ask(documents.CountryDocument, {}, 'national');
  const provinces = unit?.children.nodes.map(province => province.code);
  assert.deepEqual(provinces, ['50', '51', '66']);
  const { me } = await ask(documents.MeDocument, {});
  const duties: documents.Duty[] = me.posts.map(post => post.duty);
  assert.deepEqual(duties, ['HANDLER']);
});

test('an object again by its identifier, the interface narrowed by __typename', async () => {
  const { households } = await ask(documents.VillageDocument, { first: 1 });
  const household = households.nodes[0];
  assert.ok(household);
  const { node } = await ask(documents.AgainDocument, { id: household.id });
  assert.ok(node?.__typename === 'Household');
  const version: number = node.version;
  assert.ok(version > 0);
});

test('a person found by the whole number, masked, then opened on record', async () => {
  const why = { purpose: 'VERIFICATION', reason: '入户核实' } as const;
  const { findPerson } = await ask(documents.FindPersonDocument, { idNumber: service.idNumber, ...why }, 'village');
  assert.ok(findPerson?.idNumber && findPerson.idNumber !== service.idNumber);
  assert.match(findPerson.idNumber, /\*{6,}/);
  const opened = { id: findPerson.id, field: 'idNumber', ...why };
  const { revealPersonalData } = await ask(documents.RevealDocument, opened, 'village');
  assert.equal(revealPersonalData.value, service.idNumber);
  const beyond = await ask(documents.FindPersonDocument, { idNumber: service.idNumber, ...why }, 'neighbour');
  assert.equal(beyond.findPerson, null);
});

test('a step: what may be done next, taken once however often it is sent, and why another may not', async () => {
  const { households } = await ask(documents.AvailableStepsDocument, { region: service.village }, 'village');
  const household = households.nodes.findLast(one => one.availableSteps.some(step => step.mutation === 'clueReport'));
  assert.ok(household);
  const { id, version } = household;
  const input: documents.ClueReportInput = { id, version, key: 'codegen-report', source: 'CADRE_SCREENING' };
  const { clueReport } = await ask(documents.ReportClueDocument, { input }, 'village');
  assert.deepEqual([clueReport.taken, clueReport.problems], [true, []]);
  const again = await ask(documents.ReportClueDocument, { input }, 'village');
  assert.equal(again.clueReport.clue?.id, clueReport.clue?.id);
  const { stepCheck } = await ask(documents.CheckStepDocument, { id, step: 'clue.report' }, 'province');
  assert.equal(stepCheck.possible, false);
  assert.deepEqual(stepCheck.problems.map(({ code }) => code), ['STEP_NOT_ALLOWED']);
  const { deadlines } = await ask(documents.DeadlinesDocument, { region: service.village, kind: ['IDENTIFICATION'] });
  assert.ok(deadlines.nodes.some(one => one.clue?.id === clueReport.clue?.id));
});

test('a national request whole, to who is part of it', async () => {
  const { nationalRequests } = await ask(documents.NationalRequestsDocument, { state: ['SUBMITTED'] }, 'national');
  const id = nationalRequests.nodes[0]?.id;
  assert.ok(id);
  const { node } = await ask(documents.RequestPackageDocument, { id }, 'national');
  assert.ok(node?.__typename === 'NationalRequest');
  const [item] = node.items.nodes;
  const changes: [string, string | null | undefined][] | undefined = item?.effects.map(one => [one.field, one.after]);
  assert.deepEqual(changes, [['state', 'WITHDRAWN']]);
  assert.ok(item?.evidence[0]?.sha256 && item.household?.unit?.name);
  assert.equal((await ask(documents.RequestPackageDocument, { id }, 'education')).node, null);
});

test('what the schema does not know does not compile', async () => {
  const { households } = await ask(documents.VillageDocument, { first: 1 });
  // @ts-expect-error no such field
  assert.equal(households.nodes[0]?.salary, undefined);
  // @ts-expect-error nullable until checked
  const name: string = households.nodes[0]?.headName;
  assert.ok(name);
  // @ts-expect-error a required variable
  await assert.rejects(ask(documents.HouseholdFileDocument, {}));
  // @ts-expect-error not a category
  await assert.rejects(ask(documents.MonitoredDocument, { category: ['POOR'] }));
});

/** urql: its default Accept and method, cached documents, pages one after another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { MonitoredDocument, RevealDocument, UnitsDocument } from '../.generated/codegen/graphql';
import { bearer, url } from './service';

// urql asks small queries by GET unless told not to
const client = (headers: Record<string, string> = bearer('national')) =>
  new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false, fetchOptions: { headers } });

test('every unit once, page by page', async () => {
  const urql = client();
  const codes: string[] = [];
  let after: string | null | undefined;
  let total = -1;
  do {
    const { data, error } = await urql.query(UnitsDocument, { first: 7, after });
    assert.equal(error, undefined);
    assert.ok(data);
    codes.push(...data.units.nodes.map(unit => unit.code));
    total = data.units.totalCount;
    after = data.units.pageInfo.hasNextPage ? data.units.pageInfo.endCursor : null;
  } while (after);
  assert.ok(total > 20);
  assert.deepEqual(codes, [...new Set(codes)].sort());
  assert.equal(codes.length, total);
});

test('filters, directives and defaults as variables', async () => {
  const { data, error } = await client(bearer()).query(MonitoredDocument, {
    first: 50,
    state: ['IDENTIFIED', 'GREEN_CHANNEL'],
    by: 'IDENTIFIED_ON',
    direction: 'DESC',
    withHousehold: false,
  });
  assert.equal(error, undefined);
  const days = data!.monitoringCases.edges.map(edge => edge.node.identifiedOn).filter(day => day != null);
  assert.ok(days.length > 1);
  assert.deepEqual(days, days.toSorted().reverse());
  assert.ok(data!.monitoringCases.edges.every(edge => !('household' in edge.node)));
});

test('left to its default, it is told to post', async () => {
  const asking = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: bearer() } });
  const { error } = await asking.query(UnitsDocument, { first: 1 });
  assert.equal(error?.graphQLErrors[0]?.extensions['code'], 'BAD_METHOD');
  assert.equal(error?.response?.headers.get('allow'), 'POST');
});

test('a refusal is an error with its code and question', async () => {
  const variables = { id: 'TWVtYmVyOjE', field: 'idNumber', purpose: 'PAYMENT', reason: '' } as const;
  const { data, error } = await client(bearer()).mutation(RevealDocument, variables);
  assert.equal(data ?? null, null);
  const [first] = error?.graphQLErrors ?? [];
  assert.match(String(first?.extensions['code']), /^[A-Z_]+$/);
  assert.equal(first?.extensions['question'], 'Q38');
});

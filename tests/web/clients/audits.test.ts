/** graphql-http's audits of GraphQL over HTTP: no error, no warning; a query in an address is refused by choice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { bearer, url } from './service';

// MAY audits of queries by GET, refused by choice: an address ends up in the logs of every proxy (api/resolvers/http/request.py)
const BY_CHOICE = new Set(['5A70', 'D6D5', '6A70']);

const signed: typeof fetch = (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...bearer() } });

test('all audits', async context => {
  const audits = serverAudits({ url, fetchFn: signed });
  assert.ok(audits.length >= 61);
  for (const audit of audits) {
    await context.test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      if (result.status === 'ok') return;
      assert.equal(BY_CHOICE.has(audit.id) && result.status, 'notice', result.reason);
    });
  }
});

/** relay-compiler: a connection and its refetchable fragment compile against the SDL, and page through the live product. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ConnectionHandler,
  Environment,
  fetchQuery,
  Network,
  ROOT_ID,
  RecordSource,
  Store,
} from 'relay-runtime';
import page, { type householdsPageQuery } from '../.generated/relay/householdsPageQuery.graphql';
import type { householdsQuery } from '../.generated/relay/householdsQuery.graphql';
import { unit } from './relay/households';
import { bearer, service, url } from './service';

const network = Network.create(async ({ text }, variables) => {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...bearer() };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
  return response.json();
});

function held(environment: Environment, id: string): { ids: string[]; more: boolean; end: string } {
  let found = { ids: [] as string[], more: false, end: '' };
  environment.commitUpdate(store => {
    assert.ok(store.get(ROOT_ID));
    const connection = ConnectionHandler.getConnection(store.get(id)!, 'unit_households', { order: { by: 'HEAD_NAME' } });
    const info = connection?.getLinkedRecord('pageInfo');
    const edges = connection?.getLinkedRecords('edges') ?? [];
    found = {
      ids: edges.map(edge => edge.getLinkedRecord('node')!.getDataID()),
      more: Boolean(info?.getValue('hasNextPage')),
      end: String(info?.getValue('endCursor')),
    };
  });
  return found;
}

test('pages of a connection follow one another through the node query', async () => {
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const code = service.village;
  const first = await fetchQuery<householdsQuery>(environment, unit, { code, first: 1 }).toPromise();
  const id = first?.unit?.id;
  assert.ok(id);
  let state = held(environment, id);
  assert.equal(state.ids.length, 1);
  let pages = 1;
  while (state.more) {
    await fetchQuery<householdsPageQuery>(environment, page, { id, first: 1, after: state.end }).toPromise();
    state = held(environment, id);
    pages += 1;
    assert.equal(state.ids.length, pages);
    assert.ok(pages < 100);
  }
  assert.ok(pages > 1, 'the village has more than one household');
  assert.equal(new Set(state.ids).size, pages);
});

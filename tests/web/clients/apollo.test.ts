/** Apollo Client: generated documents, a normalized cache, pages appended by its own Relay policy. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache, ServerError } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { buildSchema, isAbstractType } from 'graphql';
import { AgainDocument, MonitoredDocument, VillageDocument } from '../.generated/codegen/graphql';
import { bearer, url } from './service';

const schema = buildSchema(readFileSync('.generated/schema.graphql', 'utf8'));
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map(type => [type.name, schema.getPossibleTypes(type).map(one => one.name)]),
);

const client = (headers: Record<string, string> = bearer()) =>
  new ApolloClient({
    link: new HttpLink({ uri: url, headers }),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: { Query: { fields: { monitoringCases: relayStylePagination(['filter', 'order']) } } },
    }),
  });

test('pages appended until the total is there', async () => {
  const apollo = client();
  const options = { query: MonitoredDocument, variables: { first: 3, state: ['IDENTIFIED' as const] } };
  let page = (await apollo.query(options)).data!.monitoringCases.pageInfo;
  const query = apollo.watchQuery(options);
  const subscription = query.subscribe(() => {});
  for (let asked = 1; page.hasNextPage && asked < 100; asked += 1) {
    const more = await query.fetchMore({ variables: { after: page.endCursor } });
    page = more.data!.monitoringCases.pageInfo;
  }
  subscription.unsubscribe();
  const cases = apollo.cache.readQuery(options)?.monitoringCases;
  const ids = cases?.edges.map(edge => edge.node.id) ?? [];
  assert.ok(ids.length > 3);
  assert.equal(new Set(ids).size, cases?.totalCount);
});

test('backwards the same cases in the same order', async () => {
  const apollo = client();
  const all = await apollo.query({ query: MonitoredDocument, variables: { first: 200 } });
  const last = await apollo.query({ query: MonitoredDocument, variables: { last: 4 }, fetchPolicy: 'no-cache' });
  const ids = (edges: { node: { id: string } }[]) => edges.map(edge => edge.node.id);
  const tail = ids(last.data!.monitoringCases.edges);
  assert.deepEqual(tail, ids(all.data!.monitoringCases.edges).slice(-4));
  const before = last.data!.monitoringCases.pageInfo.startCursor;
  const earlier = await apollo.query({
    query: MonitoredDocument,
    variables: { last: 4, before },
    fetchPolicy: 'no-cache',
  });
  assert.deepEqual(ids(earlier.data!.monitoringCases.edges), ids(all.data!.monitoringCases.edges).slice(-8, -4));
});

test('an object already listed is known by its identifier, and fragments on the interface match', async () => {
  const apollo = client();
  const listed = await apollo.query({ query: VillageDocument, variables: { first: 1 } });
  const household = listed.data!.households.nodes[0]!;
  const again = await apollo.query({ query: AgainDocument, variables: { id: household.id } });
  assert.ok(again.data?.node?.__typename === 'Household');
  assert.equal(again.data.node.headName, household.headName);
  const cached = apollo.cache.extract() as Record<string, { updatedAt?: string; headName?: string }>;
  assert.equal(cached[`Household:${household.id}`]?.updatedAt, again.data.node.updatedAt);
});

test('errors arrive as GraphQL errors with their code, a missing token as 401', async () => {
  const wrong = client().query({ query: gql`{ node(id: "x") { id } }` });
  await assert.rejects(wrong, fault => {
    assert.ok(CombinedGraphQLErrors.is(fault));
    return fault.errors[0]?.extensions?.['code'] === 'BAD_ID';
  });
  await assert.rejects(client({}).query({ query: gql`{ me { name } }` }), fault => {
    if (CombinedGraphQLErrors.is(fault)) return fault.errors[0]?.extensions?.['code'] === 'TOKEN_MISSING';
    return ServerError.is(fault) && fault.statusCode === 401;
  });
});

/** graphql-ws 6, the client of the protocol: told what happens, resumed by cursor, refused with the protocol's codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { bearer, service, url } from './service';

interface Told {
  happened: { cursor: string; action: string; object: { __typename: string; id: string; household?: { id: string } } };
}
interface Household {
  id: string;
  version: number;
}
const HAPPENED = `subscription Told($after: String) { happened(after: $after, actions: ["clue.report"]) {
  cursor action object { __typename id ... on Clue { household { id } } } } }`;
const HOUSEHOLDS = `{ households(first: 5, filter: {region: "${service.village}"}) { nodes { id version } } }`;
const REPORT = `mutation Report($input: ClueReportInput!) { clueReport(input: $input) { taken } }`;

function connect(more: object = {}, params: object = bearer('village')): Client {
  return createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { ...params },
    retryAttempts: 0,
    ...more,
  });
}

async function once<T>(client: Client, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  for await (const { data, errors } of client.iterate<T>({ query, variables })) {
    assert.equal(errors, undefined);
    return data!;
  }
  throw new Error('no answer');
}

async function households(client: Client): Promise<Household[]> {
  return (await once<{ households: { nodes: Household[] } }>(client, HOUSEHOLDS)).households.nodes;
}

const report = (client: Client, { id, version }: Household) =>
  once<{ clueReport: { taken: boolean } }>(client, REPORT, {
    input: { id, version, key: `socket-${id}`, source: 'SELF_REPORT' },
  });

/** Begin at the cursor the connection is welcomed with, so that nothing of what follows is missed. */
async function begin(): Promise<{ client: Client; cursor: string }> {
  let client!: Client;
  const cursor = await new Promise<string>((done, failed) => {
    client = connect({
      lazy: false,
      onNonLazyError: failed,
      on: { connected: (_: unknown, payload: { cursor: string }) => done(payload.cursor) },
    });
  });
  return { client, cursor };
}

test('queries, mutations and what they make happen, on one connection', async () => {
  const { client, cursor } = await begin();
  const told = client.iterate<Told>({ query: HAPPENED, variables: { after: cursor } });
  const [first, second] = await households(client);
  assert.ok(first && second);
  assert.equal((await report(client, first)).clueReport.taken, true);
  const one = (await told.next()).value!.data!.happened;
  assert.equal(one.action, 'clue.report');
  assert.equal(one.object.__typename, 'Clue');
  assert.equal(one.object.household?.id, first.id);

  // gone for a while; it goes on behind the last cursor, without repeating
  await client.dispose();
  const away = connect();
  assert.equal((await report(away, second)).clueReport.taken, true);
  const again = connect().iterate<Told>({ query: HAPPENED, variables: { after: one.cursor } });
  const next = (await again.next()).value!.data!.happened;
  assert.equal(next.object.household?.id, second.id);
  await again.return!();
  await away.dispose();
});

test('a connection cut off is made anew by the client, which asks as it asked first: cursors tell what is new', async () => {
  const { client: other, cursor } = await begin();
  let socket: WebSocket | undefined;
  const client = connect({ retryAttempts: 5, retryWait: async () => {}, on: { opened: (one: WebSocket) => (socket = one) } });
  const [, , third, fourth] = await households(other);
  assert.ok(third && fourth);
  const told = new Map<string, string>();
  let heard = 0;
  const done = new Promise<void>((resolve, failed) => {
    client.subscribe<Told>(
      { query: HAPPENED, variables: { after: cursor } },
      {
        next: ({ data }) => {
          heard += 1;
          told.set(data!.happened.cursor, data!.happened.object.household!.id);
          if (heard === 1) {
            socket!.close(4999, 'cut off');
            report(other, fourth).catch(failed);
          }
          if (told.size === 2) resolve();
        },
        error: failed,
        complete: () => {},
      },
    );
  });
  assert.equal((await report(other, third)).clueReport.taken, true);
  await done;
  assert.deepEqual([...told.values()], [third.id, fourth.id]);
  assert.equal(heard, 3);
  await client.dispose();
  await other.dispose();
});

test('a bad token is fatal, a bad document is an error of its own', async () => {
  await assert.rejects(once(connect({ retryAttempts: 3 }, { token: 'a.b.c' }), '{ me { name } }'), { code: 4401 });
  const client = connect();
  await assert.rejects(once(client, 'subscription { nothing }'), (errors: { extensions: { code: string } }[]) => {
    assert.equal(errors[0]?.extensions.code, 'GRAPHQL_INVALID');
    return true;
  });
  assert.ok((await once<{ me: { name: string } }>(client, '{ me { name } }')).me.name);
  await client.dispose();
});

test('a page of another origin is shut out', async () => {
  class Foreign extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { origin: 'http://evil.example' });
    }
  }
  await assert.rejects(once(connect({ webSocketImpl: Foreign }), '{ me { name } }'));
});

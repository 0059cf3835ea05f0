/** 服务 The live product that run.mjs started (serve.py), and one plain typed request to it. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

export interface Service {
  address: string;
  tokens: Record<'national' | 'province' | 'county' | 'neighbour' | 'education' | 'village' | 'editor', string>;
  account: string;
  password: string;
  village: string;
  idNumber: string;
}

export const service: Service = JSON.parse(process.env['TESTED_SERVICE'] ?? 'null');
export const url = `${service.address}/graphql`;

export const bearer = (official: keyof Service['tokens'] = 'county') => ({
  authorization: `Bearer ${service.tokens[official]}`,
});

/** Ask with a generated document; the answer has the document's own type. */
export async function ask<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  official: keyof Service['tokens'] = 'county',
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...bearer(official),
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const body = await response.json();
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

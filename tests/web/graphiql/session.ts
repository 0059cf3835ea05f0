/** 会话 Who is signed in: the token lives in this tab's sessionStorage alone, and goes nowhere but to this server. */
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

const KEY = 'shouwang.token';

export interface Problem {
  message: string;
  extensions?: { code?: string; zh?: string; next?: { zh?: string; en?: string } };
}

export interface Asked {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown>;
}

export interface Answer {
  data?: any;
  errors?: Problem[];
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export const token = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (text: string): void => sessionStorage.setItem(KEY, text),
  forget: (): void => sessionStorage.removeItem(KEY),
};

async function post(address: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
}

/** Ask the API in the name of whoever holds the token. */
export async function ask(body: unknown, bearer = token.get()): Promise<{ status: number; answer: Answer }> {
  const response = await post('/graphql', body, {
    accept: 'application/graphql-response+json',
    ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
  });
  return { status: response.status, answer: await response.json() };
}

const socket = createClient({
  url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
  connectionParams: () => ({ authorization: `Bearer ${token.get()}` }),
  retryAttempts: 0,
});

/** Follow a subscription in the name of whoever holds the token; the socket closes with the last one. */
export const follow = (asked: Asked) => socket.iterate(asked);

/** What is asked and how; what cannot be read is for the server to refuse. */
export function understood(asked: Asked): { asked: Asked; subscription: boolean } {
  try {
    const document = parse(asked.query);
    const only = getOperationAST(document); // just after a change of tabs GraphiQL still names the other one's
    const operation = only ?? getOperationAST(document, asked.operationName);
    return {
      asked: only ? { ...asked, operationName: only.name?.value } : asked,
      subscription: operation?.operation === 'subscription',
    };
  } catch {
    return { asked, subscription: false };
  }
}

/** A token for a local account. */
export async function signIn(account: string, password: string): Promise<string> {
  const response = await post('/token', { account, password }, { accept: 'application/json' });
  const body = await response.json();
  if (!response.ok) throw new Refused(body.errors[0]);
  return body.access_token;
}

/** Who a token stands for, in one line; it is kept only when the server knows it. */
export async function begin(bearer: string): Promise<string> {
  const { answer } = await ask({ query: '{ me { name posts { duty department unit { name } } } }' }, bearer);
  if (answer.errors?.[0]) throw new Refused(answer.errors[0]);
  token.set(bearer);
  return answer.data.me.name;
}

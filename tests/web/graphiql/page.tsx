/** 页面 The page at /graphql: sign-in, then GraphiQL with the example queries as tabs. Nothing comes from outside. */
import { GraphiQL } from 'graphiql';
import { type FormEvent, StrictMode, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './page.css';
import { ask, type Asked, begin, follow, type Problem, Refused, signIn, token, understood } from './session';

interface Example {
  query: string;
  variables: string;
}

/** Queries and variables may hold personal values: they are gone with the page. */
class Memory implements Storage {
  readonly #kept = new Map<string, string>();
  get length() {
    return this.#kept.size;
  }
  key = (index: number) => [...this.#kept.keys()][index] ?? null;
  getItem = (name: string) => this.#kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#kept.set(name, String(value));
  removeItem = (name: string) => void this.#kept.delete(name);
  clear = () => this.#kept.clear();
}

/** What went wrong in both languages, a line each, with what to do next. */
function told(fault: unknown): string {
  const { message, extensions }: Problem = fault instanceof Refused ? fault.problem : { message: String(fault) };
  const zh = [extensions?.zh, extensions?.next?.zh].filter(Boolean).join('；');
  const en = [message, extensions?.next?.en].filter(Boolean).join('; ');
  return [extensions?.code, zh, en].filter(Boolean).join('\n');
}

function SignIn({ onToken, notice }: { onToken: (name: string) => void; notice: string }) {
  const [fault, setFault] = useState(notice);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>, obtain: (form: FormData) => Promise<string>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      onToken(await begin(await obtain(form)));
    } catch (problem) {
      setFault(told(problem));
      setBusy(false);
    }
  }
  const given = (form: FormData, name: string) => String(form.get(name) ?? '');
  return (
    <div className="sw-signin">
      <h1>登录 Sign in</h1>
      <form onSubmit={event => submit(event, form => signIn(given(form, 'account').trim(), given(form, 'password')))}>
        <label>
          账号 Account
          <input name="account" autoComplete="username" required autoFocus spellCheck={false} />
        </label>
        <label>
          密码 Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button disabled={busy}>登录 Sign in</button>
      </form>
      <p className="sw-or">或粘贴令牌 Or paste a token</p>
      <form onSubmit={event => submit(event, async form => given(form, 'token').replace(/^Bearer\s+/i, '').trim())}>
        <label>
          令牌 Token
          <input name="token" type="password" autoComplete="off" required spellCheck={false} />
        </label>
        <button disabled={busy}>使用令牌 Use this token</button>
      </form>
      <p className="sw-hint">
        本机可打印令牌 On the server’s own machine a token is printed by <code>.venv/bin/shouwang token ACCOUNT</code>
      </p>
      <p className="sw-hint">
        令牌只存在本标签页，关闭即清除；查询与变量不保存。
        <br />
        The token stays in this tab and is gone when it closes; queries and variables are not kept.
      </p>
      <p role="alert" className="sw-fault">
        {fault}
      </p>
    </div>
  );
}

function Page({ examples }: { examples: Example[] }) {
  const [name, setName] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const [notice, setNotice] = useState('');
  const [storage, setStorage] = useState(() => new Memory());
  const entered = (account: string) => {
    setName(account);
    setOpened(true);
    setNotice('');
  };
  const left = (why: string) => {
    token.forget();
    setName(null);
    setNotice(why);
  };
  useEffect(() => {
    const kept = token.get();
    if (kept) begin(kept).then(entered, fault => left(told(fault)));
  }, []);
  const fetcher = useMemo(
    () => async (body: Asked) => {
      const { asked, subscription } = understood(body);
      if (subscription) return follow(asked) as any;
      const { status, answer } = await ask(asked);
      if (status === 401 && answer.errors?.[0]) left(told(new Refused(answer.errors[0])));
      return answer as any;
    },
    [],
  );
  const signOut = () => {
    left('');
    setOpened(false);
    setStorage(new Memory());
  };
  return (
    <>
      <header className="sw-bar">
        <strong>守望 Shouwang</strong>
        <span>GraphQL</span>
        <span className="sw-who">{name}</span>
        {name && (
          <button type="button" onClick={signOut}>
            退出 Sign out
          </button>
        )}
      </header>
      <main className="sw-main">
        {opened && (
          <GraphiQL
            fetcher={fetcher}
            storage={storage}
            defaultTabs={examples}
            isHeadersEditorEnabled={false}
            shouldPersistHeaders={false}
            showPersistHeadersSettings={false}
            defaultEditorToolsVisibility="variables"
          >
            <GraphiQL.Logo>
              <></>
            </GraphiQL.Logo>
          </GraphiQL>
        )}
        {name === null && <SignIn key={notice} onToken={entered} notice={notice} />}
      </main>
    </>
  );
}

const examples: Example[] = await (await fetch('/assets/examples.json')).json();
createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <Page examples={examples} />
  </StrictMode>,
);

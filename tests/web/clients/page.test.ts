/** The page at /graphql in a browser whose network reaches nothing but this server: sign in, ask, see households. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import * as documents from '../.generated/codegen/graphql';
import { ask, service, url } from './service';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--no-proxy-server'],
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const EXAMPLES: { query: string }[] = JSON.parse(readFileSync('../../api/resolvers/http/assets/examples.json', 'utf8'));

let browser: Browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
});
after(async () => browser.close());

async function open(): Promise<{ page: Page; complaints: string[]; elsewhere: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', fault => complaints.push(String(fault)));
  page.on('request', request => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(service.address)) elsewhere.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, elsewhere };
}

async function signIn(page: Page, password = service.password): Promise<void> {
  await page.fill('input[name=account]', service.account);
  await page.fill('input[name=password]', password);
  await page.click('button:has-text("登录 Sign in")');
}

/** Choose an example's tab and run it; the editor shows another text a moment after its tab. */
async function run(page: Page, name: string): Promise<void> {
  await page.locator('.graphiql-tab-button', { hasText: name }).click();
  await page.locator('.graphiql-query-editor').getByText(name, { exact: true }).waitFor();
  await page.click('.graphiql-execute-button');
}

const answer = (page: Page) => page.locator('.graphiql-response');
const shot = (page: Page, name: string) => page.screenshot({ path: `.generated/${name}.png` });

test('a village official signs in, runs the first example and sees households', async () => {
  const { page, complaints, elsewhere } = await open();
  await page.waitForSelector('input[name=account]');
  await shot(page, 'sign-in');
  await signIn(page);
  await page.waitForSelector('.graphiql-query-editor .CodeMirror');
  await page.click('.graphiql-execute-button');
  await answer(page).getByText('"headName"').first().waitFor();
  await answer(page).getByText('"totalCount"').waitFor();
  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
  await page.locator('.graphiql-doc-explorer').getByText('monitoringCases').waitFor();
  await shot(page, 'village');
  await page.click('button[aria-label="Open settings dialog"]');
  await page.locator('.graphiql-dialog').getByText('Theme').waitFor();
  await shot(page, 'settings');
  await page.keyboard.press('Escape');
  await page.click('button[aria-label="Show History"]');
  await page.locator('.graphiql-history').getByText('Village').waitFor();
  assert.deepEqual(complaints, [], 'neither errors, nor warnings, nor violations of the content security policy');
  assert.deepEqual(elsewhere, [], 'nothing asked of anybody else');
  await page.close();
});

test('the examples are tabs, named, with their sample variables', async () => {
  const { page } = await open();
  await signIn(page);
  const tabs = page.locator('.graphiql-tab-button');
  await tabs.first().waitFor();
  const names = EXAMPLES.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
  assert.deepEqual(await tabs.allTextContents(), names);
  await run(page, 'ThresholdOf');
  await answer(page).getByText('"7800.00"').first().waitFor();
  await shot(page, 'threshold');
  await page.close();
});

test('a subscription is followed in the page', async () => {
  const { page, complaints } = await open();
  await signIn(page);
  const begun = page.waitForEvent('websocket').then(socket =>
    socket.waitForEvent('framesent', frame => String(frame.payload).includes('"subscribe"')),
  );
  await run(page, 'Happened');
  await begun;
  const { households } = await ask(documents.AvailableStepsDocument, { region: service.village }, 'village');
  const household = households.nodes.at(-2);
  assert.ok(household);
  const { id, version } = household;
  const input = { id, version, key: 'page-report', source: 'SELF_REPORT' } as const;
  assert.equal((await ask(documents.ReportClueDocument, { input }, 'village')).clueReport.taken, true);
  await answer(page).getByText('"clue.report"').waitFor();
  await shot(page, 'happened');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the token stays in the tab, nothing else stays, and signing out forgets it', async () => {
  const { page } = await open();
  await signIn(page);
  await page.waitForSelector('.graphiql-query-editor');
  await page.click('.graphiql-execute-button');
  await answer(page).getByText('"headName"').first().waitFor();
  const kept = () => page.evaluate(() => [Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]);
  assert.deepEqual(await kept(), [['shouwang.token'], [], '']);
  await page.reload();
  await page.waitForSelector('.graphiql-query-editor');
  await page.click('button:has-text("退出 Sign out")');
  await page.waitForSelector('input[name=token]');
  assert.equal(await page.locator('.graphiql-query-editor').count(), 0);
  assert.deepEqual(await kept(), [[], [], '']);
  await page.close();
});

test('a pasted token serves; a wrong one and a wrong password are told in both languages', async () => {
  const { page } = await open();
  const fault = page.getByRole('alert');
  await signIn(page, 'wrong');
  await fault.getByText('SIGN_IN_FAILED').waitFor();
  assert.match((await fault.textContent()) ?? '', /[\u4e00-\u9fff]+\n[a-z ]{8}/);
  await page.fill('input[name=token]', 'nonsense');
  await page.click('button:has-text("使用令牌")');
  await fault.getByText('TOKEN_MALFORMED').waitFor();
  await shot(page, 'refused');
  await page.fill('input[name=token]', `Bearer ${service.tokens.county}`);
  await page.click('button:has-text("使用令牌")');
  await page.waitForSelector('.graphiql-query-editor');
  await page.close();
});

test('the policy of the page lets no other script in', async () => {
  const { page } = await open();
  const response = await page.request.get(url, { headers: { accept: 'text/html' } });
  const policy = response.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe|\*|http/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    return 'ran' in window;
  });
  assert.equal(ran, false);
  await page.close();
});

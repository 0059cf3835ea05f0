/** What is committed under api/resolvers/http/assets is what this folder builds, and names no other host to load from. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const COMMITTED = '../../api/resolvers/http/assets';
const BUILT = '.generated/assets';
const names = (folder: string) => readdirSync(folder).sort();

test('rebuilt, byte for byte', () => {
  assert.deepEqual(names(COMMITTED), names(BUILT));
  for (const name of names(BUILT)) {
    const same = readFileSync(join(COMMITTED, name)).equals(readFileSync(join(BUILT, name)));
    assert.ok(same, `${name} differs: npm run build`);
  }
});

test('small, and nothing is loaded from outside', () => {
  const bytes = names(COMMITTED).reduce((sum, name) => sum + readFileSync(join(COMMITTED, name)).length, 0);
  assert.ok(bytes < 2_000_000);
  const style = readFileSync(join(COMMITTED, 'graphiql.css'), 'utf8');
  assert.doesNotMatch(style, /url\((?!["']?data:)|@import|@font-face/);
  const page = readFileSync(join(COMMITTED, 'graphiql.html'), 'utf8');
  assert.doesNotMatch(page, /https?:|<script>|<style/);
  assert.doesNotMatch(readFileSync(join(COMMITTED, 'graphiql.js'), 'utf8'), /\beval\(|new Function\(/);
});

test('the lock file names no host', () => {
  assert.doesNotMatch(readFileSync('package-lock.json', 'utf8'), /:\/\/|"resolved"/);
});

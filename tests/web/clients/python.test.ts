/** The Python client that ariadne-codegen made (python/ask.py), in an environment of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('the generated Python client reads, pages, searches and meets refusals', () => {
  const env = { ...process.env, PYTHONPATH: '.generated/python' };
  const { status, stdout, stderr } = spawnSync('.generated/venv/bin/python', ['python/ask.py'], { env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stdout.match(/^ok /gm)?.length, 4);
});

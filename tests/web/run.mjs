// 运行 Generate the clients, compile them, start the product, run every test against it. `npm test -- NAME` runs one.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { make } from './graphiql/build.mjs';

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`需要 Node.js 20 或更新版本 Node.js 20 or newer is needed; this is ${process.version}`);
  process.exit(1);
}
const web = dirname(fileURLToPath(import.meta.url));
const root = resolve(web, '../..');
const python = join(root, '.venv/bin/python');
const bin = name => join(web, 'node_modules/.bin', name);
process.chdir(web);

function run(command, args, options = {}) {
  return new Promise((done, failed) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let said = '';
    child.stdout?.on('data', bytes => ((out += bytes), (said += bytes)));
    child.stderr?.on('data', bytes => (said += bytes));
    child.on('error', failed);
    child.on('close', status => {
      const what = `${basename(command)} ${args.slice(0, 2).join(' ')}`;
      console.log(`── ${what} ${((performance.now() - started) / 1000).toFixed(1)} s`);
      if (status === 0) done(out);
      else failed(new Error(`${what} failed with ${status}\n${said}`));
    });
  });
}

async function serve() {
  const child = spawn(python, ['tests/web/serve.py'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise(done => child.on('close', done));
  const line = createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const first = await Promise.race([line, ended.then(() => ({ done: true }))]);
  if (first.done) throw new Error('the product did not start');
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { told: first.value, stop };
}

// as Relay's own compiler plugins do: graphql`query name …` becomes an import of what relay-compiler generated for it
const relay = {
  name: 'relay',
  setup(build) {
    build.onLoad({ filter: /clients[\\/]relay[\\/].*\.ts$/ }, ({ path }) => {
      const imports = [];
      const text = readFileSync(path, 'utf8').replaceAll(/graphql`\s*\w+\s+(\w+)[^`]*`/g, (_, name) => {
        imports.push(`import ${name} from '../../.generated/relay/${name}.graphql';`);
        return name;
      });
      return { contents: `${imports.join('\n')}\n${text}`, loader: 'ts' };
    });
  },
};

// ariadne-codegen needs an older graphql-core than the product: an environment of its own, made anew when its list changes
async function environment() {
  const wanted = readFileSync('python/requirements.txt', 'utf8');
  const stamp = '.generated/venv/installed.txt';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync('.generated/venv', { recursive: true, force: true });
  const hashed = ['--quiet', '--require-hashes', '-r', 'python/requirements.txt'];
  if (spawnSync('uv', ['--version']).status === 0) {
    await run('uv', ['venv', '--quiet', '--python', python, '.generated/venv']);
    await run('uv', ['pip', 'install', '--python', '.generated/venv/bin/python', ...hashed]);
  } else {
    await run(python, ['-m', 'venv', '--without-pip', '.generated/venv']);
    const pip = ['-m', 'pip', '--python', '.generated/venv/bin/python', '--disable-pip-version-check'];
    await run(python, [...pip, 'install', ...hashed]);
  }
  writeFileSync(stamp, wanted);
}

async function pythonClient() {
  await environment();
  rmSync('.generated/python', { recursive: true, force: true });
  mkdirSync('.generated/python');
  await run('.generated/venv/bin/ariadne-codegen', ['--config', 'python/pyproject.toml']);
  const strict = ['--strict', '--follow-imports=silent', '--cache-dir', '.generated/mypy', 'python/ask.py'];
  await run('.generated/venv/bin/mypy', strict, { env: { ...process.env, MYPYPATH: '.generated/python' } });
}

async function typeScriptClients() {
  rmSync('.generated/relay', { recursive: true, force: true });
  mkdirSync('.generated/relay');
  await run(bin('graphql-codegen'), ['--config', 'codegen.json']);
  await run(bin('relay-compiler'), ['relay.config.json', '--noWatchman']);
  await run(bin('tsc'), ['-p', '.']);
}

async function compile() {
  const schema = await run(python, ['-c', 'from api.resolvers.schema import sdl; print(sdl())'], { cwd: root });
  writeFileSync('.generated/schema.graphql', schema);
  await Promise.all([typeScriptClients(), pythonClient(), make('.generated/assets')]);
  await build({
    entryPoints: tests(),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: '.generated/tests',
    outExtension: { '.js': '.mjs' },
    plugins: [relay],
    logLevel: 'error',
  });
}

function tests() {
  const wanted = process.argv.slice(2);
  const all = readdirSync('clients').filter(name => name.endsWith('.test.ts'));
  return all.filter(name => !wanted.length || wanted.some(one => name.startsWith(one))).map(name => `clients/${name}`);
}

for (const stale of ['tests', 'assets']) rmSync(`.generated/${stale}`, { recursive: true, force: true });
mkdirSync('.generated', { recursive: true });
const [service] = await Promise.allSettled([serve(), compile()]).then(results => {
  const failed = results.find(one => one.status === 'rejected');
  if (!failed) return results.map(one => one.value);
  console.error(failed.reason.message);
  return Promise.resolve(results[0].value?.stop()).then(() => process.exit(1));
});
const files = readdirSync('.generated/tests').filter(name => name.endsWith('.mjs')).map(name => `.generated/tests/${name}`);
const runner = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, TESTED_SERVICE: service.told },
});
const status = await new Promise(done => runner.on('close', done));
await service.stop();
process.exit(status ?? 1);

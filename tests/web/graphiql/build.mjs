// 构建 Build the page at /graphql into api/resolvers/http/assets: one script, one style sheet, no fonts, no workers, no eval.
// The same lock file gives the same bytes; assets.test.ts holds the committed files to that. Usage: build.mjs [FOLDER]
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const web = resolve(here, '..');
const root = resolve(web, '../..');
const SAMPLE = /^# variables: (\{.*\})\n/m;
const FIRST = 'village';

const fontless = {
  name: 'fontless',
  setup(build) {
    build.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    }));
  },
};

function examples() {
  const folder = join(root, 'docs/examples');
  const names = readdirSync(folder).filter(name => name.endsWith('.graphql')).map(name => name.slice(0, -8));
  names.sort((a, b) => Number(b === FIRST) - Number(a === FIRST) || (a < b ? -1 : 1));
  return names.map(name => {
    const text = readFileSync(join(folder, `${name}.graphql`), 'utf8');
    const sample = SAMPLE.exec(text);
    return { query: text.replace(SAMPLE, ''), variables: sample ? JSON.stringify(JSON.parse(sample[1]), null, 2) : '' };
  });
}

function packages(inputs) {
  const found = new Map();
  for (const path of Object.keys(inputs)) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const [scope, name] = path.slice(at + 13).split('/');
    const folder = join(web, path.slice(0, at + 13), scope.startsWith('@') ? join(scope, name) : scope);
    if (!found.has(folder)) found.set(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  }
  const key = ([, one]) => `${one.name}@${one.version}`;
  return [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

// packages that share a text share a section; one without a text of its own is named with its licence
function licences(found) {
  const byText = new Map();
  for (const [folder, { name, version, license }] of found) {
    const file = readdirSync(folder).filter(name => /^licen[cs]e/i.test(name)).sort()[0];
    const text = file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : '';
    byText.set(text, (byText.get(text) ?? new Set()).add(`${name} ${version} (${license})`));
  }
  return [...byText].map(([text, names]) => {
    const body = text ? `\`\`\`text\n${text}\n\`\`\`` : 'These packages carry no text of their own; the licence is the one named.';
    return `## ${[...names].join(', ')}\n\n${body}\n`;
  });
}

const digest = bytes => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

export async function make(folder) {
  const result = await build({
    entryPoints: { graphiql: join(here, 'page.tsx') },
    absWorkingDir: web,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    charset: 'utf8',
    legalComments: 'none',
    alias: { 'react-style-singleton': './graphiql/unstyled.ts' },
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: folder,
    write: false,
    metafile: true,
    logLevel: 'error',
    plugins: [fontless],
  });
  const bytes = ending => result.outputFiles.find(file => file.path.endsWith(ending)).contents;
  const files = {
    'graphiql.js': bytes('.js'),
    'graphiql.css': bytes('.css'),
    'examples.json': Buffer.from(JSON.stringify(examples(), null, 1) + '\n'),
    'LICENSES.md': Buffer.from(
      '# 许可 Licences of what graphiql.js and graphiql.css are built from\n\n' +
        licences(packages(result.metafile.inputs)).join('\n'),
    ),
  };
  const page = readFileSync(join(here, 'page.html'), 'utf8');
  files['graphiql.html'] = Buffer.from(
    page.replace('{css}', digest(files['graphiql.css'])).replace('{js}', digest(files['graphiql.js'])),
  );
  files['README.md'] = Buffer.from(readme(files));
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return files;
}

function readme(files) {
  const rows = Object.keys(files).sort().map(name => `| ${name} | ${files[name].length} | \`${digest(files[name])}\` |\n`);
  return (
    '# 离线页面 The page at /graphql\n\nBuilt, never edited: `cd tests/web && npm ci && npm run build`. Source: tests/web/graphiql ' +
    '(GraphiQL 4, the last one without workers and with a fifth of the weight), docs/examples.\n\n' +
    `| file | bytes | integrity |\n|---|---|---|\n${rows.join('')}`
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await make(resolve(process.argv[2] ?? join(root, 'api/resolvers/http/assets')));
  for (const [name, contents] of Object.entries(files)) console.log(String(contents.length).padStart(9), name);
}

// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sdk = join(root, 'src/main/webapp/sdk');
const typescript = join(root, 'target/it/META-INF/resources/webjars/typescript');

/** A project of another team, in which the package is installed. */
let project = '';
/** @type {string[]} */
let packed;

/** @param {string} command @param {string[]} options @param {string} cwd */
const run = (command, options, cwd = project) => execFileSync(command, options, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

before(() => {
  project = mkdtempSync(join(tmpdir(), 'kefu-package-'));
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], sdk));
  packed = files.map(({ path }) => path);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `./${filename}`]);
});

after(() => rmSync(project, { recursive: true }));

test('the package has the library, its types, what it is, and its license, and nothing else', () => {
  const modules = readdirSync(sdk).filter((file) => file.endsWith('.js'));
  assert.deepEqual(packed.sort(), [...modules, 'LICENSE', 'README.md', 'kefu.d.ts', 'package.json'].sort());
  assert.equal(readFileSync(join(sdk, 'LICENSE'), 'utf8'), readFileSync(join(root, 'LICENSE'), 'utf8'));
});

test('a project that has installed it imports it', () => {
  const { version } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'));
  writeFileSync(join(project, 'page.js'), "import { connect, VERSION } from 'kefu';\nconsole.log(typeof connect, VERSION);");
  assert.equal(run(process.execPath, ['page.js']), `function ${version}\n`);
});

test('a project in TypeScript has its types, and so has the example', { skip: !existsSync(typescript) && 'the build unpacks the compiler' }, () => {
  const [version] = readdirSync(typescript);
  const tsc = join(typescript, version, 'bin/tsc');
  const page = [
    "import { connect, KefuError, type Agent } from 'kefu';",
    "const kefu = connect({ url: 'chat', token: async () => 'eyJ' });",
    "kefu.on('presence', ({ joined }) => joined.map(({ name }: Agent) => name.length));",
    "await kefu.call('order/list', { page: 1 }, { timeout: 5_000 }).catch((error: KefuError) => error.code);",
    '// @ts-expect-error it has no such method',
    'kefu.nothing();',
  ];
  writeFileSync(join(project, 'page.ts'), page.join('\n'));
  const example = readFileSync(join(root, 'src/main/webapp/example.js'), 'utf8').replace('./sdk/kefu.js', 'kefu');
  writeFileSync(join(project, 'example.js'), `// @ts-check\n${example}`);
  const how = ['--noEmit', '--allowJs', '--strict', '--noImplicitAny', 'false', '--strictNullChecks', 'false', '--target', 'es2022', '--module', 'nodenext'];
  run(process.execPath, [tsc, ...how, 'page.ts', 'example.js']);
});

// Each house rule on a small bad example and on a good one: a rule that finds nothing must be known
// to look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFileCircles } from './circle-rules.ts';
import { checkCodeLinks } from './code-links.ts';
import { importsOf, splitCode } from './code-text.ts';
import { checkScriptsInDocs, checkVariablesInDocs } from './doc-names.ts';
import { checkDependencyTable, checkFloorReadmes, checkLinks, checkReadmes } from './doc-rules.ts';
import type { Finding, HouseFile } from './files.ts';
import { checkFunctionLength, functionsOf } from './function-length.ts';
import {
  checkDirections,
  checkEnvironment,
  checkLedgerWords,
  checkPurity,
  checkServerFloors,
  checkWorkspaceImports,
  type Workspace,
} from './import-rules.ts';
import { checkJourneyWords } from './journey-rules.ts';
import { checkManifests, checkVersions } from './manifest-rules.ts';
import { checkRoutes } from './route-rules.ts';
import { checkSizes } from './size-rules.ts';
import {
  checkConflictMarkers,
  checkFileLength,
  checkFileNames,
  checkLeftovers,
  checkLineLength,
  checkMachinePaths,
  checkOpening,
  checkTestFiles,
  checkWords,
} from './text-rules.ts';

const file = (path: string, text: string): HouseFile => ({ path, text });

function workspace(folder: string, dependencies: string[], exports: string[] = ['.']): Workspace {
  const name = `@prewatt/${folder.split('/').at(-1)}`;
  return {
    folder,
    manifest: {
      name,
      exports: Object.fromEntries(exports.map((each) => [each, './src/index.ts'])),
      dependencies: Object.fromEntries(dependencies.map((each) => [each, '1.0.0'])),
      devDependencies: { vite: '1.0.0' },
    },
  };
}

const workspaces = [
  workspace('packages/quantities', []),
  workspace('packages/sts', ['@prewatt/quantities'], ['./issue', './accept']),
  workspace('packages/meter', ['@prewatt/sts', '@prewatt/quantities', 'zod']),
  workspace('apps/server', ['@prewatt/quantities', '@prewatt/web', 'pg']),
  workspace('apps/web', ['@prewatt/quantities'], ['./consumer']),
  workspace('e2e', ['@prewatt/server']),
];

const bites = (findings: Finding[], what: RegExp) => {
  assert.equal(findings.length, 1, findings.join('\n'));
  assert.match(findings[0] ?? '', what);
};

test('strings, comments, templates and regular expressions are told apart from code', () => {
  const text = [
    `const a = 'x // y'; // note`,
    `const b = \`t \${a + \`u \${1}\`} v\`;`,
    `const c = /['"\`]/.test(a) ? 1 / 2 : 3; /* long`,
    'note */ const d = 4;',
  ].join('\n');
  const { code, comments } = splitCode(text);
  assert.equal(code.length, text.length);
  assert.match(code, /const d = 4;/);
  assert.match(code, /\? 1 \/ 2 : 3;/);
  assert.match(code, /a \+/);
  for (const word of ['note', ' y', ' v', ' u ', 'long']) assert.equal(code.includes(word), false);
  assert.deepEqual(comments.match(/\S+/g), ['//', 'note', '/*', 'long', 'note', '*/']);
});

test('every form of import is seen, and none inside a string', () => {
  const text = [
    `import a from 'a';`,
    `import 'b';`,
    `export { c } from "c";`,
    `const d = await import('d');`,
    `import type { E } from 'e';`,
    `const no = "import x from 'no'";`,
  ].join('\n');
  assert.deepEqual(
    importsOf(text).map(({ from, line }) => `${line}${from}`),
    ['1a', '2b', '3c', '4d', '5e'],
  );
});

test('an import against the allowed direction is found', () => {
  const check = (path: string, from: string) =>
    checkWorkspaceImports([file(path, `import { x } from '${from}';`)], workspaces);
  const meter = 'packages/meter/src/a.ts';
  assert.deepEqual(check(meter, '@prewatt/sts/accept'), []);
  bites(check(meter, '@prewatt/sts/issue'), /a\.ts:1: meter may not import sts\/issue/);
  assert.deepEqual(check('packages/meter/src/a.test.ts', '@prewatt/sts/issue'), []);
  assert.match(check('apps/server/src/a.ts', '@prewatt/meter').join('\n'), /may not import meter/);
  assert.deepEqual(check('apps/server/src/a.ts', '@prewatt/web/consumer'), []);
  assert.match(check('apps/server/src/a.ts', '@prewatt/web').join('\n'), /may not import web/);
  assert.match(check('e2e/src/a.ts', '@prewatt/server').join('\n'), /e2e may not import server/);
});

test('an import past the exports, past the workspace or of what is not declared is found', () => {
  const check = (path: string, from: string) =>
    checkWorkspaceImports([file(path, `import { x } from '${from}';`)], workspaces);
  const deep = check('packages/meter/src/a.ts', '@prewatt/quantities/src/money.ts');
  assert.match(deep.join('\n'), /not among the exports/);
  bites(check('packages/sts/src/a.ts', '../../quantities/src/index.ts'), /leaves packages\/sts/);
  bites(check('packages/sts/src/a.ts', 'zod'), /zod is not in its package.json/);
  assert.deepEqual(check('packages/meter/src/a.ts', 'zod/mini'), []);
  assert.deepEqual(check('packages/sts/src/a.ts', 'node:fs'), []);
  bites(check('apps/server/src/a.ts', 'vite'), /vite is not in/);
  assert.deepEqual(check('apps/server/src/a.test.ts', 'vite'), []);
});

test('a circle of files is found, type imports and imports by the package counted', () => {
  const importing = (path: string, ...from: string[]) =>
    file(path, from.map((each) => `import type { X } from '${each}';\n`).join(''));
  const meter = (name: string, ...from: string[]) =>
    importing(`packages/meter/src/${name}.ts`, ...from);
  const ends = [meter('c'), meter('d', './c.ts')];
  const check = (...files: HouseFile[]) => checkFileCircles([...files, ...ends], workspaces);
  assert.deepEqual(check(meter('a', './b.ts', './c.ts'), meter('b', './c.ts', './d.ts')), []);
  bites(
    check(meter('a', './d.ts', './b.ts'), meter('b', './c.ts', './e.ts'), meter('e', './a.ts')),
    /src\/a\.ts: imports itself: \S+a\.ts -> \S+b\.ts -> \S+e\.ts -> \S+a\.ts$/,
  );
  bites(check(meter('a', './a.ts')), /a\.ts -> \S+a\.ts$/);
  bites(
    check(meter('index', './a.ts'), meter('a', '@prewatt/meter')),
    /src\/a\.ts -> \S+index\.ts -> \S+a\.ts$/,
  );
  const two = check(meter('a', './b.ts', './e.ts'), meter('b', './a.ts'), meter('e', './a.ts'));
  bites(two, /\(3 files reach each other\)/);
});

test('a manifest that depends against the directions is found', () => {
  bites(checkDirections(workspaces), /e2e\/package\.json: e2e may not depend on server/);
  bites(checkDirections([workspace('apps/new', [])]), /no rule says what @prewatt\/new/);
});

test('imports of the server go down its floors, and meet at index.ts', () => {
  const at = (path: string, from: string) =>
    file(`apps/server/src/${path}`, `// About.\nimport { x } from '${from}';\n`);
  assert.deepEqual(
    checkServerFloors([
      at('money/vending/service.ts', '../keys/index.ts'),
      at('money/vending/store.ts', '../../base/database.ts'),
      at('edge/http/app.ts', '../../money/vending/routes.ts'),
      at('edge/consumer/routes.ts', '../../metering/readings/index.ts'),
      at('money/vending/a.ts', './b.ts'),
      at('main.ts', './compose/services.ts'),
    ]),
    [],
  );
  bites(checkServerFloors([at('money/a/x.ts', '../keys/store.ts')]), /past its index/);
  bites(checkServerFloors([at('money/a/x.ts', '../../edge/b/index.ts')]), /stands above/);
  bites(checkServerFloors([at('base/x.ts', '../registry/b/index.ts')]), /stands above/);
  bites(checkServerFloors([at('compose/x.ts', '../main.ts')]), /stands above/);
  bites(
    checkServerFloors([at('money/a/x.ts', '../b/index.ts'), at('money/b/x.ts', '../a/index.ts')]),
    /features import each other: money\/a -> money\/b -> money\/a/,
  );
});

test('a token in the ledger is found', () => {
  bites(checkLedgerWords([file('packages/ledger/src/a.ts', 'let tokenId = 1;')]), /a\.ts:1/);
  assert.deepEqual(checkLedgerWords([file('packages/ledger/src/a.ts', '// no token here')]), []);
});

test('a clock or chance inside a pure package is found', () => {
  const check = (text: string) => checkPurity([file('packages/sts/src/a.ts', text)]);
  for (const bad of ['Date.now()', 'Math.random()', 'new Date()', 'process.env', 'fetch(x)']) {
    assert.equal(check(`const x = ${bad};`).length, 1, bad);
  }
  assert.deepEqual(check('// Date.now() is not for us\nconst x = clock.nowMs();'), []);
  assert.deepEqual(checkPurity([file('packages/sts/src/a.test.ts', 'Date.now()')]), []);
});

test('an environment read outside main.ts is found', () => {
  bites(checkEnvironment([file('apps/x/src/a.ts', 'process.env.A')]), /outside main/);
  assert.deepEqual(checkEnvironment([file('apps/x/src/main.ts', 'process.env.A')]), []);
});

test('long files and long lines are found, what cannot be broken is not', () => {
  const lines = (count: number) => file('a.ts', 'x;\n'.repeat(count));
  bites(checkFileLength([lines(501)]), /501 lines/);
  assert.deepEqual(checkFileLength([lines(500)]), []);
  const line = (text: string) => checkLineLength([file('a.ts', text)]);
  bites(line(`// ${'word '.repeat(30)}`), /a\.ts:1: 153 columns/);
  bites(line(`x = ${'a + '.repeat(30)}1`), /columns/);
  assert.deepEqual(line(`// see https://example.org/${'a'.repeat(100)}`), []);
  assert.deepEqual(line(`test('${'a'.repeat(100)}', () => {`), []);
  assert.deepEqual(line('x'.repeat(100)), []);
});

test('a function that is too long is found by its name', () => {
  const body = (count: number) => `  x();\n`.repeat(count);
  const forms = [
    [`export async function named(a: { b: 1 }): Promise<void> {\n${body(69)}}\n`, 'named'],
    [`export const arrow = (\n  a: A,\n): Promise<void> => {\n${body(67)}};\n`, 'arrow'],
    [`return {\n  method: async (a) => {\n${body(69)}  },\n};\n`, 'method'],
    [`return {\n  async other(a) {\n${body(69)}  },\n};\n`, 'other'],
    [`app.register(async (app) => {\n${body(69)}});\n`, 'a function'],
  ] as const;
  for (const [text, name] of forms) {
    bites(checkFunctionLength([file('a.ts', text)]), new RegExp(`: ${name} has 71 lines`));
    assert.deepEqual(checkFunctionLength([file('a.ts', text.replace('  x();\n', ''))]), []);
  }
  const others = `if (a) {\n${body(80)}}\nconst x = {\n${body(80)}};\ntype T = () => {\n${body(80)}};\n`;
  assert.deepEqual(functionsOf(others), []);
});

test('names that are not in kebab-case are found', () => {
  for (const bad of ['src/MyFile.ts', 'src/my_file.ts', 'Src/a.ts', 'src/myFile.test.ts']) {
    bites(checkFileNames([file(bad, '')]), /kebab/);
  }
  for (const good of ['src/my-file.property.test.ts', '0001-first.sql', '.ci/a.ts']) {
    assert.deepEqual(checkFileNames([file(good, '')]), []);
  }
});

test('a file without an opening, or with a long one, is found', () => {
  bites(checkOpening([file('a.ts', 'const x = 1;')]), /without a comment/);
  bites(checkOpening([file('a.ts', `${'// x\n'.repeat(6)}const x = 1;`)]), /6 comment lines/);
  assert.deepEqual(checkOpening([file('a.ts', '#!/usr/bin/env node\n// Owns x.\n')]), []);
});

test('words that the glossary replaces are found in identifiers only', () => {
  for (const bad of ['voucherCode', 'newVoucher', 'recharge', 'relayState', 'depositMinor']) {
    bites(checkWords([file('a.ts', `const ${bad} = 1;`)]), /: say a /);
  }
  const fine = `const s = 'voucher'; // voucher\nconst relayed = 1;`;
  assert.deepEqual(checkWords([file('a.ts', fine)]), []);
});

test('any, switched-off checks, unfinished work and tests that do not run are found', () => {
  const check = (path: string, text: string) => checkLeftovers([file(path, text)]);
  const bad = [
    'let x: any;',
    'f(x as any);',
    'const m: Map<string, any> = n;',
    'function f(x: any, y: number) {}',
    '// @ts-ignore',
    '// TODO later',
    '// biome-ignore lint/suspicious/noExplicitAny: no',
  ];
  for (const text of bad) assert.equal(check('a.ts', text).length, 1, text);
  const badTests = ["test.only('x', f)", "it.skip('x', f)", "test('x', { skip: true }, f)"];
  for (const text of [...badTests, 't.skip()']) bites(check('a.test.ts', text), /does not run/);
  assert.deepEqual(check('a.ts', "const any = 'any'; // any of these\nany(any);"), []);
  assert.deepEqual(check('a.test.ts', "test('only one: skip', f); const t = { only };"), []);
});

test('a path of one machine is found in any text', () => {
  for (const parts of [
    ['', 'home', 'ann', 'x'],
    ['', 'work', 'main'],
    ['', 'Users', 'ann'],
  ]) {
    bites(checkMachinePaths([file('a.md', `see ${parts.join('/')}`)]), /one machine/);
  }
  assert.deepEqual(checkMachinePaths([file('a.md', 'https://a.example/home/page')]), []);
});

test('a journey that presses what no page has is found', () => {
  const page = file(
    'apps/web/operator/src/a.tsx',
    '<Button>I gave it to the\n  clerk</Button> `Declare ${' + 'days} days` label="Load"',
  );
  const journey = (name: string) =>
    file('e2e/src/journeys/a.ts', `page.getByRole('button', { name: '${name}' }).click()`);
  bites(
    checkJourneyWords([page, journey('I have passed it on')]),
    /a\.ts:1: no page has a "I have/,
  );
  for (const name of ['I gave it to the clerk', 'Declare 2 days', 'Load (W)']) {
    assert.deepEqual(checkJourneyWords([page, journey(name)]), []);
  }
});

test('a test file without a test is found', () => {
  bites(checkTestFiles([file('a.test.ts', "// test('x')")]), /without a test/);
  bites(checkTestFiles([file('a.test.ts', "suite('x', () => {})")]), /without a test/);
  assert.deepEqual(checkTestFiles([file('a.test.ts', "test('x', f)")]), []);
  assert.deepEqual(checkTestFiles([file('a.test.ts', "suite('x', () => cardTests())")]), []);
});

test('a marker of an unfinished merge is found', () => {
  for (const marker of [`${'<'.repeat(7)} HEAD`, '='.repeat(7), `${'>'.repeat(7)} a1b2c3`]) {
    bites(checkConflictMarkers([file('a.md', `one\n${marker}\ntwo\n`)]), /a\.md:2: a marker/);
  }
  for (const marker of [
    `| ${'<'.repeat(7)} HEAD |`,
    `| ${'='.repeat(7)}   |`,
    `${'> '.repeat(7)}a`,
  ]) {
    bites(checkConflictMarkers([file('a.md', `one\n${marker}\ntwo\n`)]), /a\.md:2: a marker/);
  }
  assert.deepEqual(checkConflictMarkers([file('a.md', 'x ======= y\n=====\n')]), []);
});

test('a room without a README is found', () => {
  const files = [
    file('apps/server/README.md', ''),
    file('apps/server/src/money/README.md', ''),
    file('apps/server/src/money/vending/index.ts', ''),
    file('apps/server/src/main.ts', ''),
  ];
  bites(checkReadmes(files, ['apps/server']), /apps\/server\/src\/money\/vending: no README/);
  bites(checkReadmes([file('a/x.ts', '')], ['a']), /^a: no README/);
});

test('a floor whose README leaves out a feature is found', () => {
  const feature = file('apps/server/src/money/vending/README.md', '');
  const floor = (text: string) => file('apps/server/src/money/README.md', text);
  const floors = file('ARCHITECTURE.md', 'compose   all\nmoney     vending\nbase      jobs\n');
  bites(checkFloorReadmes([feature, floor(''), floors]), /no link to vending\/README\.md/);
  const named = floor('[v](vending/README.md)');
  assert.deepEqual(checkFloorReadmes([feature, named, floors]), []);
  bites(checkFloorReadmes([feature, named]), /vending is on no floor/);
});

test('links to files, lines and headings that are not there are found', () => {
  const files = (link: string) => [
    file('docs/a.md', `# Top\n\nsee [x](${link})`),
    file('src/a.ts', 'one\ntwo\nthree\n'),
    file('b.md', '# One thing\n## `two`, three\n## One thing\n'),
  ];
  const check = (link: string) =>
    checkLinks(files(link), (path) => ['docs/a.md', 'src/a.ts', 'b.md', 'src'].includes(path));
  bites(check('../src/gone.ts'), /docs\/a\.md:3: .*no such file/);
  bites(check('../src/a.ts#L4'), /has 3 lines/);
  bites(check('../src/a.ts#L2-L9'), /has 3 lines/);
  bites(check('../b.md#nothing'), /no such heading/);
  bites(check('#nothing'), /no such heading/);
  bites(check('../../a.md'), /out of the project/);
  for (const good of [
    '../src/a.ts#L3',
    '../src',
    '../b.md#two-three',
    '../b.md#one-thing-1',
    '#top',
    'https://example.org/x',
    'mailto:a@example.org',
  ]) {
    assert.deepEqual(check(good), [], good);
  }
  assert.deepEqual(
    checkLinks([file('a.md', '```\n[x](gone)\n```\n`[x](gone)`')], () => false),
    [],
  );
});

test('a link into code that misses its name, or names a line, is found', () => {
  const code = file('src/a.ts', 'export function wanted() {}\n');
  const doc = (link: string) => file('docs/a.md', link);
  bites(checkCodeLinks([code, doc('[`gone`](../src/a.ts)')]), /`gone` does not stand in/);
  bites(checkCodeLinks([code, doc('[`wanted`](../src/a.ts#L1)')]), /name the file alone/);
  assert.deepEqual(checkCodeLinks([code, doc('[`wanted` twice](../src/a.ts)')]), []);
});

test('a dependency that the architecture does not explain is found', () => {
  const manifests = [{ name: 'x', dependencies: { pg: '1.0.0' }, devDependencies: { vite: '1' } }];
  bites(checkDependencyTable([], manifests), /ARCHITECTURE\.md is missing/);
  const table = file('ARCHITECTURE.md', '`vite` is prose\n| `pg` | SQL |\n');
  bites(
    checkDependencyTable([table], [{ name: 'x', dependencies: { pg: '1.0.0' } }]),
    /1\.0\.0 by/,
  );
  const present = file('ARCHITECTURE.md', '| `pg` | 1.0.0 |\n');
  bites(checkDependencyTable([present], manifests), /no row with `vite`/);
});

test('a variable or a script that is gone from the code is found in documents', () => {
  const config = file('apps/x/src/config.ts', 'PREWATT_PORT');
  const page = (text: string) => file('docs/operating/a.md', text);
  assert.deepEqual(checkVariablesInDocs([config, page('set `PREWATT_PORT`')]), []);
  bites(checkVariablesInDocs([config, page('nothing')]), /no page explains PREWATT_PORT/);
  bites(
    checkVariablesInDocs([config, page('PREWATT_PORT, PREWATT_PROT')]),
    /no code reads PREWATT_PROT/,
  );
  assert.deepEqual(checkScriptsInDocs([page('npm run bench -- sts')], { bench: 'x' }), []);
  bites(checkScriptsInDocs([page('`npm run bnech`')], { bench: 'x' }), /no "npm run bnech"/);
});

test('versions that are not exact or do not agree are found', () => {
  const at = (path: string, version: string) => ({
    path,
    manifest: { name: path, dependencies: { pg: version } },
  });
  for (const bad of ['^1.0.0', '*', 'latest', '1.x', 'git+https://x']) {
    bites(checkVersions([at('a', bad)]), /one exact version/);
  }
  bites(checkVersions([at('a', '1.0.0'), at('b', '1.0.1')]), /but 1\.0\.0 in a/);
  assert.deepEqual(checkVersions([at('a', '1.0.0-beta.1'), at('b', '1.0.0-beta.1')]), []);
});

test('a manifest that does not follow the house is found', () => {
  const good = { name: 'x', type: 'module', license: 'Apache-2.0', exports: {} };
  assert.deepEqual(checkManifests([{ path: 'a/package.json', manifest: good }]), []);
  const { exports: _, ...open } = good;
  bites(checkManifests([{ path: 'a/package.json', manifest: open }]), /no "exports"/);
  const other = { ...good, type: 'commonjs' };
  bites(checkManifests([{ path: 'a/package.json', manifest: other }]), /"type"/);
});

test('a route is registered from its declaration, and its path stands once', () => {
  const on = (path: string, text: string) => checkRoutes([file(path, text)]).length;
  const routes = 'apps/server/src/money/grants/routes.ts';
  assert.equal(on(routes, "app.get('/grants', list);"), 1);
  assert.equal(on(routes, 'app.route<ById>({ url: path, handler });'), 1);
  assert.equal(on(routes, 'on(app, grantApi.list, list);\n// app.get(…)'), 0);
  assert.equal(on('apps/server/src/base/http/on.ts', 'app.route({ url: route.path });'), 0);
  assert.equal(on('apps/cli/src/acts/group.ts', "get('/api/operator/acts')"), 1);
  assert.equal(on('apps/web/operator/src/api/acts.ts', 'get(`/api/operator/acts`)'), 1);
  assert.equal(
    on('apps/cli/src/acts/group.ts', "// '/api/operator/acts'\nimport '../api/x.ts';"),
    0,
  );
  assert.equal(on('apps/cli/src/acts/group.test.ts', "get('/api/operator/acts')"), 0);
  assert.equal(on('apps/web/consumer/pages/buy.ts', 'html`<a href="/sign-in">x</a>`'), 1);
  assert.equal(on('apps/web/operator/src/router.tsx', "path: '/connections/$id'"), 0);
});

test('a file that slipped in is found by its size', () => {
  const sizes = [
    { path: 'bin/node', bytes: 149_711_504 },
    { path: 'README.md', bytes: 20_000 },
  ];
  assert.deepEqual(checkSizes(sizes), ['bin/node: 149711504 bytes, at most 1000000']);
});

// The runner of `npm test`: one failing stage is enough to fail, and later stages still run.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromiumCandidates, findChromium } from './chromium.ts';
import { type Lane, runStages, type Stage, summary } from './stages.ts';
import { testFiles } from './test-files.ts';

const said: string[] = [];
const run = (stages: readonly (Stage | readonly Lane[])[]) =>
  runStages(stages, { say: (line) => said.push(line) });

test('a stage that fails or throws fails the run, and the stages after it still run', async () => {
  const ran: string[] = [];
  const stage = (name: string, run: () => Promise<boolean>) => ({
    name,
    run: () => {
      ran.push(name);
      return run();
    },
  });
  const code = await run([
    stage('fails', async () => false),
    stage('throws', () => Promise.reject(new Error('bad'))),
    stage('passes', async () => true),
  ]);
  assert.equal(code, 1);
  assert.deepEqual(ran, ['fails', 'throws', 'passes']);
  assert.ok(said.includes('bad'));
  assert.equal(await run([stage('passes', async () => true)]), 0);
});

test('a program passes by its exit code, and one that does not exist fails', async () => {
  const node = (code: string) => ({
    name: code,
    run: ({ exec }: { exec: (file: string, args: string[]) => Promise<boolean> }) =>
      exec(process.execPath, ['-e', code]),
  });
  assert.equal(await run([node('process.exit(0)')]), 0);
  assert.equal(await run([node('process.exit(3)')]), 1);
  const missing = { name: 'missing', run: node('').run };
  assert.equal(await run([{ ...missing, run: ({ exec }) => exec('/nonexistent/program', []) }]), 1);
});

test('a program that does not end is ended, and fails', async () => {
  const code = await run([
    {
      name: 'hangs',
      run: ({ exec }) =>
        exec(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 }),
    },
  ]);
  assert.equal(code, 1);
  assert.ok(said.some((line) => line.includes('ended after 0.2 s')));
});

test('lanes of one list run at the same time; what the second prints comes after the first', async () => {
  const { promise: secondRuns, resolve } = Promise.withResolvers<void>();
  const prints = `console.log('out of the second'); process.exit(3)`;
  said.length = 0;
  const code = await run([
    [
      [{ name: 'first', run: () => secondRuns.then(() => true) }],
      [
        {
          name: 'second',
          run: ({ exec }) => {
            resolve();
            return exec(process.execPath, ['-e', prints]);
          },
        },
        { name: 'behind', run: async () => true },
      ],
    ],
    { name: 'third', run: async () => true },
  ]);
  assert.equal(code, 1);
  const [first, second, behind, third] = [
    ...['first: passed', 'out of the second', 'behind: passed', '== third'],
  ].map((text) => said.findIndex((line) => line.includes(text)));
  assert.ok(first !== undefined && second !== undefined && behind !== undefined);
  assert.ok(third !== undefined && first >= 0, said.join('\n'));
  assert.ok(first < second && second < behind && behind < third, said.join('\n'));
  assert.match(said[second] ?? '', /== second: FAILED in /);
});

test('the summary has a line per stage and the total', () => {
  const lines = summary(
    [
      { name: 'lint', passed: true, seconds: 1.25 },
      { name: 'tests', passed: false, seconds: 10 },
    ],
    11.25,
  ).split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^lint {3}passed {6}1\.3 s$/);
  assert.match(lines[1] ?? '', /^tests {2}FAILED {5}10\.0 s$/);
  assert.match(lines[2] ?? '', /^total {2}FAILED {5}11\.3 s$/);
});

test('test files are found by stage and by path, not in node_modules', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'prewatt-files-'));
  t.after(() => rmSync(base, { recursive: true }));
  for (const file of [
    'packages/a/src/a.test.ts',
    'packages/ab/src/b.property.test.ts',
    'packages/a/node_modules/x/x.test.ts',
    'apps/web/dist/y.test.ts',
    'packages/a/.stryker-tmp/sandbox/src/a.test.ts',
    'e2e/src/buy.test.ts',
  ]) {
    mkdirSync(join(base, file, '..'), { recursive: true });
    writeFileSync(join(base, file), '');
  }
  assert.deepEqual(testFiles('unit', [], base), [
    'packages/a/src/a.test.ts',
    'packages/ab/src/b.property.test.ts',
  ]);
  assert.deepEqual(testFiles('unit', ['packages/a/'], base), ['packages/a/src/a.test.ts']);
  assert.deepEqual(testFiles('e2e', [], base), ['e2e/src/buy.test.ts']);
});

test('CHROMIUM_PATH is the only candidate when it is set, else the usual names are tried', () => {
  assert.deepEqual(chromiumCandidates({ CHROMIUM_PATH: '/opt/chrome' }), ['/opt/chrome']);
  const found = chromiumCandidates({ PATH: '/a:relative' });
  assert.equal(found[0], '/a/chromium');
  assert.ok(found.includes('/usr/bin/google-chrome'));
  assert.equal(
    found.some((path) => path.startsWith('relative')),
    false,
  );
  assert.equal(findChromium({ CHROMIUM_PATH: '/bin/false' }), undefined);
});

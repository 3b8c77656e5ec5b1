import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { batchesOf, writeBatches } from './test-batches.ts';
import { root } from './workspaces.ts';

test('files share a process within a workspace, the long ones have one each and come first', () => {
  const server = Array.from({ length: 25 }, (_, index) => `apps/server/test/${index}.test.ts`);
  const files = ['apps/cli/src/a.test.ts', ...server, 'simulation/src/town.test.ts'];
  assert.deepEqual(batchesOf(files), [
    ['simulation/src/town.test.ts'],
    ['apps/cli/src/a.test.ts'],
    server.slice(0, 24),
    server.slice(24),
  ]);
});

test('hooks of one file run for its own tests alone, and a failure names its file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-batch-'));
  try {
    const file = (name: string, body: string) => {
      const path = join(folder, `${name}.test.mjs`);
      writeFileSync(
        path,
        `import { after, before, beforeEach, test } from 'node:test';
globalThis.seen ??= [];
before(() => { globalThis.seen.push('before ${name}'); });
beforeEach(() => { globalThis.seen.push('each ${name}'); });
after(() => { globalThis.seen.push('after ${name}'); console.log(globalThis.seen.join(', ')); });
${body}
`,
      );
      return relative(root, path);
    };
    const files = [
      file('one', "test('first', () => {});"),
      file('two', "test('second', () => { throw new Error('wrong'); });"),
    ];
    const [entry = ''] = writeBatches([files], join(folder, 'entries'));
    const output = runsTo(entry);
    assert.match(output, /before one, each one, after one\n/);
    assert.match(output, /after one, before two, each two, after two\n/);
    assert.match(output, /✖ second/);
    assert.ok(output.includes(`✖ ${files[1]}`) && output.includes(`✔ ${files[0]}`), output);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What `node --test` prints of this entry, which has a test that fails. */
function runsTo(entry: string): string {
  // Within a test, Node hands its child a form of output for itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  try {
    execFileSync(process.execPath, ['--test', '--test-reporter=spec', entry], {
      env,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
  return assert.fail('the failure was not told');
}

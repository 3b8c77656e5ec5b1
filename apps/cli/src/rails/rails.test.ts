import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CommandContext } from '../command.ts';
import { railsGroup } from './group.ts';

const vectors = new URL('../../../../packages/rails/test/vectors/', import.meta.url);
const momo = readFileSync(new URL('momo.json', vectors), 'utf8');

async function run(args: string[], files: Record<string, string>) {
  let [out, errors] = ['', ''];
  const context: CommandContext = {
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
    readFile: (path) => files[path] ?? assert.fail(`no file ${path}`),
    readStandardInput: () => '',
    replaceFile: () => assert.fail('no file is replaced'),
    writeSecretFile: () => assert.fail('nothing is written'),
    environment: {},
    nowMs: () => assert.fail('no clock is read'),
    randomNibble: () => assert.fail('no chance is taken'),
    openFile: () => assert.fail('no file is sent'),
    listFolder: () => assert.fail('no folder is read'),
    write: () => assert.fail('nothing is written'),
    fetch: async () => assert.fail('an offline command'),
    sleep: async () => {},
    ask: async () => null,
  };
  const exitCode = await railsGroup(args, context);
  return { exitCode, out, errors };
}

test('check prints one line for each file and leaves with 0', async () => {
  const result = await run(['check', 'momo.json', 'again.json'], {
    'momo.json': momo,
    'again.json': momo,
  });
  const out = 'momo.json: 6 passed, 0 failed\nagain.json: 6 passed, 0 failed\n';
  assert.deepEqual(result, { exitCode: 0, out, errors: '' });
});

test('a failed case is named with what was expected and what came, and leaves with 1', async () => {
  const changed = momo.replace('"reason": "payer-not-found"', '"reason": "busy"');
  assert.notEqual(changed, momo);
  const result = await run(['check', 'a.json'], { 'a.json': changed });
  assert.equal(result.exitCode, 1);
  assert.match(
    result.out,
    /^a\.json: 5 passed, 1 failed\n {2}momo-002: reason: expected "busy", got "payer-not-found"\n$/,
  );
});

test('a description beside the case files is skipped; alone, nothing was run', async () => {
  const files = { '_format.json': '{"format": "rails-cases-1", "case": {}}', 'momo.json': momo };
  const both = await run(['check', '_format.json', 'momo.json'], files);
  const out = 'momo.json: 6 passed, 0 failed\n_format.json: skipped, it is no case file\n';
  assert.deepEqual(both, { exitCode: 0, out, errors: '' });
  const alone = await run(['check', '_format.json'], files);
  assert.equal(alone.exitCode, 1);
  assert.match(alone.out, /skipped[^\n]*\nNo case was run\.\n$/);
});

test('a file without cases fails, no file is wrong usage', async () => {
  for (const broken of ['{"cases": []}', '{"count": 2}', '[]', momo.slice(0, -9)]) {
    const empty = await run(['check', 'a.json'], { 'a.json': broken });
    assert.equal(empty.exitCode, 1);
    assert.match(empty.out, /a\.json: 0 passed, 1 failed/);
  }
  const nothing = await run(['check'], {});
  assert.equal(nothing.exitCode, 2);
  assert.match(nothing.errors, /--live/);
  assert.equal((await run(['check', 'a.json', '--live'], { 'a.json': momo })).exitCode, 2);
  const live = await run(['check', '--live'], {});
  assert.equal(live.exitCode, 1);
  assert.match(live.errors, /PREWATT_SECRETS_FILE|DATABASE_URL/);
});

// `prewatt verify` on a folder: exit codes, words and the report, with keys of its own and without.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { exportFiles, logSigner, textOf, witnessSigners } from '@prewatt/verifier/for-tests';
import { processContext, run } from '../main.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-verify-'));
after(() => rmSync(folder, { recursive: true }));
const head = { columns: 'sales', number: 1, key: ['id'], list: ['id'], by: 'owner', at: '' };
const leaf = Buffer.from(`prewatt-log/1\n${JSON.stringify(head)}\n`);
for (const [path, bytes] of exportFiles([leaf], new Map([['sales', []]]))) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}
const keys = join(folder, 'keys.txt');
writeFileSync(keys, [logSigner, ...witnessSigners].map(textOf).join('\n'));

async function verified(...options: readonly string[]) {
  let [out, errors] = ['', ''];
  const code = await run(['verify', folder, ...options], {
    ...processContext,
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
  });
  return { code, out, errors };
}

test('an export that stands ends with 0, with the keys that it brings or that are brought', async () => {
  const taken = await verified();
  assert.equal(taken.code, 0, taken.errors);
  assert.match(taken.out, /^[^\n]*: 1 entries, 0 rows of 1 tables\n/);
  assert.match(taken.out, /bring your own/);
  const brought = await verified('--keys', keys, '--quorum', '2');
  assert.equal(brought.code, 0, brought.errors);
  assert.match(brought.out, /signed by regulator\.example/);
  assert.doesNotMatch(brought.out, /bring your own/);
});

test('more witnesses than are named, and keys that are none, end with 2', async () => {
  assert.equal((await verified('--keys', keys, '--quorum', '3')).code, 2);
  writeFileSync(join(folder, 'bad.txt'), 'a key\n');
  assert.equal((await verified('--keys', join(folder, 'bad.txt'))).code, 2);
});

test('what is found ends with 1 and stands in the report', async () => {
  writeFileSync(join(folder, 'rows/sales.ndjson.gz'), 'no gzip');
  const report = join(folder, 'report.html');
  const { code, out } = await verified('--keys', keys, '--report', report);
  assert.equal(code, 1);
  assert.match(out, /files: .*sales\.ndjson\.gz/);
});

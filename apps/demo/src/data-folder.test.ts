// The data folder: refusals, one demo at a time, secrets made once.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ensureSecrets, lockFolder, prepareFolder } from './data-folder.ts';

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-folder-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a folder that cannot be made is refused with its name and what to do', (t) => {
  const file = join(newFolder(t), 'file');
  writeFileSync(file, '');
  assert.throws(
    () => prepareFolder(join(file, 'data')),
    /file\/data cannot be written .*--data DIR/,
  );
});

test('a folder that was made and stayed empty goes again, with the parents made for it', (t) => {
  const folder = newFolder(t);
  const dataDir = join(folder, 'a/b');
  prepareFolder(dataDir).removeIfEmpty();
  assert.deepEqual(readdirSync(folder), []);
  prepareFolder(folder).removeIfEmpty();
  assert.equal(existsSync(folder), true);
  const used = prepareFolder(dataDir);
  writeFileSync(join(dataDir, 'file'), '');
  used.removeIfEmpty();
  assert.deepEqual(readdirSync(dataDir), ['file']);
});

test('secrets are made once, readable by their owner alone, long enough for the server', (t) => {
  const folder = newFolder(t);
  const first = ensureSecrets(folder);
  assert.equal(statSync(first.file).mode & 0o777, 0o600);
  assert.equal(Buffer.from(first.secrets.masterKey, 'base64').length, 32);
  for (const secret of Object.values(first.secrets)) assert.ok(secret.length >= 32);
  assert.equal(new Set(Object.values(first.secrets)).size, 7);
  assert.deepEqual(ensureSecrets(folder).secrets, first.secrets);
});

test('an older folder gets a password for the role of sign-in, and keeps the rest', (t) => {
  const folder = newFolder(t);
  const { file, secrets } = ensureSecrets(folder);
  const { signInDatabasePassword: _, ...older } = secrets;
  writeFileSync(file, JSON.stringify(older));
  const now = ensureSecrets(folder).secrets;
  assert.deepEqual(
    { ...now, signInDatabasePassword: '' },
    { ...older, signInDatabasePassword: '' },
  );
  assert.ok(now.signInDatabasePassword.length >= 32);
  assert.deepEqual(ensureSecrets(folder).secrets, now);
});

test('damaged secrets are refused and left as they are: they open the vending keys', (t) => {
  const folder = newFolder(t);
  const { file } = ensureSecrets(folder);
  writeFileSync(file, '{"masterKey":"x"}');
  assert.throws(() => ensureSecrets(folder), /damaged/);
  assert.equal(readFileSync(file, 'utf8'), '{"masterKey":"x"}');
});

test('the lock holds while its process lives and says when one was left by a crash', (t) => {
  const folder = newFolder(t);
  const first = lockFolder(folder, (pid) => `${pid} started-once`);
  assert.equal(first.afterCrash, false);
  assert.throws(() => lockFolder(folder, (pid) => `${pid} started-once`), /already runs/);
  const second = lockFolder(folder, (pid) => `${pid} started-later`);
  assert.equal(second.afterCrash, true);
  second.release();
  assert.equal(lockFolder(folder, () => undefined).afterCrash, false);
});

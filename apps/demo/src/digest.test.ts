// The digest decides whether the console is built and a history made again: it must move with any
// source, and only then.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { consoleDigest, consoleStamp, digestOf, isConsoleOlder } from './digest.ts';

test('the digest changes with contents and names, not with tests or order of creation', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'prewatt-digest-'));
  t.after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, 'src/deep'), { recursive: true });
  writeFileSync(join(base, 'src/b.ts'), 'b');
  writeFileSync(join(base, 'src/deep/a.ts'), 'a');
  const first = digestOf(base, ['src', 'missing']);
  writeFileSync(join(base, 'src/b.ts'), 'b');
  writeFileSync(join(base, 'src/b.test.ts'), 'a test');
  assert.equal(digestOf(base, ['src']), first);
  writeFileSync(join(base, 'src/b.ts'), 'B');
  const second = digestOf(base, ['src']);
  assert.notEqual(second, first);
  renameSync(join(base, 'src/b.ts'), join(base, 'src/c.ts'));
  assert.notEqual(digestOf(base, ['src']), second);
});

test('a console that was built of other sources is older, one without a stamp is not known', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'prewatt-console-'));
  t.after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, 'apps/web/operator'), { recursive: true });
  mkdirSync(join(base, 'apps/web/dist'));
  writeFileSync(join(base, 'apps/web/operator/main.tsx'), 'a page');
  assert.equal(isConsoleOlder(base), false);
  writeFileSync(join(base, consoleStamp), consoleDigest(base));
  assert.equal(isConsoleOlder(base), false);
  writeFileSync(join(base, 'apps/web/operator/main.tsx'), 'another page');
  assert.equal(isConsoleOlder(base), true);
});

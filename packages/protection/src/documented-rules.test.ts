// The examples of docs/protection.md are rule sets that the checker takes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkProtectionRules } from './index.ts';

test('every example of the documentation is a good rule set', () => {
  const page = readFileSync(new URL('../../../docs/protection.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  assert.ok(examples.length >= 3);
  for (const text of examples) {
    const checked = checkProtectionRules(JSON.parse(text));
    assert.ok(checked.ok, JSON.stringify(checked));
  }
});

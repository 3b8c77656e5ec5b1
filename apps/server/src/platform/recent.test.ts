// What was used lately stays, and there is never more of it than allowed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRecent } from './recent.ts';

test('it holds no more than its maximum, and always the half that was used last', () => {
  const names = fc.array(fc.record({ name: fc.nat(30), isRead: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(names, fc.integer({ min: 2, max: 20 }), (uses, maximum) => {
      const recent = createRecent<string>(maximum);
      const last: string[] = [];
      for (const { name: number, isRead } of uses) {
        const name = `n${number}`;
        if (isRead && recent.get(name) === undefined) continue;
        if (!isRead) recent.set(name, `value of ${name}`);
        const at = last.indexOf(name);
        if (at >= 0) last.splice(at, 1);
        last.push(name);
        assert.ok(recent.size() <= maximum);
      }
      for (const name of last.slice(-Math.floor(maximum / 2)).reverse()) {
        assert.equal(recent.get(name), `value of ${name}`);
      }
    }),
  );
});

test('null is a value', () => {
  const recent = createRecent<string | null>(4);
  recent.set('a', null);
  recent.set('b', 'b');
  recent.set('c', 'c');
  assert.equal(recent.get('a'), null);
  assert.equal(recent.get('d'), undefined);
});

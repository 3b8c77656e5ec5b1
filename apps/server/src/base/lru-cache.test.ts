// What was used lately stays, and there is never more of it than allowed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLruCache, createRecentNames } from './lru-cache.ts';

test('it holds no more than its maximum, and always the half that was used last', () => {
  const names = fc.array(fc.record({ name: fc.nat(30), isRead: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(names, fc.integer({ min: 2, max: 20 }), (uses, maximum) => {
      const recent = createLruCache<string>(maximum);
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
  const recent = createLruCache<string | null>(4);
  recent.set('a', null);
  recent.set('b', 'b');
  recent.set('c', 'c');
  assert.equal(recent.get('a'), null);
  assert.equal(recent.get('d'), undefined);
});

test('what a utility asked for lately is its own, and never many names', () => {
  const lately = createRecentNames();
  assert.equal(lately.of('one').size, 0);
  lately.add('one', ['a', 'b']);
  lately.add('one', ['b', 'c']);
  lately.add('two', ['d']);
  assert.deepEqual([...lately.of('one')].sort(), ['a', 'b', 'c']);
  assert.deepEqual([...lately.of('two')], ['d']);
  for (let i = 0; i < 200; i += 1) lately.add('one', [`new ${i}`]);
  assert.ok(lately.of('one').size <= 64);
  assert.ok(lately.of('one').has('new 199'));
});

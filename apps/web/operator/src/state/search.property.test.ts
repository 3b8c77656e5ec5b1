// Laws of addresses: what is written is read back, and nothing that arrives from outside breaks a
// page.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  connectionSearch,
  metersSearch,
  parseSearch,
  salesSearch,
  signedInSearch,
  signInSearch,
  stringifySearch,
} from './search.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const name = fc.stringMatching(/^[a-z]{1,8}$/);

describe('addresses, whatever they hold', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.dictionary(name, text, { noNullPrototype: true }), (search) => {
        assert.deepEqual(parseSearch(stringifySearch(search)), search);
      }),
    );
  });
  it('are cleaned once: cleaning again changes nothing', () => {
    const raw = fc.record({
      filter: fc.oneof(fc.anything(), fc.constant('silent')),
      search: fc.anything(),
      hide: fc.oneof(fc.anything(), fc.constant('power.left')),
      day: fc.oneof(fc.anything(), fc.constant('2026-11-24')),
      tab: fc.oneof(fc.anything(), fc.constant('tokens')),
      sale: fc.oneof(
        fc.anything(),
        fc.uuid().map((uuid) => `sale_${uuid}`),
      ),
      from: fc.oneof(fc.anything(), fc.webPath()),
    });
    const cleaners = [metersSearch, salesSearch, connectionSearch, signedInSearch, signInSearch];
    fc.assert(
      fc.property(raw, (search) => {
        for (const clean of cleaners) assert.deepEqual(clean(clean(search)), clean(search));
      }),
    );
  });
  it('never lead away from this origin after sign-in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.webPath(), text), (from) => {
        const target = signInSearch({ from }).from ?? '/';
        assert.equal(new URL(target, 'https://console.example').origin, 'https://console.example');
      }),
    );
  });
});

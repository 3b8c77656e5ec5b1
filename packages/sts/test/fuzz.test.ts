// Parsers under fire: digits, keys and vector files of any shape give a value or a refusal, never
// an exception.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readToken } from '../src/codec.ts';
import { bytesFromHex } from '../src/hex.ts';
import {
  decoderKeyFromBytes,
  deriveDecoderKey,
  type KeyParameters,
  vendingKeyFromBytes,
} from '../src/keys.ts';
import { checkVectors } from '../src/vectors/vectors.ts';
import { enter, keyFilled, stateWith } from './fixtures.ts';

const folder = new URL('./vectors/', import.meta.url);
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).vectors.slice(0, 25));

const report = (vector: unknown) => checkVectors({ format: 'sts-vectors-1', vectors: [vector] });

/** Every place in a JSON value. */
function paths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => paths(one, [...path, name]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[name] = replaced(
    (copy as Record<string, unknown>)[name],
    rest,
    by,
  );
  return copy;
}

const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    null,
    -1,
    0,
    1.5,
    1e21,
    '',
    '-',
    '0',
    'FF',
    'toString',
    '__proto__',
    [],
    {},
    { toString: false },
    [{ toString: false }],
  ),
  fc.stringMatching(/^[0-9A-Fa-f]{0,44}$/),
  fc.stringMatching(/^-?[0-9]{0,40}$/),
);

describe('the vector checker', () => {
  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.ok(checkVectors(value) !== undefined);
        assert.ok(typeof report(value) !== 'string');
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes an object where a name belongs', () => {
    const nameless = { toString: false };
    for (const vector of [{ algorithm: nameless }, { id: nameless, algorithm: 'crc16' }]) {
      const twice = { format: 'sts-vectors-1', count: 2, vectors: [vector, vector] };
      assert.ok(typeof checkVectors(twice) !== 'string');
    }
    assert.ok(typeof report({ algorithm: 'crc16', id: nameless }) !== 'string');
  });

  it('takes real vectors with any one value replaced', () => {
    fc.assert(
      fc.property(fc.constantFrom(...vectors), fc.nat(), oddValue, (vector, place, odd) => {
        const places = paths(vector);
        const path = places[place % places.length] ?? [];
        assert.ok(typeof report(replaced(vector, path, odd)) !== 'string');
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the token parsers', () => {
  const anyDigits = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.stringMatching(/^[0-9]{18,22}$/),
    fc.stringMatching(/^[0-7][0-9]{19}$/),
  );

  it('take any text, with and without a key', () => {
    const key = keyFilled(3);
    fc.assert(
      fc.property(anyDigits, (text) => {
        for (const read of [readToken(key, text), readToken(null, text)]) {
          assert.equal(typeof read.ok, 'boolean');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('never credit a random number in a meter', () => {
    const state = stateWith();
    fc.assert(
      fc.property(anyDigits, (text) => {
        const { outcome } = enter(state, text);
        assert.ok(!outcome.accepted || outcome.effect.kind !== 'credit');
      }),
      { numRuns: 5_000, seed: 66 },
    );
  });
});

describe('the key parsers', () => {
  it('take any bytes and parameters', () => {
    const oddText = fc.oneof(fc.string({ maxLength: 20 }), fc.stringMatching(/^[0-9]{0,20}$/));
    const parameters = fc.record({
      dkga: fc.constantFrom('dkga01', 'dkga02', 'dkga03', 'dkga04', 'dkga05', 'constructor'),
      ea: fc.constantFrom('ea07', 'ea09', 'ea11', ''),
      meterPan: fc.oneof(fc.constant('600727000000000009'), oddText),
      supplyGroupCode: fc.oneof(fc.constant('123456'), oddText),
      tariffIndex: fc.oneof(fc.constant('01'), oddText),
      keyRevision: fc.oneof(fc.integer({ min: -1, max: 11 }), fc.double()),
      keyType: fc.integer({ min: -1, max: 5 }),
      baseDate: fc.constantFrom(93, 14, 35, 0),
      acceptUnverified: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(0, 8, 16, 20, 21), fc.nat(255), parameters, (length, byte, p) => {
        const key = vendingKeyFromBytes(new Uint8Array(length).fill(byte));
        if (!key.ok) return;
        const derived = deriveDecoderKey(key.value, p as unknown as KeyParameters);
        assert.equal(typeof derived.ok, 'boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('take any text as hexadecimal', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), (text) => {
        const bytes = bytesFromHex(text);
        if (bytes !== null) assert.equal(typeof decoderKeyFromBytes(bytes).ok, 'boolean');
      }),
    );
  });
});

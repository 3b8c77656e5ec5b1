// Every vector file passes, and the checker would notice if one did not: each stated value,
// changed, must fail.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkVectors } from '../src/vectors/vectors.ts';

const folder = new URL('./vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const load = (name: string): { vectors: Record<string, unknown>[] } =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** Values that only explain: nothing is computed from them, or they only repeat another one. */
const commentary = new Set([
  'id',
  'agree',
  'disagree',
  'note',
  'source',
  'name',
  'basis',
  'confidence',
]);

/** Paths of the stated results in a vector. */
function resultPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, one]) => resultPaths(one, [...path, name]));
}

const isResult = (path: string[]): boolean => {
  const [top = '', second = ''] = path;
  if (commentary.has(top) || top === 'inputs' || top === 'algorithm' || top === 'meter')
    return false;
  if (top === 'steps') return path.at(-1) !== 'token';
  // A refusal's wording is free; only "CRC" and "class 3" in it mean something.
  return !(top === 'expected' && (second === 'reason' || second === 'result'));
};

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  return `${text.slice(0, -1)}${text.endsWith('1') ? '2' : '1'}`;
}

function withChange(vector: unknown, path: string[]): unknown {
  const copy = structuredClone(vector) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  at[last] = changed(at[last]);
  return copy;
}

describe('the published vectors', () => {
  it('are 1174 in 18 files', () => {
    assert.equal(files.length, 18);
    assert.equal(
      files.reduce((sum, name) => sum + load(name).vectors.length, 0),
      1174,
    );
  });

  for (const name of files) {
    it(`all pass: ${name}`, () => {
      const report = checkVectors(load(name));
      assert.ok(typeof report !== 'string');
      assert.deepEqual(report.failures, []);
      assert.equal(report.passed, load(name).vectors.length);
    });
  }

  for (const name of files) {
    it(`fail when any stated result is changed: ${name}`, () => {
      for (const vector of load(name).vectors.filter((_, index) => index % 4 === 0)) {
        for (const path of resultPaths(vector).filter(isResult)) {
          const report = checkVectors({
            format: 'sts-vectors-1',
            vectors: [withChange(vector, path)],
          });
          assert.ok(typeof report !== 'string');
          const place = path.join('.');
          assert.equal(report.passed, 0, `${vector['id']} passes with another ${place}`);
          const [failure] = report.failures;
          assert.equal(failure?.isUnknown, false);
          const names = failure?.findings.map(({ what }) => what) ?? [];
          const last = path.at(-1) ?? '';
          // Some fields are what the token is made of: the token differs then, or cannot be made.
          const isShown =
            last === 'cls' ||
            last === 'subclass' ||
            (path[0] === 'fields' && names.includes('token'));
          assert.ok(
            isShown || names.some((what) => what.includes(last)),
            `${vector['id']}: ${place} is not named in ${names}`,
          );
        }
      }
    });
  }
});

describe('the vector checker', () => {
  it('reports an unknown algorithm as a failure', () => {
    const report = checkVectors({
      format: 'sts-vectors-1',
      vectors: [{ id: 'x', algorithm: 'EA99' }],
    });
    assert.ok(typeof report !== 'string');
    assert.deepEqual(report, {
      passed: 0,
      failures: [{ id: 'x', algorithm: 'EA99', isUnknown: true, findings: [] }],
    });
  });

  it('names a vector without an id by its place', () => {
    const report = checkVectors({ format: 'sts-vectors-1', vectors: [null] });
    assert.ok(typeof report !== 'string');
    assert.equal(report.failures[0]?.id, '#1');
  });

  it('refuses another format and a file without vectors', () => {
    assert.equal(
      checkVectors({ format: 'other', vectors: [] }),
      'not in the format "sts-vectors-1"',
    );
    assert.equal(checkVectors({ format: 'sts-vectors-1' }), 'no list of vectors');
    assert.equal(checkVectors(null), 'not in the format "sts-vectors-1"');
  });

  it('never prints a key that differs', () => {
    const [vector] = load('sts-dkga04.json').vectors;
    const wrong = { ...vector, decoder_key: '0000000000000000' };
    const report = checkVectors({ format: 'sts-vectors-1', vectors: [wrong] });
    assert.ok(typeof report !== 'string');
    assert.ok(!JSON.stringify(report).includes(String(vector?.['decoder_key'])));
    assert.deepEqual(report.failures[0]?.findings, [
      { what: 'decoder_key', expected: 'the stated key', actual: 'another key (not shown)' },
    ]);
  });
});

// Every case file passes, and the check would notice if one did not: each stated value, changed,
// must fail.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkCases } from '../src/cases/index.ts';

const folder = new URL('./vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const load = (name: string) => readFileSync(new URL(name, folder), 'utf8');
type Stated = { id: string; expected: Record<string, unknown> };
const casesOf = (name: string): Stated[] => JSON.parse(load(name)).cases;

describe('case files', () => {
  for (const name of files) {
    it(`${name} passes`, () => {
      const report = checkCases(load(name));
      assert.deepEqual(report.failures, []);
      assert.equal(report.passed, casesOf(name).length);
    });
  }

  it('there are 114 cases', () => {
    assert.equal(files.flatMap(casesOf).length, 114);
  });
});

const paths = (value: unknown, path: string[] = []): string[][] =>
  typeof value !== 'object' || value === null || Object.keys(value).length === 0
    ? [path]
    : Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]));

const other = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return ['another'];
  return value === null ? 'something' : `${String(value)}7`;
};

function changed(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return other(value);
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as Record<string, unknown>) };
  const place = copy as Record<string, unknown>;
  place[key] = changed(place[key], rest);
  return copy;
}

describe('the check bites', () => {
  for (const name of files) {
    it(`${name}: each stated value, changed, fails`, () => {
      for (const one of casesOf(name)) {
        for (const path of paths(one.expected)) {
          if (path.includes('why') || path.includes('note')) continue;
          const expected = changed(one.expected, path);
          const report = checkCases(JSON.stringify({ cases: [{ ...one, expected }] }));
          assert.equal(report.failures.length, 1, `${one.id} ${path.join('.')}`);
        }
      }
    });
  }

  it('what is no case, comes twice or is not counted is a failure', () => {
    assert.equal(checkCases('').failures.length, 1);
    assert.equal(checkCases('{"cases":[]}').failures.length, 1);
    assert.equal(checkCases('[{"id":"a"}]').failures.length, 1);
    const [first] = casesOf('momo.json');
    assert.equal(checkCases(JSON.stringify({ cases: [first, first] })).failures.length, 1);
    assert.equal(checkCases(JSON.stringify({ count: 2, cases: [first] })).failures.length, 1);
  });
});

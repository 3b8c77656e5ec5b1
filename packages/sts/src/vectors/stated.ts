// What a vector states beside its inputs: each such value must have been compared, and there must
// be one at all. Otherwise a vector passes that proves nothing.

import { asRecord, type Findings, type JsonRecord } from './findings.ts';

/** Inputs, and what the format keeps for people. */
const notResults = [
  ...['id', 'algorithm', 'category', 'inputs', 'agree', 'disagree', 'note', 'source', 'name'],
  ...['basis', 'confidence', 'meter'],
];

const namesIn = (prefix: string, value: unknown, except: readonly string[]): string[] =>
  Object.entries(asRecord(value))
    .filter(([name, one]) => !except.includes(name) && one !== undefined && one !== null)
    .map(([name]) => `${prefix}.${name}`);

function placesIn(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (['expected', 'intermediate', 'fields'].includes(name)) return namesIn(name, value, []);
  if ((name === 'tokens' || name === 'steps') && Array.isArray(value)) {
    // The token of a step is what goes in.
    const except = name === 'steps' ? ['token', 'note'] : ['note'];
    return value.flatMap((one, index) => namesIn(`${name}.${index}`, one, except));
  }
  return [name];
}

/** Class and subclass say which token is meant; alone they are no result. */
const isResult = (place: string): boolean => !/^(?:fields\.cls|.*\.subclass)$/.test(place);

/** Adds a finding for each stated value that nothing computed, and for a vector without any. */
export function expectAllCompared(v: JsonRecord, findings: Findings): void {
  // What differs already comes first: a check that stopped there compared no more.
  if (findings.list.length > 0) return;
  const places = Object.entries(v)
    .filter(([name]) => !notResults.includes(name))
    .flatMap(([name, value]) => placesIn(name, value));
  if (!places.some(isResult)) {
    findings.list.push({ what: 'result', expected: 'a stated result', actual: 'none' });
  }
  for (const what of places) {
    if (findings.isCompared(what)) continue;
    const actual = 'stated, but nothing computes it';
    findings.list.push({ what, expected: 'a value that is computed', actual });
  }
}

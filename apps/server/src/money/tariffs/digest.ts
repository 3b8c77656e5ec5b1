// What a request asked for, as one short value: the same content gives the same digest, whatever
// the order of its keys.

import { createHash } from 'node:crypto';

export const digestOf = (content: unknown): string =>
  createHash('sha256').update(canonical(content)).digest('hex');

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}

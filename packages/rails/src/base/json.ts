// JSON of strangers: parsed once from the raw bytes, looked into without trust. Integers too large
// for a number stay text, so that no reference loses a digit; one-element arrays may be collapsed.

import { utf8Text } from './bytes.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

type Reviver = (name: string, value: unknown, context?: { source?: string }) => unknown;

// The third argument of a reviver (source text) is newer than the types we compile with.
const parseWith = JSON.parse as (text: string, reviver: Reviver) => Json;

const longest = 4_000_000;

/** The value, or undefined for bytes that are no JSON in UTF-8, or more than 4 MB of it. */
export function parseJson(raw: Uint8Array | string): Json | undefined {
  if (raw.length > longest) return undefined;
  const text = typeof raw === 'string' ? raw : utf8Text(raw);
  if (text === null) return undefined;
  try {
    return parseWith(text.replace(/^\uFEFF/, ''), (_, value, context) =>
      typeof value === 'number' && !isExact(value, context?.source)
        ? (context?.source ?? String(value))
        : value,
    );
  } catch {
    return undefined;
  }
}

function isExact(value: number, source: string | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  return Number.isInteger(value) ? Number.isSafeInteger(value) : (source?.length ?? 0) <= 16;
}

/** What lies at a path of own properties and array places; undefined when anything is missing. */
export function at(json: Json | undefined, ...path: readonly (string | number)[]) {
  let here: Json | undefined = json;
  for (const name of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    if (typeof name === 'number') here = Array.isArray(here) ? here[name] : undefined;
    else
      here = Object.hasOwn(here, name) ? (here as Readonly<Record<string, Json>>)[name] : undefined;
  }
  return here;
}

/** Text at a path: a string as it is, a number or boolean written out; null for all else. */
export function textAt(json: Json | undefined, ...path: readonly (string | number)[]) {
  const value = at(json, ...path);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Text at a path that says something: trimmed, and null when empty. */
export function wordAt(json: Json | undefined, ...path: readonly (string | number)[]) {
  const text = textAt(json, ...path)?.trim();
  return text === undefined || text === '' ? null : text;
}

/** Many at a path: an array, or one alone where a provider collapsed it; else nothing. */
export function listAt(json: Json | undefined, ...path: readonly (string | number)[]): Json[] {
  const value = at(json, ...path);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...(value as readonly Json[])] : [value];
}

export const isObject = (json: Json | undefined): json is { readonly [name: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Every text or number of a property of this name (any case), however deep; in order. */
export function textsNamed(json: Json | undefined, name: string): string[] {
  const wanted = name.toLowerCase();
  const found: string[] = [];
  const walk = (value: Json | undefined, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 32) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key.toLowerCase() === wanted && ['string', 'number'].includes(typeof inner)) {
        found.push(String(inner));
      } else walk(inner as Json, depth + 1);
    }
  };
  walk(json, 0);
  return found;
}

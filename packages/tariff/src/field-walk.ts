// Walks a document by the table of its fields: which fields are set, and the document as it stands
// in wallet use, in a meter that counts money, at its till.

import type { Amount } from './amount.ts';
import type { Tariff } from './document.ts';
import { type Field, type FieldTable, fieldTable, type Stand } from './fields.ts';

export type SetField = {
  readonly group: keyof FieldTable;
  readonly name: string;
  /** As "levies[0].atMost". */
  readonly path: string;
  readonly value: unknown;
  readonly field: Field;
};

const known = new WeakMap<object, readonly SetField[]>();

/** Every field of a document that says something, in its order. */
export const fieldsOf = (tariff: Tariff): readonly SetField[] => fieldsIn('document', tariff);

/** The same of one part: a charge, a levy, a condition. */
export function fieldsIn(group: keyof FieldTable, part: object): readonly SetField[] {
  const before = known.get(part);
  if (before !== undefined) return before;
  const found = walk(group, part, '');
  known.set(part, found);
  return found;
}

function walk(group: keyof FieldTable, part: object, at: string): SetField[] {
  return answered(group, part).flatMap(({ name, value, field }) => {
    if (value === undefined || value === field.usual) return [];
    const path = at === '' ? name : `${at}.${name}`;
    const own = { group, name, path, value, field };
    const { inner } = field;
    if (inner === undefined || typeof value !== 'object' || value === null) return [own];
    const insides = Array.isArray(value)
      ? value.flatMap((each, i) => walk(inner, each, `${path}[${i}]`))
      : walk(inner, value, path);
    return [own, ...insides];
  });
}

function answered(group: keyof FieldTable, part: object) {
  const answers: Readonly<Record<string, Field>> = fieldTable[group];
  return Object.entries(part).flatMap(([name, value]: [string, unknown]) => {
    const field = Object.hasOwn(answers, name) ? answers[name] : undefined;
    return field === undefined ? [] : [{ name, value, field }];
  });
}

/** How a field that is set stands in wallet use, in a meter that counts money, or at its till. */
export function standOf({ field, value }: Pick<SetField, 'field' | 'value'>, place: Place): Stand {
  const answer = field[place];
  return typeof answer === 'function' ? answer(value) : answer;
}

/** Numbers that stand anywhere in a value, each as a whole. */
export const amountsIn = (value: unknown): Amount[] =>
  amountsAt(value, '').map(({ amount }) => amount);

/** The same with where each stands, as "levies[0].when.average.overKwh". */
export function amountsAt(value: unknown, path: string): { path: string; amount: Amount }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isAmount(value)) return [{ path, amount: value }];
  return Object.entries(value).flatMap(([key, each]) => amountsAt(each, `${path}.${key}`));
}

const kinds: Readonly<Record<Amount['kind'], string>> = {
  ...{ constant: 'value', parameter: 'name', multiply: 'of', add: 'of' },
};

function isAmount(value: object): value is Amount {
  const { kind } = value as { kind?: unknown };
  return typeof kind === 'string' && Object.hasOwn(kinds, kind);
}

type Place = 'wallet' | 'meter' | 'till';

/**
 * A document without the fields that are left out in a place; the same one if there are none. Works
 * on a tariff and on its JSON alike. Wallet use has no till beside it: what can have no part in it
 * is gone.
 */
export function standingIn<T extends object>(place: Place, document: T): T {
  const before = standing[place].get(document);
  if (before !== undefined) return before as T;
  const found = without(place, 'document', document);
  standing[place].set(document, found);
  return found;
}

const standing: Readonly<Record<Place, WeakMap<object, object>>> = {
  ...{ wallet: new WeakMap(), meter: new WeakMap(), till: new WeakMap() },
};

function without<T extends object>(place: Place, group: keyof FieldTable, part: T): T {
  const shorter = Object.fromEntries<unknown>(Object.entries(part));
  let isSame = true;
  for (const { name, value, field } of answered(group, part)) {
    const inside = field[place] === 'leftOut' ? field.usual : insideOf(place, field, value);
    if (inside === value) continue;
    isSame = false;
    if (inside === undefined) delete shorter[name];
    else shorter[name] = inside;
  }
  return isSame ? part : (shorter as T);
}

function insideOf(place: Place, { inner }: Field, value: unknown): unknown {
  if (inner === undefined || typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return without(place, inner, value);
  const entries = value
    .filter((each) => place !== 'wallet' || !isNever(place, inner, each))
    .map((each) => without(place, inner, each));
  const isSame = entries.length === value.length && entries.every((each, i) => each === value[i]);
  return isSame ? value : entries;
}

const isNever = (place: Place, group: keyof FieldTable, part: object): boolean =>
  answered(group, part).some((each) => standOf(each, place) === 'never');

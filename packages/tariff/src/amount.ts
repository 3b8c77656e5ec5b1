// Numbers in a tariff document: a decimal in quotes, a named parameter, or a product or sum of
// those. A parameter is what changes without a new tariff: a monthly fuel charge, an exchange rate,
// a connection's kW.

import * as z from 'zod';
import { add, multiply, parseDecimal, type Rational, whole, zero } from './rational.ts';

export type Amount =
  | { readonly kind: 'constant'; readonly value: Rational }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'multiply'; readonly of: readonly Amount[] }
  | { readonly kind: 'add'; readonly of: readonly Amount[] };

const decimalHint = 'write a decimal in quotes, such as "2.4541"';
const amountHint = `${decimalHint}, or {"parameter": "name"}, or {"multiply": [..., ...]}, or {"add": [..., ...]}`;

/** What to write instead of what was written, where that can be told. */
function hintFor(value: unknown, hint: string): string {
  if (value === undefined) return `is missing: ${hint}`;
  if (typeof value === 'number') {
    const plain = String(value);
    const isPlain = parseDecimal(plain) !== null;
    return isPlain
      ? `write a decimal in quotes: "${plain}"`
      : `${value} is too large or too fine: ${hint}`;
  }
  if (typeof value !== 'string') return hint;
  const pointed = value.replace(',', '.').trim();
  if (value.includes(',') && parseDecimal(pointed) !== null) {
    return `"${value}": write a decimal in quotes with a point, "${pointed}"`;
  }
  const share = /^\s*(-?[\d.]+)\s*%\s*$/.exec(value)?.[1];
  if (share !== undefined) return `"${value}": leave the mark out, "${share}"`;
  if (/^-?\d+(\.\d+)?(\/\d+(\.\d+)?)?$/.test(value)) {
    return `"${value.slice(0, 60)}": a number has at most 12 digits before the point and 12 behind it`;
  }
  return `"${value.slice(0, 60)}" is no number: ${hint}`;
}

/** A decimal in quotes, read exactly. */
export const decimalSchema = z.unknown().transform((value, context): Rational => {
  const parsed = typeof value === 'string' ? parseDecimal(value) : null;
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: hintFor(value, decimalHint) });
  return z.NEVER;
});

export const amountSchema = amountSchemaWith(amountHint);

/** kWh that a block reaches to; the schema around it takes the null of the last one. */
export const limitSchema = amountSchemaWith(
  'write kWh in quotes, such as "100", or null in the last block, which has no end',
);

function amountSchemaWith(hint: string) {
  return z.unknown().transform((value, context): Amount => {
    const parsed = readAmount(value, 0);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: hintFor(value, hint) });
    return z.NEVER;
  });
}

function readAmount(value: unknown, depth: number): Amount | null {
  if (typeof value === 'string') {
    const decimal = parseDecimal(value);
    return decimal === null ? null : { kind: 'constant', value: decimal };
  }
  if (typeof value !== 'object' || value === null || depth > 4) return null;
  const entries = Object.entries(value);
  const [key, inner] = entries[0] ?? [];
  if (entries.length !== 1) return null;
  if (key === 'parameter') {
    return typeof inner === 'string' ? { kind: 'parameter', name: inner } : null;
  }
  if ((key !== 'multiply' && key !== 'add') || !Array.isArray(inner)) return null;
  if (inner.length < 1 || inner.length > 8) return null;
  const of: Amount[] = [];
  for (const item of inner) {
    const part = readAmount(item, depth + 1);
    if (part === null) return null;
    of.push(part);
  }
  return { kind: key, of };
}

/**
 * The value, with every parameter found in `numbers`. A missing one is a bug: they are checked
 * before.
 */
export function evaluate(amount: Amount, numbers: ReadonlyMap<string, Rational>): Rational {
  switch (amount.kind) {
    case 'constant':
      return amount.value;
    case 'parameter': {
      const value = numbers.get(amount.name);
      if (value === undefined) throw new Error(`parameter ${amount.name} was not resolved`);
      return value;
    }
    case 'multiply':
      return amount.of.map((part) => evaluate(part, numbers)).reduce(multiply, whole(1n));
    case 'add':
      return amount.of.map((part) => evaluate(part, numbers)).reduce(add, zero);
  }
}

/** Names of the parameters inside. */
export function parametersIn(amount: Amount): string[] {
  if (amount.kind === 'parameter') return [amount.name];
  return amount.kind === 'constant' ? [] : amount.of.flatMap(parametersIn);
}

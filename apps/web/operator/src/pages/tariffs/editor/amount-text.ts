// A number of a tariff document as one types it: "2.45", the name of a parameter, or a sum of
// products of those, "0.5 * fuelRate + 1.2".

import { isList, isObject, isSame, type Json } from './json.ts';

const decimal = /^-?\d{1,12}(\.\d{1,12})?(\/\d{1,12}(\.\d{1,12})?)?$/;
const name = /^[a-z][a-zA-Z0-9_-]{0,39}$/;

/** Null where it is written in a way that this has no words for. */
export function amountText(value: Json | undefined): string | null {
  const text = textOf(value);
  return text !== null && isSame(readAmount(text), value) ? text : null;
}

/** Whatever is no such number stays a text, which the document's check refuses. */
export function readAmount(text: string): Json | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  if (decimal.test(typed)) return typed;
  const terms = typed.split(' + ').map(readProduct);
  const [only] = terms;
  if (only === undefined || terms.some((term) => term === null)) return typed;
  return terms.length === 1 ? only : { add: terms };
}

function readProduct(text: string): Json {
  const factors = text.split(/[*×]/).map((factor) => readFactor(factor.trim()));
  const [only = null] = factors;
  if (factors.some((factor) => factor === null)) return null;
  return factors.length === 1 ? only : { multiply: factors };
}

function readFactor(text: string): Json {
  if (decimal.test(text)) return text;
  return name.test(text) ? { parameter: text } : null;
}

function textOf(value: Json | undefined): string | null {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (!isObject(value)) return null;
  const { parameter, multiply, add } = value;
  if (typeof parameter === 'string') return parameter;
  if (isList(multiply)) return joined(multiply, ' * ');
  return isList(add) ? joined(add, ' + ') : null;
}

function joined(parts: readonly Json[], sign: string): string | null {
  const texts = parts.map(textOf);
  return texts.some((text) => text === null) ? null : texts.join(sign);
}

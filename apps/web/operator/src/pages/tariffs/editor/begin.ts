// What the form begins with: the document of the version that holds, as its next version from the
// first of next month; or a template, as this utility's own.

import type { Currency } from '@prewatt/quantities';
import { isList, isObject, type Json, listAt, valueAt, withValue } from './json.ts';

/** As people write a document: the database keeps members in an order of its own. */
const memberOrder = [
  ...['schema', 'id', 'code', 'version', 'label', 'utility', 'country', 'customerClass', 'zone'],
  ...['currency', 'kind', 'per', 'amount', 'percent', 'of', 'perKwh', 'included'],
  ...['effectiveFrom', 'effectiveTo', 'reason', 'notes', 'invented', 'confidence', 'licence'],
  ...['sources', 'counting', 'parameters', 'periods', 'energy', 'repricing', 'when', 'variants'],
  ...['schedules', 'uptoKwh', 'rate', 'rates', 'blocks', 'charges', 'levies', 'freeAllowance'],
  ...['rounding', 'paid', 'wantedKwh', 'date', 'time', 'period', 'position', 'debts', 'examples'],
  ...['kwh', 'cost', 'parts', 'expect', 'tolerance'],
];
const rank = new Map(memberOrder.map((name, index) => [name, index]));

export function inOrder(value: Json): Json {
  if (isList(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const rankOf = (name: string) => rank.get(name) ?? memberOrder.length;
  const members = Object.entries(value).sort(([a], [b]) => rankOf(a) - rankOf(b));
  return Object.fromEntries(members.map(([name, inner]) => [name, inOrder(inner)]));
}

/** "2026-12-02" -> "2027-01-01" */
export function nextFirst(today: string): string {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return `${next}-01`;
}

/**
 * The document from another first day on. Examples of an earlier day move by whole years, so that
 * they stay in their season.
 */
export function withFirstDay(document: Json, day: string): Json {
  const dated = withValue(document, ['effectiveFrom'], day);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return dated;
  return listAt(dated, ['examples']).reduce<Json>((at, example, index) => {
    const date = valueAt(example, ['date']);
    if (typeof date !== 'string' || date >= day) return at;
    const short = Number(day.slice(0, 4)) - Number(date.slice(0, 4));
    const years = `${day.slice(0, 4)}${date.slice(4)}` >= day ? short : short + 1;
    const moved = withValue(at, ['examples', index, 'date'], yearsLater(date, years));
    const lastPath = ['examples', index, 'position', 'lastPurchaseDate'];
    const last = valueAt(example, ['position', 'lastPurchaseDate']);
    return typeof last === 'string' ? withValue(moved, lastPath, yearsLater(last, years)) : moved;
  }, dated);
}

function yearsLater(date: string, years: number): string {
  const year = Number(date.slice(0, 4)) + years;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const day = date.slice(5) === '02-29' && !isLeap ? '02-28' : date.slice(5);
  return `${String(year).padStart(4, '0')}-${day}`;
}

/** The version after `document`: its reason was of that one, and its last day, too. */
export function nextVersion(document: Json, o: { version: number; firstDay: string }): Json {
  const { reason: _, ...kept } = isObject(document) ? document : {};
  const numbered = withValue(kept, ['version'], o.version);
  return inOrder(withFirstDay(withValue(numbered, ['effectiveTo'], null), o.firstDay));
}

type Own = {
  readonly utility: { readonly name: string; readonly zone: string; readonly currency: Currency };
  readonly firstDay: string;
};

/** Facts about another utility's document: of its publishing, not of what it says. */
const aboutSource = ['reason', 'notes', 'invented', 'confidence', 'licence', 'sources'];

/** A template as the first version of a tariff of this utility. */
export function ownTariff(template: Json, { utility, firstDay }: Own): Json {
  const members = Object.entries(isObject(template) ? template : {});
  const kept: Json = Object.fromEntries(members.filter(([name]) => !aboutSource.includes(name)));
  const { code, scale } = utility.currency;
  const named = { ...kept, utility: utility.name, zone: utility.zone, currency: { code, scale } };
  const first = nextVersion(named, { version: 1, firstDay });
  return listAt(first, ['examples']).reduce<Json>(
    (at, _, index) => withValue(at, ['examples', index, 'sources'], undefined),
    first,
  );
}

/** The least document: one price for every kWh. */
export const emptyTariff = ({ utility, firstDay }: Own): Json => ({
  schema: 'prewatt-tariff-1',
  id: 'homes',
  version: 1,
  utility: utility.name,
  country: '',
  customerClass: 'Homes',
  zone: utility.zone,
  currency: { code: utility.currency.code, scale: utility.currency.scale },
  effectiveFrom: firstDay,
  effectiveTo: null,
  energy: { label: 'Energy', schedules: [{ code: 'all', blocks: [{ uptoKwh: null, rate: '' }] }] },
});

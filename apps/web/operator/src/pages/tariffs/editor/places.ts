// Which members of a tariff document the form shows, with the words for them: one list for each
// kind of part. What stands in none of them is named at the form's end and changed in the JSON.

import type { FieldKind } from './fields.ts';
import { fieldText } from './fields.ts';
import { isList, isObject, type Json, listAt, type Path, pathText, valueAt } from './json.ts';

export type Place = {
  /** Below the part: ["skipped", "recover"]. */
  readonly path: Path;
  readonly label: string;
  readonly kind: FieldKind;
  readonly note?: string;
  /** What may be chosen: what is written, and its words. */
  readonly choices?: Readonly<Record<string, string>>;
  /** What holds when nothing is written. */
  readonly otherwise?: string;
  /** A currency's code is put behind the label. */
  readonly isMoney?: boolean;
};

export const headPlaces: readonly Place[] = [
  { path: ['effectiveFrom'], label: 'First day', kind: 'day' },
  { path: ['effectiveTo'], label: 'Last day', kind: 'lastDay', note: 'Empty: until the next one' },
  { path: ['customerClass'], label: 'For whom', kind: 'text' },
];

export const aboutPlaces: readonly Place[] = [
  { path: ['id'], label: 'Id of the tariff', kind: 'text', note: 'The same in all its versions' },
  { path: ['version'], label: 'Version', kind: 'whole' },
  { path: ['utility'], label: 'Utility', kind: 'text' },
  { path: ['country'], label: 'Country', kind: 'text', note: 'Two letters, such as ZA' },
  { path: ['zone'], label: 'Time zone', kind: 'text' },
  { path: ['currency', 'code'], label: 'Currency', kind: 'text' },
  { path: ['currency', 'scale'], label: 'Decimals of the currency', kind: 'whole' },
  {
    ...{ path: ['counting'], label: 'Blocks count over', kind: 'counting' },
    choices: {
      'calendar-month': 'a calendar month',
      '30 days': '30 days from the first purchase',
      '2 months': '2 months of the calendar',
      '3 months': '3 months of the calendar',
      '12 months': 'a year',
    },
    otherwise: 'calendar-month',
  },
  { path: ['reason'], label: 'Why it changed', kind: 'prose' },
  { path: ['notes'], label: 'Notes', kind: 'prose' },
];

export const energyPlaces: readonly Place[] = [
  { path: ['label'], label: 'Word on the receipt', kind: 'text', otherwise: 'Energy' },
  {
    ...{ path: ['repricing'], label: 'When the month moves to other prices', kind: 'text' },
    choices: {
      month: 'the month so far is priced again',
      purchase: 'only this purchase has the new prices',
    },
    otherwise: 'month',
  },
  {
    path: ['averageWithoutHistoryKwh'],
    label: 'Average of a home without history (kWh)',
    kind: 'amount',
  },
  { path: ['ratesInclude'], label: 'What the rates contain, one a line', kind: 'lines' },
];

export const schedulePlaces: readonly Place[] = [
  { path: ['code'], label: 'Code', kind: 'text' },
  { path: ['label'], label: 'Name', kind: 'text' },
];

export const blockPlaces = (periods: readonly string[]): readonly Place[] => [
  { path: ['uptoKwh'], label: 'Up to (kWh)', kind: 'limit' },
  { path: ['rate'], label: 'Price a kWh', kind: 'amount', isMoney: true },
  ...periods.map(
    (period): Place => ({
      ...{ path: ['rates', period], label: `Price in ${period}`, kind: 'amount', isMoney: true },
    }),
  ),
  { path: ['label'], label: 'Word on the receipt', kind: 'text' },
];

export const periodPlaces: readonly Place[] = [
  { path: ['code'], label: 'Code', kind: 'text' },
  { path: ['label'], label: 'Name', kind: 'text' },
  { path: ['from'], label: 'From', kind: 'time' },
  { path: ['to'], label: 'To', kind: 'time' },
  { path: ['days'], label: 'Days of the week', kind: 'numbers', note: '1 Monday to 7 Sunday' },
  { path: ['calendarMonths'], label: 'Months', kind: 'numbers', note: '1 to 12' },
  {
    ...{ path: ['dates'], label: 'Days by name, one a line', kind: 'lines' },
    note: '2026-04-03, or 12-25 for every year',
  },
  { path: ['announced'], label: 'Holds only when the utility says so', kind: 'yes' },
];

const repricing: Place = {
  ...{ path: ['repricing'], label: 'Worked out for', kind: 'text' },
  choices: { purchase: 'each purchase', month: 'the whole month' },
  otherwise: 'purchase',
};

export const chargePlaces: readonly Place[] = [
  { path: ['label'], label: 'Name on the receipt', kind: 'text' },
  { path: ['amount'], label: 'Amount', kind: 'amount', isMoney: true },
  {
    ...{ path: ['per'], label: 'Charged', kind: 'per' },
    choices: {
      month: 'each month',
      day: 'each day',
      week: 'each week',
      year: 'each year',
      purchase: 'with each purchase',
      '30 days': 'every 30 days',
      '2 months': 'every 2 months',
    },
  },
  {
    ...{ path: ['kind'], label: 'Counts as', kind: 'text' },
    choices: { fee: 'a fee', tax: 'a tax' },
    otherwise: 'fee',
  },
];

export const chargeMorePlaces: readonly Place[] = [
  { path: ['code'], label: 'Code', kind: 'text' },
  { path: ['skipped', 'recover'], label: 'Periods without a purchase are paid later', kind: 'yes' },
  { path: ['skipped', 'maxPeriods'], label: 'At most so many periods', kind: 'whole' },
  {
    ...{ path: ['recovery', 'maxShareOfPaymentPercent'], kind: 'amount' },
    label: 'At most so much of a payment (%)',
  },
  {
    ...{ path: ['recovery', 'whileMonthPaidBelow'], kind: 'amount', isMoney: true },
    label: 'While the month’s payments are below',
  },
  {
    ...{ path: ['recovery', 'maxPerPurchase'], kind: 'amount', isMoney: true },
    label: 'At most with one purchase',
  },
  {
    ...{ path: ['recovery', 'perKwh'], kind: 'amount', isMoney: true },
    label: 'So much a kWh until it is paid',
  },
];

export const variantPlaces: readonly Place[] = [
  { path: ['amount'], label: 'Amount', kind: 'amount', isMoney: true },
];

export const levyPlaces: readonly Place[] = [
  { path: ['label'], label: 'Name on the receipt', kind: 'text' },
  {
    ...{ path: ['kind'], label: 'Counts as', kind: 'text' },
    choices: { tax: 'a tax', fee: 'a fee', rebate: 'a rebate' },
    otherwise: 'tax',
  },
  { path: ['percent'], label: 'Per cent', kind: 'amount' },
  { path: ['of'], label: 'Of', kind: 'codes', note: 'energy, charges, levies, or codes of lines' },
  { path: ['perKwh'], label: 'Or a kWh', kind: 'amount', isMoney: true },
  { path: ['included'], label: 'The prices include it', kind: 'yes' },
];

export const levyMorePlaces: readonly Place[] = [
  { path: ['code'], label: 'Code', kind: 'text' },
  { path: ['energyAboveKwh'], label: 'Only on energy above (kWh)', kind: 'amount' },
  { path: ['energyUptoKwh'], label: 'Only on energy up to (kWh)', kind: 'amount' },
  { path: ['atLeast'], label: 'At least', kind: 'amount', isMoney: true },
  { path: ['atMost'], label: 'At most', kind: 'amount', isMoney: true },
  {
    ...{ path: ['limitsPer'], label: 'These limits hold for', kind: 'text' },
    choices: { purchase: 'each purchase', month: 'the month' },
    otherwise: 'purchase',
  },
  repricing,
];

export const freePlaces: readonly Place[] = [
  { path: ['freeAllowance', 'kwh'], label: 'Free energy a month (kWh)', kind: 'amount' },
  {
    ...{ path: ['freeAllowance', 'delivery'], label: 'How it comes', kind: 'text' },
    choices: {
      separate: 'as a token of its own',
      'with-first-purchase': 'with the first purchase',
    },
    otherwise: 'separate',
  },
  {
    ...{ path: ['freeAllowance', 'countsInBlocks'], kind: 'yes' },
    label: 'It counts in the blocks',
  },
];

export const freeVariantPlaces: readonly Place[] = [
  { path: ['kwh'], label: 'Free energy (kWh)', kind: 'amount', note: 'Empty: none' },
];

const modes = { 'half-up': 'to the nearest', down: 'down', up: 'up' };

export const roundingPlaces: readonly Place[] = [
  {
    ...{ path: ['rounding', 'lines'], label: 'Lines are rounded', kind: 'text' },
    ...{ choices: modes, otherwise: 'half-up' },
  },
  {
    ...{ path: ['rounding', 'toMinor'], label: 'To so many minor units', kind: 'whole' },
    ...{ note: '100 is whole units of a currency with two decimals', otherwise: '1' },
  },
  {
    ...{ path: ['rounding', 'total', 'toMinor'], label: 'The total to', kind: 'whole' },
    note: 'Minor units; empty: the total is not rounded',
  },
  {
    ...{ path: ['rounding', 'total', 'mode'], label: 'The total goes', kind: 'text' },
    ...{ choices: modes, otherwise: 'half-up' },
  },
  {
    ...{ path: ['rounding', 'total', 'label'], label: 'Its word on the receipt', kind: 'text' },
    otherwise: 'Rounding',
  },
];

export const parameterPlaces: readonly Place[] = [
  { path: ['label'], label: 'What it is', kind: 'text' },
  { path: ['value'], label: 'Value', kind: 'known', note: 'Empty: known of each home, or later' },
  {
    ...{ path: ['of'], label: 'Known', kind: 'text' },
    choices: { utility: 'by the utility', connection: 'of each connection' },
    otherwise: 'utility',
  },
  { path: ['choices'], label: 'What it may be, one a line', kind: 'lines' },
];

export const datedValuePlaces: readonly Place[] = [
  { path: ['from'], label: 'From', kind: 'day' },
  { path: ['value'], label: 'Value', kind: 'text' },
];

export const examplePlaces: readonly Place[] = [
  { path: ['id'], label: 'Name', kind: 'text' },
  { path: ['paid'], label: 'Paid', kind: 'amount', isMoney: true },
  { path: ['wantedKwh'], label: 'Or kWh', kind: 'amount' },
  { path: ['date'], label: 'On', kind: 'day' },
  { path: ['expect', 'kwh'], label: 'Gives (kWh)', kind: 'amount' },
  { path: ['expect', 'cost'], label: 'Costs', kind: 'amount', isMoney: true },
];

/** Conditions of a part. `choices`: parameters that are chosen from, with what may be chosen. */
export const whenPlaces = (
  choices: Readonly<Record<string, readonly string[]>>,
): readonly Place[] =>
  [
    ...rangePlaces('monthTotal', 'Month’s total'),
    ...rangePlaces('average', 'Average of past months'),
    { path: ['average', 'months'], label: 'Average: months looked at', kind: 'whole' } as const,
    ...rangePlaces('highest', 'Largest past month'),
    { path: ['highest', 'months'], label: 'Largest: months looked at', kind: 'whole' } as const,
    { path: ['calendarMonths'], label: 'In the months', kind: 'numbers', note: '1 to 12' } as const,
    { path: ['dayOfMonth', 'from'], label: 'From day of the month', kind: 'whole' } as const,
    { path: ['dayOfMonth', 'upto'], label: 'Up to day of the month', kind: 'whole' } as const,
    { path: ['periods'], label: 'In the periods', kind: 'codes' } as const,
    {
      ...{
        path: ['purchaseOfMonth'],
        label: 'Purchase of the month',
        kind: 'nthPurchase' as const,
      },
      note: 'first, later, from 4, up to 3 or 4 to 6',
    },
    {
      ...{ path: ['payment', 'from'], label: 'Payment from', kind: 'amount' as const },
      isMoney: true,
    },
    {
      ...{ path: ['payment', 'below'], label: 'Payment below', kind: 'amount' as const },
      isMoney: true,
    },
    ...Object.entries(choices).map(([name, of]) => ({
      ...{ path: ['parameter', name], label: name, kind: 'text' as const },
      choices: Object.fromEntries(of.map((each) => [each, each])),
    })),
  ].map((place) => ({ ...place, path: ['when', ...place.path] }));

const rangePlaces = (name: string, label: string): readonly Place[] => [
  { path: [name, 'overKwh'], label: `${label} over (kWh)`, kind: 'amount' },
  { path: [name, 'uptoKwh'], label: `${label} up to (kWh)`, kind: 'amount' },
];

/** Parameters that are chosen from. */
export function choicesOf(document: Json): Readonly<Record<string, readonly string[]>> {
  const parameters = valueAt(document, ['parameters']);
  if (!isObject(parameters)) return {};
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) => {
      const choices = valueAt(parameter, ['choices']);
      return isList(choices) ? [[name, choices.map(String)] as const] : [];
    }),
  );
}

export const periodCodes = (document: Json): readonly string[] =>
  listAt(document, ['periods']).flatMap((period) => {
    const code = valueAt(period, ['code']);
    return typeof code === 'string' ? [code] : [];
  });

export const parameterNames = (document: Json): readonly string[] => {
  const parameters = valueAt(document, ['parameters']);
  return isObject(parameters) ? Object.keys(parameters) : [];
};

export type Shown = { readonly path: Path; readonly place: Place };

/** Every field that the form has for a document, with its whole path. */
export function shownPlaces(document: Json): readonly Shown[] {
  const when = whenPlaces(choicesOf(document));
  const blocks = blockPlaces(periodCodes(document));
  const below = (path: Path, places: readonly Place[]): Shown[] =>
    places.map((place) => ({ place, path: [...path, ...place.path] }));
  const items = (path: Path, inside: (at: Path) => Shown[]): Shown[] =>
    listAt(document, path).flatMap((_, index) => inside([...path, index]));
  const variants = (at: Path, places: readonly Place[]) =>
    items([...at, 'variants'], (variant) => below(variant, [...places, ...when]));
  return [
    ...below([], [...headPlaces, ...aboutPlaces, ...freePlaces, ...roundingPlaces]),
    ...below(['energy'], energyPlaces),
    ...below(['freeAllowance'], when),
    ...variants(['freeAllowance'], freeVariantPlaces),
    ...items(['energy', 'schedules'], (at) => [
      ...below(at, [...schedulePlaces, ...when]),
      ...items([...at, 'blocks'], (block) => below(block, blocks)),
    ]),
    ...items(['periods'], (at) => below(at, periodPlaces)),
    ...items(['charges'], (at) => [
      ...below(at, [...chargePlaces, ...chargeMorePlaces, ...when]),
      ...variants(at, variantPlaces),
    ]),
    ...items(['levies'], (at) => below(at, [...levyPlaces, ...levyMorePlaces, ...when])),
    ...parameterNames(document).flatMap((name) => [
      ...below(['parameters', name], parameterPlaces),
      ...items(['parameters', name, 'values'], (at) => below(at, datedValuePlaces)),
    ]),
    ...items(['examples'], (at) => below(at, examplePlaces)),
  ];
}

/** Members that the form does not show, by path: they stay as they are, and the JSON has them. */
export function hiddenMembers(document: Json): readonly string[] {
  const shown = new Set(
    shownPlaces(document)
      .filter(({ path, place }) => fieldText(place.kind, valueAt(document, path)) !== null)
      .map(({ path }) => pathText(path)),
  );
  const found: string[] = [];
  const walk = (at: Json, path: Path): void => {
    const text = pathText(path);
    if (shown.has(text) || text === 'schema') return;
    const inner = isList(at) ? at.map((each, i) => [i, each] as const) : entriesOf(at);
    const above = [...shown].some(
      (each) => each.startsWith(`${text}.`) || each.startsWith(`${text}[`),
    );
    if (path.length > 0 && !above) found.push(text);
    else for (const [part, each] of inner) walk(each, [...path, part]);
  };
  walk(document, []);
  return found;
}

const entriesOf = (value: Json): readonly (readonly [string, Json])[] =>
  isObject(value) ? Object.entries(value) : [];

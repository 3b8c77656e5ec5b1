// All texts that are written in several languages, as one catalogue for its check: screens and
// answers of phones, notices of changes, sentences of notifications, and mails. Made by calling the
// very functions with the names of their variables in the place of values.

import type { Catalogue, CatalogueText } from '@prewatt/rails';
import { type MessageTextKey, messageTexts } from '../../messaging/texts/index.ts';
import { type Ahead, aheadText } from '../../workflows/alerts/index.ts';
import { languageCodes, languages, type Words } from './words.ts';

/** Of messages: long names of homes, sums and addresses as they occur. */
const longest: Catalogue['longest'] = {
  ...{ home: 'Flat 12, Jacaranda Ct', code: 'ZAR', least: 'KES 5.00', most: 'KES 100000.00' },
  ...{ amount: 'KES 100000.00', owed: 'KES 12345.67', left: '1234.5 kWh left' },
  ...{ lasting: ', lasts about 12 days', type: '', tokens: '12345678901234567890', days: '7' },
  minutes: '30',
  what: 'KES 100000.00',
  ...{ digits: '1234 5678 9012 3456 7890', meter: '600727012345678903', week: 'KES 5000.00' },
  ...{ standing: 'on, KES 5000.00 when less than 3 d are left, KES 5000.00 a week at most.' },
  ...{ url: 'https://power.utility.example/c/01a2', help: '+254 700 000 100' },
  ...{ utility: 'Riverside Power', meterEnd: '8903', reference: 'TKU7PW0001' },
  ...{ names: 'Flat 12 04229889888, Shop 04229889896', text: 'Flat 12: 1234 5678 9012 3456 7890' },
  ...{ paid: 'KES 100000.00', credit: '1234.5 kWh', whole: '1234.5 kWh', taken: '123.4 kWh' },
  ...{
    money: 'KES 100000.00',
    sum: 'KES 1200.00',
    power: '10.5 kW',
    least: 'KES 1200.00',
    token: '1234 5678 9012 3456 7890',
  },
  ...{ energy: '12.5 kWh', price: 'KES 22.41', watts: '2300', low: ' while credit is low' },
  ...{ day: 'Wed, 9 Dec', next: 'Thu, 10 Dec' },
  ...{ at: 'at 22:40', time: 'Wed 08:00', usual: '2 to 4 hours', present: '8 minutes' },
  ...{ promise: 'until Wed 08:00; about 12.5 kWh will be owed', end: 'about Wed 08:30' },
  ...{ until: 'Thu 3 Dec, 14:00', card: 'Visa 4242', span: '3 hours', phone: '+254 700 000 100' },
  ...{ lent: 'KES 1200.00', limit: 'KES 2500.00', payAtLeast: 'KES 100.00' },
};

/** The value of any variable is its name in braces. */
const named = (name: string): never =>
  new Proxy(() => name, {
    get: (_, property) =>
      property === Symbol.toPrimitive || property === 'toString'
        ? () => `{${name}}`
        : named(String(property)),
  }) as never;

/** Functions of one text take it by itself. */
const single: Readonly<Record<string, string>> = {
  ...{ type: 'tokens', left: 'amount', owed: 'owed', lasting: 'text', token: 'digits' },
  ...{ again: 'text', whichHome: 'names', emergency: 'left' },
};

/** Parts of other texts: not screens of their own. */
const fragments = new Set(['name', 'lasting']);
function templateOf(key: string, value: unknown): string {
  if (typeof value !== 'function') return String(value);
  return String(value(named(single[key] ?? key)));
}

function ofPhones(): CatalogueText[] {
  const { sms, ...screens } = languages.en;
  const wordsOf = (pick: (words: Words) => unknown, key: string) =>
    Object.fromEntries(languageCodes.map((code) => [code, templateOf(key, pick(languages[code]))]));
  return [
    ...Object.keys(screens)
      .filter((key) => !fragments.has(key))
      .map(
        (key): CatalogueText => ({
          ...{ key: `phone.${key}`, kind: 'screen' },
          words: wordsOf((words) => words[key as keyof Words], key),
        }),
      ),
    ...Object.keys(sms).map(
      (key): CatalogueText => ({
        ...{ key: `text.${key}`, kind: 'message' },
        words: wordsOf((words) => words.sms[key as keyof Words['sms']], key),
      }),
    ),
  ];
}

const atMs = Date.UTC(2026, 11, 9, 6);
const [left, owed, lent, limit, payAtLeast] = [
  ...['{left}', '{owed}', '{lent}', '{limit}', '{payAtLeast}'],
] as [string, string, string, string, string];
const ahead: readonly Ahead[] = [
  { what: 'toWallet', due: { owed, lent, price: null, payAtLeast, off: { atMs } } },
  { what: 'toToken', left, owed },
  { what: 'calledOff', toMode: 'wallet' },
  { what: 'postpaid' },
  { what: 'prepaid' },
  { what: 'walletBegins', sinceMs: atMs, left, credit: null, isEmpty: false },
  { what: 'held', untilMs: atMs },
  { what: 'released', how: 'button' },
  { what: 'flagEnds', lastDay: '2026-12-09' },
  { what: 'flagEnded' },
  { what: 'weatherEnds', weather: 'heat', offAtMs: atMs, payAtLeast },
  { what: 'weatherWithdrawn', weather: 'cold', date: '2026-12-09', offAtMs: atMs, payAtLeast },
  { what: 'graceLent', lent, limit, isAll: false, untilMs: atMs },
  { what: 'limit', limitW: 2_300, isLow: true, byButton: true },
  { what: 'lent', lent, limit, isAll: false, payAtLeast },
];
const place = { home: '{home}', zone: 'Africa/Nairobi', url: '{url}', help: '{help}' };

const inAll = (textOf: (language: keyof typeof messageTexts) => string) =>
  Object.fromEntries(messageLanguages.map((language) => [language, textOf(language)]));

const messageLanguages = Object.keys(messageTexts) as (keyof typeof messageTexts)[];

const kindOf = (key: MessageTextKey): CatalogueText['kind'] =>
  key.startsWith('notice.') || key === 'mail.codeSubject' || key === 'mail.tokenHere'
    ? 'lockScreen'
    : key.startsWith('mail.')
      ? 'mail'
      : 'message';

/** As it is sent: what was bought, and its token. */
const wholeSales = (['sale.sentOne', 'sale.typeOne'] as const).map(
  (token): CatalogueText => ({
    ...{ key: `sale.gets+${token}`, kind: 'message' },
    words: inAll((code) => `${messageTexts[code]['sale.gets']} ${messageTexts[code][token]}`),
  }),
);

export function ownCatalogue(): Catalogue {
  const [first = 'en', ...others] = messageLanguages;
  return {
    languages: [first, ...others],
    longest,
    texts: [
      ...ofPhones(),
      ...ahead.map(
        (each): CatalogueText => ({
          ...{ key: `ahead+${each.what}`, kind: 'message' },
          words: inAll((code) => aheadText(code, each, place)),
        }),
      ),
      ...wholeSales,
      ...(Object.keys(messageTexts.en) as MessageTextKey[]).map(
        (key): CatalogueText => ({
          ...{ key, kind: kindOf(key) },
          words: inAll((code) => messageTexts[code][key]),
        }),
      ),
    ],
  };
}

// How a page speaks: the texts of its language, and numbers, money and times as the language writes
// them where the money is from (CLDR, through Intl), in the utility's zone.

import type { CurrencyJson, Frame } from '@prewatt/api';
import { formatAmount, formatKwh, formatMoney } from '@prewatt/quantities';
import { type Html, html, rawHtml } from '../html.ts';
import { clockText, dayText, type LiveVoice, powerText, whenText } from '../live-labels.ts';
import { isLanguage, type LanguageCode, languages, wordsOf } from './languages.ts';
import { type Digits, fill, type Message, numberText, type Value } from './message.ts';
import type { Words } from './texts.ts';

/** What a voice is made of; a page's frame has it all. */
export type Speech = Pick<Frame, 'language' | 'zone' | 'currency' | 'hours' | 'moneyForm'>;

export type Voice = {
  readonly language: LanguageCode;
  readonly dir: 'ltr' | 'rtl';
  readonly locale: string;
  readonly words: Words;
  readonly live: LiveVoice;
  /** A text with its values, as plain text. */
  readonly say: <Names extends string>(
    message: Message<Names>,
    values: Readonly<Record<Names, Value>>,
  ) => string;
  /** The same for a page: values may be HTML, and `<b>` of the text is kept. */
  readonly rich: <Names extends string>(
    message: Message<Names>,
    values: Readonly<Record<Names, Value | Html>>,
  ) => Html;
  /** "R 1,234.50", or "ZAR 1,234.50" where the utility likes that. Exact for any bigint. */
  readonly money: (amountMinor: string) => string;
  /** Without zeros behind the point: for buttons. */
  readonly shortMoney: (amountMinor: string) => string;
  /** "R", for a field of money. */
  readonly sign: string;
  /** "12.3 kWh" */
  readonly kwh: (energyWh: string, digits?: number) => string;
  readonly power: (powerW: string) => string;
  /** 12.5 as "12.5%" is written. */
  readonly percent: (hundredths: number) => string;
  readonly number: (plain: string) => string;
  readonly clock: (atMs: number) => string;
  /** A whole hour of the day: "7:00", "7 am" by the utility's clock. */
  readonly hour: (hour: number) => string;
  readonly day: (atMs: number, nowMs: number) => string;
  /** "today 12:31" */
  readonly when: (atMs: number, nowMs: number) => string;
  /** "Tue 24 Nov 2026 12:31": for what outlives the day. */
  readonly fullTime: (atMs: number) => string;
  /** A civil date: "Tue 24 Nov". */
  readonly date: (date: string) => string;
  readonly dateAs: (date: string, form: Intl.DateTimeFormatOptions) => string;
};

/** What was bought: energy, or money on a meter that counts in money. */
export const creditText = (
  bought: { readonly energyWh: string; readonly creditMinor: string | null },
  { kwh, money }: Voice,
): string => (bought.creditMinor === null ? kwh(bought.energyWh) : money(bought.creditMinor));

/** Intl objects are dear to make, and a page needs the same few again and again. */
const kept = new Map<string, unknown>();
function keep<T>(key: string, make: () => T): T {
  const known = kept.get(key) as T | undefined;
  if (known !== undefined) return known;
  if (kept.size > 2000) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}

const numbers = (locale: string, form: Intl.NumberFormatOptions): Intl.NumberFormat =>
  keep(`n ${locale} ${JSON.stringify(form)}`, () => new Intl.NumberFormat(locale, form));
const dates = (locale: string, form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  keep(`d ${locale} ${JSON.stringify(form)}`, () => new Intl.DateTimeFormat(locale, form));

/** The language as the country of the money writes it, where CLDR knows that: "pt-MZ" for MZN. */
export function localeOf(language: string, { code }: CurrencyJson): string {
  return keep(`l ${language} ${code}`, () => {
    // Receipts and meters of South Africa have a point, whatever CLDR says of its English.
    if (!/^[A-Z]{3}$/.test(code) || code.startsWith('X') || (language === 'en' && code === 'ZAR')) {
      return language;
    }
    const local = `${language}-${code.slice(0, 2)}`;
    return Intl.NumberFormat(local).resolvedOptions().locale === local ? local : language;
  });
}

/** English dates are written as in Britain. */
const dateLocaleOf = (locale: string): string => (locale === 'en' ? 'en-GB' : locale);

type MoneyForm = {
  readonly currency: CurrencyJson;
  readonly locale: string;
  readonly form?: 'sign' | 'code';
};

const isCode = ({ code }: CurrencyJson): boolean => /^[A-Z]{3}$/.test(code);

function moneyParts(amountMinor: string, o: MoneyForm): Intl.NumberFormatPart[] {
  const { currency, locale } = o;
  const { code, scale } = currency;
  const isLocal = locale.endsWith(`-${code.slice(0, 2)}`);
  const currencyDisplay = o.form === 'code' ? 'code' : isLocal ? 'symbol' : 'narrowSymbol';
  const digits = { minimumFractionDigits: scale, maximumFractionDigits: scale };
  const exact = formatAmount(BigInt(amountMinor), currency) as Intl.StringNumericLiteral;
  return numbers(locale, {
    ...{ style: 'currency', currency: code, currencyDisplay, ...digits },
  }).formatToParts(exact);
}

/** Money as the locale writes it. No break inside. */
export function moneyText(amountMinor: string, o: MoneyForm): string {
  if (!isCode(o.currency)) return formatMoney(BigInt(amountMinor), o.currency);
  const parts = moneyParts(amountMinor, o);
  const spaced = parts.some((part) => part.type === 'literal');
  // Letters need a space before digits ("R 120.50"), signs do not ("£120.50"); Intl gives it to
  // codes only.
  return parts
    .map((part) => {
      const letter = part.type === 'currency' && /\p{L}$/u.test(part.value);
      return letter && !spaced ? `${part.value}\u00a0` : part.value;
    })
    .join('');
}

/** What stands for the currency in `moneyText`, whole: "R", "F CFA", "ج.م.". */
export function signText(o: MoneyForm): string {
  if (!isCode(o.currency)) return o.currency.code;
  return moneyParts('0', o).find(({ type }) => type === 'currency')?.value ?? o.currency.code;
}

/** Numbers of a locale without groups: digits and the sign between whole and part. */
function digitsOf(language: string, locale: string): Digits {
  return keep(`g ${locale}`, () => {
    const form = numbers(locale, { useGrouping: false });
    const decimal = form.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
    const ten = [...'0123456789'].map((digit) => form.format(Number(digit))).join('');
    return { language, decimal, digits: ten === '0123456789' ? '' : ten };
  });
}

/** What the browser gets, too: no names but those of CLDR as the server knows it. */
function liveVoiceOf(speech: Speech, language: LanguageCode, locale: string): LiveVoice {
  const { zone, hours } = speech;
  const named = keep(`v ${locale}`, () => {
    const at = (form: Intl.DateTimeFormatOptions, month: number, day: number, hour = 12) =>
      dates(dateLocaleOf(locale), { ...form, timeZone: 'UTC' }).formatToParts(
        Date.UTC(2026, month, day, hour),
      );
    const part = (parts: Intl.DateTimeFormatPart[], type: string) =>
      parts.find((each) => each.type === type)?.value ?? '';
    const half = { hour: 'numeric', hourCycle: 'h12' } as const;
    return {
      // 1 March 2026 was a Sunday.
      weekdays: Array.from({ length: 7 }, (_, n) =>
        part(at({ weekday: 'long' }, 2, 1 + n), 'weekday'),
      ),
      months: Array.from({ length: 12 }, (_, n) =>
        part(at({ day: 'numeric', month: 'long' }, n, 1), 'month'),
      ),
      halves: [
        part(at(half, 0, 1, 9), 'dayPeriod'),
        part(at(half, 0, 1, 15), 'dayPeriod'),
      ] as const,
    };
  });
  const { halves, ...days } = named;
  return {
    ...digitsOf(language, locale),
    ...days,
    zone,
    words: wordsOf(language).live,
    halves: hours === 12 ? halves : null,
  };
}

export function voiceOf(speech: Speech): Voice {
  const { currency, hours, moneyForm, zone } = speech;
  const key = [speech.language, currency.code, currency.scale, hours, moneyForm, zone].join(' ');
  return keep(`voice ${key}`, () => createVoice(speech));
}

function createVoice(speech: Speech): Voice {
  const { currency, zone, moneyForm: form } = speech;
  const language = isLanguage(speech.language) ? speech.language : 'en';
  const locale = localeOf(language, currency);
  const live = liveVoiceOf(speech, language, locale);
  const number = (plain: string) => numberText(plain, live);
  const money = (minor: string) => moneyText(minor, { currency, locale, form });
  const dateAs = (date: string, asked: Intl.DateTimeFormatOptions): string =>
    dates(dateLocaleOf(locale), { ...asked, timeZone: 'UTC' }).format(
      Date.parse(`${date}T12:00:00Z`),
    );
  return {
    ...{ language, locale, live, number, money, dateAs },
    dir: languages[language].dir,
    words: wordsOf(language),
    say: (message, values) => fill(message, values, live),
    rich: (message, values) => richText(message, values, live),
    shortMoney: (minor) => withoutZeros(money(minor), currency, number),
    sign: signText({ currency, locale, form }),
    kwh: (energyWh, digits = 1) => `${number(formatKwh(BigInt(energyWh), digits))}\u00a0kWh`,
    power: (powerW) => powerText(BigInt(powerW), live),
    percent: (hundredths) =>
      numbers(locale, { style: 'percent', maximumFractionDigits: 1 }).format(hundredths / 100),
    clock: (atMs) => clockText(atMs, live),
    hour: (hour) => clockText(hour * 3_600_000, { ...live, zone: 'UTC' }),
    day: (atMs, nowMs) => dayText(atMs, nowMs, live),
    when: (atMs, nowMs) => whenText(atMs, nowMs, live),
    fullTime: (atMs) => {
      const full = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
      const text = dates(dateLocaleOf(locale), { ...full, timeZone: zone }).format(atMs);
      return `${text} ${clockText(atMs, live)}`;
    },
    dateAs,
    date: (date) => dateAs(date, { weekday: 'short', day: 'numeric', month: 'short' }),
  };
}

function withoutZeros(text: string, { scale }: CurrencyJson, number: (plain: string) => string) {
  return scale === 0 ? text : text.replace(number(`.${'0'.repeat(scale)}`), '');
}

// Stands for a value while the text around it is escaped: no text of ours has it.
const place = (index: number): string => `\u0000${index}\u0000`;

function richText(
  message: string,
  values: Readonly<Record<string, Value | Html>>,
  voice: Digits,
): Html {
  const pieces: Html[] = [];
  const plain = Object.entries(values).map(([name, value]): [string, Value] => {
    if (typeof value === 'number') return [name, value];
    pieces.push(html`${value}`);
    return [name, place(pieces.length - 1)];
  });
  const filled = fill(message, Object.fromEntries(plain), voice);
  const parts = filled.split(/(<\/?b>|\0\d+\0)/);
  return html`${parts.map((part) => {
    if (part === '<b>' || part === '</b>') return rawHtml(part);
    const value = /^\0(\d+)\0$/.exec(part)?.[1];
    return value === undefined ? html`${part}` : (pieces[Number(value)] ?? html``);
  })}`;
}

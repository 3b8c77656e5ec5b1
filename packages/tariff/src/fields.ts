// The one table of the document's fields: what each does to a price and how it stands wherever a
// tariff is used. Whatever walks over fields (solve, cost, wallet use, meters that count money, the
// till, names of parameters) asks here, so that a new field without an answer does not compile.

import type { Charge, Levy, Schedule, Tariff, When } from './document.ts';

/** How a field stands in a place: as written, without a say, or not at all with what bears it. */
export type Stand = 'kept' | 'leftOut' | 'never';

export type Field = {
  /** What of a purchase it changes: pricing.ts, charges.ts, levies.ts, conditions.ts. */
  readonly prices: 'nothing' | 'energy' | 'charges' | 'levies' | 'total';
  /**
   * What the way back from money to energy has to know. `limit`: its kWh are where the price bends;
   * `bends`: between limits the price is no straight line; `falls`: a larger month may cost less;
   * `paymentStep`: a rule changes at this payment; `paymentShare`: what is due follows the payment.
   */
  readonly solve: readonly ('limit' | 'bends' | 'falls' | 'paymentStep' | 'paymentShare')[];
  /** Whether the price list in sentences says it: describe.ts, describe-words.ts. */
  readonly words: 'said' | 'silent';
  /** In wallet mode, where use is rated as it comes: usage.ts. */
  readonly wallet: Exclude<Stand, 'never'> | ((value: unknown) => Stand);
  /** In a meter that counts money, and at the till that sells to it: money-parts.ts. */
  readonly meter: Stand | ((value: unknown) => Stand);
  readonly till: Stand;
  /** In the classes of COSEM, one price for each period (cosem-part.ts). */
  readonly cosem: 'kept' | 'never' | ((value: unknown) => 'kept' | 'never');
  /** The value that says nothing: the schema's default. */
  readonly usual?: unknown;
  /** The code of the line that it makes beside those of charges and levies. */
  readonly line?: string;
  /** The group that answers for what is inside, of each entry if it is a list. */
  readonly inner?: keyof FieldTable;
};

type Answers<T> = { readonly [K in keyof Required<T>]: Field };

type FreeAllowance = NonNullable<Tariff['freeAllowance']>;
export type FieldTable = {
  readonly document: Answers<Tariff>;
  readonly energy: Answers<Tariff['energy']>;
  readonly schedule: Answers<Schedule>;
  readonly block: Answers<Schedule['blocks'][number]>;
  readonly charge: Answers<Charge>;
  readonly chargeVariant: Answers<NonNullable<Charge['variants']>[number]>;
  readonly skipped: Answers<Charge['skipped']>;
  readonly recovery: Answers<NonNullable<Charge['recovery']>>;
  readonly levy: Answers<Levy>;
  readonly free: Answers<FreeAllowance>;
  readonly freeVariant: Answers<NonNullable<FreeAllowance['variants']>[number]>;
  readonly rounding: Answers<Tariff['rounding']>;
  readonly condition: Answers<When>;
  readonly payment: Answers<NonNullable<When['payment']>>;
};

const everywhere = { wallet: 'kept', meter: 'kept', till: 'kept', cosem: 'kept' } as const;
/** For people, sources and programs; changes no price and stands in no price list. */
const silent: Field = { prices: 'nothing', solve: [], words: 'silent', ...everywhere };
const label: Field = { ...silent, words: 'said' };
const inner = (group: keyof FieldTable): Field => ({ ...silent, inner: group });
/** Of energy: the till of a meter that counts money sells credit in its place. */
const ofEnergy: Field = { ...label, prices: 'energy', till: 'never', cosem: 'never' };
const ofCharges: Field = { ...label, prices: 'charges', cosem: 'never' };
const ofLevies: Field = { ...label, prices: 'levies', cosem: 'never' };
const saidByCosem = { cosem: 'kept' } as const;
/** Of several there is no way to say when which holds. */
const oneAtMost = (list: unknown) => (Array.isArray(list) && list.length > 1 ? 'never' : 'kept');
/** Conditions: on the month's energy, on the purchase, on the day. */
const onMonth: Field = { ...label, prices: 'energy', till: 'never', cosem: 'never' };
const onPurchase: Field = { ...label, prices: 'energy', meter: 'never', cosem: 'never' };
const onDay: Field = { ...label, prices: 'energy', cosem: 'never' };
/** Follows a payment: use in wallet mode has none, a meter neither. */
const ofPayment: Field = {
  ...ofCharges,
  solve: ['paymentShare'],
  wallet: 'leftOut',
  meter: 'never',
};

/** Neither use in wallet mode nor a meter has purchases: a charge of each is none of theirs. */
const notOfPurchases = (per: unknown): Stand => (per === 'purchase' ? 'never' : 'kept');

export const fieldTable: FieldTable = {
  document: {
    ...{ schema: silent, id: silent, version: silent, utility: silent, country: silent },
    ...{ customerClass: silent, zone: silent, currency: label, sources: silent, examples: silent },
    ...{ effectiveFrom: silent, effectiveTo: silent, reason: silent, notes: silent },
    ...{ invented: silent, confidence: silent, licence: silent },
    parameters: label,
    periods: { ...label, prices: 'energy', cosem: areByTheClock },
    counting: { ...label, prices: 'energy', usual: 'calendar-month' },
    energy: { ...inner('energy'), line: 'energy' },
    charges: inner('charge'),
    levies: inner('levy'),
    // Free units are energy: a till that sells money has none to give.
    freeAllowance: { ...inner('free'), till: 'leftOut', cosem: 'never', line: 'free' },
    rounding: inner('rounding'),
  },
  energy: {
    label,
    ratesInclude: label,
    // Without several schedules there is nothing to say.
    repricing: { ...ofEnergy, ...saidByCosem, usual: 'month', line: 'reprice' },
    averageWithoutHistoryKwh: { ...ofEnergy, ...saidByCosem, words: 'silent' },
    schedules: { ...inner('schedule'), cosem: oneAtMost },
  },
  // Its code where it has no label.
  schedule: {
    ...{ code: label, label, when: inner('condition') },
    blocks: { ...inner('block'), cosem: oneAtMost },
  },
  block: {
    uptoKwh: { ...ofEnergy, solve: ['limit'], usual: null },
    rate: { ...ofEnergy, ...saidByCosem },
    rates: { ...ofEnergy, ...saidByCosem },
    // On the line of the quote, which says the block in words of its own.
    label: silent,
  },
  charge: {
    code: { ...silent, cosem: 'never' },
    label,
    kind: { ...ofCharges, words: 'silent', usual: 'fee' },
    per: { ...ofCharges, wallet: notOfPurchases, meter: notOfPurchases },
    amount: ofCharges,
    when: inner('condition'),
    variants: inner('chargeVariant'),
    skipped: inner('skipped'),
    recovery: inner('recovery'),
  },
  chargeVariant: { when: inner('condition'), amount: ofCharges },
  skipped: { recover: { ...ofCharges, usual: false }, maxPeriods: ofCharges },
  recovery: {
    maxShareOfPaymentPercent: ofPayment,
    whileMonthPaidBelow: ofPayment,
    // In wallet mode each interval that is rated is as a purchase.
    maxPerPurchase: { ...ofCharges, meter: 'never' },
    perKwh: { ...ofCharges, solve: ['bends'], till: 'never' },
  },
  levy: {
    code: silent,
    label,
    // A tax on energy is in the price, where nothing else goes into it.
    kind: { ...ofLevies, words: 'silent', usual: 'tax', cosem: notRebate },
    percent: { ...ofLevies, ...saidByCosem },
    // A share of the payment is found by one linear equation (levies.ts).
    of: { ...ofLevies, cosem: isEnergyAlone },
    perKwh: { ...ofLevies, till: 'never' },
    energyAboveKwh: { ...ofLevies, solve: ['limit'] },
    energyUptoKwh: { ...ofLevies, solve: ['limit'] },
    atLeast: { ...ofLevies, solve: ['bends'] },
    atMost: { ...ofLevies, solve: ['bends'] },
    limitsPer: { ...ofLevies, ...saidByCosem, usual: 'purchase' },
    repricing: { ...ofLevies, ...saidByCosem, solve: ['bends'], usual: 'purchase' },
    included: { ...ofLevies, ...saidByCosem, usual: false },
    when: inner('condition'),
  },
  free: {
    kwh: ofEnergy,
    when: inner('condition'),
    variants: inner('freeVariant'),
    countsInBlocks: ofEnergy,
    // Wallet use takes free units as it runs, whatever way they come in a sale.
    delivery: { ...ofEnergy, wallet: 'leftOut', usual: 'separate' },
  },
  freeVariant: { when: inner('condition'), kwh: ofEnergy },
  rounding: {
    // Wallet use is charged exactly, by fractions that are carried; a credit is exact, too.
    lines: { ...silent, prices: 'total', wallet: 'leftOut', usual: 'half-up' },
    toMinor: { ...silent, prices: 'total', wallet: 'leftOut', till: 'leftOut', usual: 1 },
    // Of sales of energy only: use and credit have no total that a receipt prints.
    total: {
      ...{ prices: 'total', solve: ['bends'], words: 'said' },
      ...{ wallet: 'leftOut', meter: 'leftOut', till: 'leftOut', cosem: 'kept' },
      line: 'rounding',
    },
  },
  condition: {
    monthTotal: { ...onMonth, solve: ['falls', 'limit'] },
    average: onMonth,
    highest: onMonth,
    calendarMonths: onDay,
    dayOfMonth: onDay,
    periods: onDay,
    parameter: onDay,
    purchaseOfMonth: onPurchase,
    payment: { ...onPurchase, inner: 'payment' },
  },
  payment: {
    from: { ...onPurchase, solve: ['paymentStep'] },
    // Use in wallet mode is as a payment of nothing, which is below anything.
    below: { ...onPurchase, solve: ['paymentStep'], wallet: 'leftOut' },
  },
};

function notRebate(kind: unknown) {
  return kind === 'rebate' ? 'never' : 'kept';
}

function isEnergyAlone(of: unknown) {
  return Array.isArray(of) && of.length === 1 && of[0] === 'energy' ? 'kept' : 'never';
}

/** Days by name, or announced ones, stand in no calendar of a meter. */
function areByTheClock(periods: unknown) {
  const all = periods as Tariff['periods'];
  return all.every(({ announced }) => !announced) ? 'kept' : 'never';
}

const lineCodes = Object.values(fieldTable)
  .flatMap((group) => Object.values<Field>(group))
  .flatMap(({ line }) => line ?? []);

/** Names that `of` and example parts understand besides the document's own codes. */
export const reservedCodes: readonly string[] = [...lineCodes, 'charges', 'levies', 'payment'];

// A meter that counts its credit in money has the tariff inside: which part of a tariff it charges,
// and which part is charged at the till. What depends on energy and time is the meter's; what
// depends on the purchase is the till's. The only home of this rule (docs/tariffs.md).

import { err, ok, type Result } from '@prewatt/quantities';
import type { Charge, Levy, Tariff, When } from './document.ts';
import { fieldsIn, standingIn, standOf } from './field-walk.ts';

/** Why a tariff cannot be split: a sentence that ends without a full stop. */
export type NoMoneyParts = { readonly reason: string };

export type MoneyParts = {
  /** Its energy is the credit: one watt-hour stands for one minor unit of money on the meter. */
  readonly till: Tariff;
  readonly meter: Tariff;
};

/** Codes of charges, and of levies with the bases that are left of each. */
type Kept = {
  readonly charges: ReadonlySet<string>;
  readonly levies: ReadonlyMap<string, readonly string[] | null>;
};

export function moneyParts(tariff: Tariff): Result<MoneyParts, NoMoneyParts> {
  const split = splitOf(tariff);
  if (!split.ok) return split;
  return ok({
    till: creditAtTill(kept('till', tariff, split.value.till)),
    meter: kept('meter', tariff, split.value.meter),
  });
}

/** Whether a meter can charge all of a tariff by itself. */
export function isForMeter(tariff: Tariff): boolean {
  const split = splitOf(tariff);
  if (!split.ok) return false;
  const { charges, levies } = split.value.till;
  return charges.size === 0 && levies.size === 0;
}

/** The meter's part alone; null if the tariff cannot be split. */
export function meterPartOf(tariff: Tariff): Tariff | null {
  const split = splitOf(tariff);
  return split.ok ? kept('meter', tariff, split.value.meter) : null;
}

/** The meter's part of a document (parsed JSON), as it is sent to a meter; null if it has none. */
export function meterDocument(tariff: Tariff, document: object): object | null {
  const split = splitOf(tariff);
  if (!split.ok) return null;
  return kept('meter', document as Shape, split.value.meter);
}

type Shape = {
  readonly charges?: readonly { readonly code: string }[];
  readonly levies?: readonly {
    readonly code: string;
    readonly of?: readonly string[] | undefined;
  }[];
};

/** Works on a tariff and on its document alike. */
function kept<T extends Shape>(place: 'meter' | 'till', whole: T, { charges, levies }: Kept): T {
  const document = standingIn(place, whole);
  const shorter = {
    ...document,
    charges: (document.charges ?? []).filter((charge) => charges.has(charge.code)),
    levies: (document.levies ?? []).flatMap((levy) => {
      const bases = levies.get(levy.code);
      if (bases === undefined) return [];
      return [bases === null ? levy : { ...levy, of: [...bases] }];
    }),
  };
  // Shorter lists of the same entries.
  return shorter as T;
}

const no = (reason: string) => err<NoMoneyParts>({ reason });

function splitOf(
  tariff: Tariff,
): Result<{ readonly till: Kept; readonly meter: Kept }, NoMoneyParts> {
  const { schedules } = tariff.energy;
  const free = [tariff.freeAllowance, ...(tariff.freeAllowance?.variants ?? [])];
  if ([...schedules, ...free].some((each) => seesPurchase(each?.when))) {
    return no('the price of energy depends on the purchase');
  }
  const till = new Set(tariff.charges.filter(isOfPurchase).map(({ code }) => code));
  const charges = new Set(tariff.charges.map(({ code }) => code).filter((code) => !till.has(code)));
  for (const charge of tariff.charges) {
    if (till.has(charge.code) && seesEnergy(charge)) {
      return no(`${charge.label} depends both on the purchase and on energy`);
    }
  }
  const levies = { till: new Map(), meter: new Map() } as Record<'till' | 'meter', LevyBases>;
  for (const levy of tariff.levies) {
    const bases = basesOf(levy, { till, charges, levies });
    if (bases === null) return no(`${levy.label} depends both on the purchase and on energy`);
    if (bases.till !== undefined) levies.till.set(levy.code, bases.till);
    if (bases.meter !== undefined) levies.meter.set(levy.code, bases.meter);
  }
  return ok({
    till: { charges: till, levies: levies.till },
    meter: { charges, levies: levies.meter },
  });
}

type LevyBases = Map<string, readonly string[] | null>;
type Bases = {
  readonly till?: readonly string[] | undefined;
  readonly meter?: readonly string[] | null | undefined;
};

/** What of a levy's bases is at the till and what in the meter; null when it cannot be split. */
function basesOf(
  levy: Levy,
  o: {
    readonly till: ReadonlySet<string>;
    readonly charges: ReadonlySet<string>;
    readonly levies: Record<'till' | 'meter', LevyBases>;
  },
): Bases | null {
  const isEnergyBound = seesMonth(levy.when);
  const isPurchaseBound = seesPurchase(levy.when);
  if (levy.of === undefined) return isPurchaseBound ? null : { meter: null };
  if (levy.of.includes('payment')) return isEnergyBound ? null : { till: levy.of };
  const atTill = levy.of.filter((base) => {
    if (base === 'charges') return o.till.size > 0;
    return base === 'levies' ? o.levies.till.size > 0 : o.till.has(base) || o.levies.till.has(base);
  });
  const inMeter = levy.of.filter((base) => {
    if (base === 'energy') return true;
    if (base === 'charges') return o.charges.size > 0;
    if (base === 'levies') return o.levies.meter.size > 0;
    return o.charges.has(base) || o.levies.meter.has(base);
  });
  const isLimited = levy.atLeast !== undefined || levy.atMost !== undefined;
  if (atTill.length > 0 && (isEnergyBound || (isLimited && inMeter.length > 0))) return null;
  if (inMeter.length > 0 && isPurchaseBound) return null;
  return {
    till: atTill.length > 0 ? atTill : undefined,
    meter: inMeter.length > 0 ? inMeter : undefined,
  };
}

/** A charge that a purchase bears: of each purchase, or taken as a share or a part of payments. */
export const isOfPurchase = (charge: Charge): boolean =>
  fieldsIn('charge', charge).some((each) => standOf(each, 'meter') === 'never');

const seesEnergy = (charge: Charge): boolean =>
  fieldsIn('charge', charge).some((each) => standOf(each, 'till') === 'never');

const seesPurchase = (when: When | undefined): boolean =>
  fieldsIn('condition', when ?? {}).some((each) => standOf(each, 'meter') === 'never');

const seesMonth = (when: When | undefined): boolean =>
  fieldsIn('condition', when ?? {}).some((each) => standOf(each, 'till') === 'never');

/** The till's part, with money in the place of energy: 1,000 minor units per "kWh". */
function creditAtTill(tariff: Tariff): Tariff {
  const value = { n: 1000n, d: 10n ** BigInt(tariff.currency.scale) };
  const block = { uptoKwh: null, rate: { kind: 'constant', value } as const };
  return {
    ...tariff,
    energy: {
      label: 'Credit on the meter',
      repricing: 'purchase',
      ratesInclude: [],
      schedules: [{ code: 'credit', blocks: [block] }],
    },
  };
}

// Wallet mode: readings rated as they arrive. Each interval is priced at its own period and at the
// month's total of that moment; fractions of a minor unit are carried to the next call, so that
// many small ratings cost what one does, line by line: the tax of a month is the tax of its energy.

import { divideFloor, err, ok, type Result } from '@prewatt/quantities';
import type { CivilMoment } from './conditions.ts';
import type { Tariff } from './document.ts';
import { standingIn } from './field-walk.ts';
import { energyPurse, type TariffPosition } from './position.ts';
import { freeLeft, type Prepared, prepare } from './prepare.ts';
import { type Priced, price } from './pricing.ts';
import { advancePosition, leviedAfter } from './quote.ts';
import type { QuoteRefusal } from './quote-types.ts';
import { add, type Rational, round, zero } from './rational.ts';

export type UsageInterval = {
  /** Civil moment of the interval's start; `period` when the utility announced it. */
  readonly at: CivilMoment;
  readonly energyWh: bigint;
};

export type UsageLine = {
  readonly kind: 'energy' | 'tax' | 'fee';
  readonly code: string;
  readonly label: string;
  /** Time-of-use period for energy under such a tariff. */
  readonly period?: string;
  readonly energyWh: bigint;
  readonly amountMinor: bigint;
};

export type RatedUsage = {
  /** To be taken from the wallet: the sum of the lines. */
  readonly chargedMinor: bigint;
  readonly energyWh: bigint;
  readonly lines: readonly UsageLine[];
  /** What the use costs to the millionth of a minor unit, before whole ones are charged. */
  readonly exactMicroMinor: bigint;
  readonly positionAfter: TariffPosition;
};

const microPerMinor = 1_000_000n;

/** Rates intervals in order of time. Fixed charges that fall due on the way are taken with them. */
export function rateUsage(
  document: Tariff,
  o: {
    readonly intervals: readonly UsageInterval[];
    readonly position: TariffPosition;
    readonly parameters?: Readonly<Record<string, string>>;
  },
): Result<RatedUsage, QuoteRefusal> {
  const tariff = standingIn('wallet', document);
  const sums = new Map<string, Accumulated>();
  let { position } = o;
  let energyWh = 0n;
  for (const interval of o.intervals) {
    const started = startInterval(tariff, { ...o, position, interval });
    if (!started.ok) return started;
    const { context, freeWh } = started.value;
    const units = interval.energyWh - freeWh;
    const priced = price(context, units, 'all');
    if (priced === null) return err({ code: 'no-price' });
    accumulate(sums, priced, context.period);
    if (freeWh > 0n) accumulateFree(sums, tariff, freeWh);
    // Fractions count towards the limits of a month, as an interval alone may round to nothing.
    position = {
      ...advancePosition(context, { units, priced, claims: [] }),
      leviedMicroMinorThisMonth: leviedAfter(context, priced, ({ exact }) =>
        round({ n: exact.n * microPerMinor, d: exact.d }, 'half-up'),
      ),
    };
    energyWh += interval.energyWh;
  }
  return ok(
    settle([...sums.values()], { carried: o.position.usageCarryMicroMinor, energyWh, position }),
  );
}

/** The context of one interval, and how much of its energy is still free this month. */
function startInterval(
  tariff: Tariff,
  o: {
    interval: UsageInterval;
    position: TariffPosition;
    parameters?: Readonly<Record<string, string>>;
  },
): Result<Prepared, QuoteRefusal> {
  const { interval, ...rest } = o;
  const base = { ...rest, tariff, at: interval.at, unitsPerWh: 1n, paymentMinor: null };
  const prepared = prepare({ ...base, free: 'none' });
  if (!prepared.ok) return prepared;
  const { context } = prepared.value;
  let freeWh = freeLeft(context);
  if (freeWh === 0n) return prepared;
  if (freeWh > interval.energyWh) freeWh = interval.energyWh;
  const freeEnergyWhThisMonth = context.position.freeEnergyWhThisMonth + freeWh;
  const position = { ...context.position, freeEnergyWhThisMonth };
  const granted = prepare({ ...base, position, free: 'none' });
  return granted.ok ? ok({ ...granted.value, freeWh }) : granted;
}

type Accumulated = Omit<UsageLine, 'amountMinor'> & { readonly exact: Rational };

function accumulateFree(sums: Map<string, Accumulated>, tariff: Tariff, freeWh: bigint): void {
  const line = { kind: 'energy', code: 'free', label: tariff.energy.label, exact: zero } as const;
  sums.set('free', { ...line, energyWh: (sums.get('free')?.energyWh ?? 0n) + freeWh });
}

function accumulate(sums: Map<string, Accumulated>, priced: Priced, period: string | null): void {
  for (const line of priced.lines) {
    const ofPeriod = line.block !== undefined && period !== null ? { period } : {};
    // Blocks have labels of their own.
    const key = `${line.code} ${line.label} ${ofPeriod.period ?? ''}`;
    const { kind, code, label, units, exact } = line;
    const before = sums.get(key) ?? { kind, code, label, ...ofPeriod, energyWh: 0n, exact: zero };
    sums.set(key, {
      ...before,
      energyWh: before.energyWh + (units ?? 0n),
      exact: add(before.exact, exact),
    });
  }
}

/** One purse of fractions for all energy, and one for each levy and each charge. */
const purseOf = (line: Accumulated): string =>
  line.kind === 'energy' ? energyPurse : `${line.kind} ${line.code}`;

/**
 * Whole minor units are charged, never ahead of the use; what is left of each kind of line is
 * carried to its next one, so that no line takes another one's fractions.
 */
function settle(
  sums: readonly Accumulated[],
  o: {
    readonly carried: TariffPosition['usageCarryMicroMinor'];
    readonly energyWh: bigint;
    readonly position: TariffPosition;
  },
): RatedUsage {
  const carry = { ...o.carried };
  let exactMicroMinor = 0n;
  const lines = sums.map(({ exact, ...line }): UsageLine => {
    const purse = purseOf({ exact, ...line });
    const micro = round({ n: exact.n * microPerMinor, d: exact.d }, 'half-up');
    const due = micro + (carry[purse] ?? 0n);
    const amountMinor = divideFloor(due, microPerMinor);
    carry[purse] = due - amountMinor * microPerMinor;
    exactMicroMinor += micro;
    return { ...line, amountMinor };
  });
  return {
    chargedMinor: lines.reduce((sum, line) => sum + line.amountMinor, 0n),
    energyWh: o.energyWh,
    lines,
    exactMicroMinor,
    positionAfter: {
      ...o.position,
      usageCarryMicroMinor: Object.fromEntries(
        Object.entries(carry).filter(([, micro]) => micro !== 0n),
      ),
    },
  };
}

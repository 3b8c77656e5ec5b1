// The position of a connection after one of its purchases was undone: what the purchase counted is
// taken off, and the fees and instalments that it had paid are owed again, so that the next
// purchase costs what this one did.

import type { Accrual, TariffPosition } from './position.ts';

export type UndonePurchase = {
  /** Civil date of the purchase in the utility's zone. */
  readonly date: string;
  /** Energy of the purchase without its free part, and the free part. */
  readonly energyWh: bigint;
  readonly freeEnergyWh: bigint;
  readonly lines: readonly {
    readonly kind: 'energy' | 'tax' | 'fee' | 'debt';
    /** The charge's code; undefined for lines that carry none. */
    readonly code?: string | undefined;
    readonly amountMinor: bigint;
    readonly debtId?: string | undefined;
  }[];
};

const less = (value: bigint, by: bigint): bigint => (value > by ? value - by : 0n);

/** Pure; counters never go below zero. Purchases may be undone in any order. */
export function undoPurchase(position: TariffPosition, undone: UndonePurchase): TariffPosition {
  const takenMinor = undone.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const counted = isInPeriod(position.month, undone.date)
    ? {
        energyWhThisMonth: less(position.energyWhThisMonth, undone.energyWh),
        freeEnergyWhThisMonth: less(position.freeEnergyWhThisMonth, undone.freeEnergyWh),
        purchasesThisMonth: Math.max(0, position.purchasesThisMonth - 1),
        paidThisMonthMinor: less(position.paidThisMonthMinor, takenMinor),
        leviedMicroMinorThisMonth: lessLevied(position.leviedMicroMinorThisMonth, undone),
      }
    : { history: lessHistory(position.history, undone) };
  return {
    ...position,
    ...counted,
    charges: owedAgain(
      position.charges,
      undone.lines
        .filter((l) => l.kind === 'fee' || l.kind === 'tax')
        .map((l) => [l.code, l.amountMinor]),
    ),
    debts: owedAgain(
      position.debts,
      undone.lines.filter((line) => line.kind === 'debt').map((l) => [l.debtId, l.amountMinor]),
    ),
  };
}

function lessLevied(
  levied: TariffPosition['leviedMicroMinorThisMonth'],
  { lines }: UndonePurchase,
): TariffPosition['leviedMicroMinorThisMonth'] {
  const after: Record<string, bigint> = { ...levied };
  for (const { code, amountMinor } of lines) {
    const before = code === undefined ? undefined : after[code];
    if (code !== undefined && before !== undefined) after[code] = before - amountMinor * 1_000_000n;
  }
  return after;
}

/** A period is a month ("2026-11") or a run of days named by its first ("2026-11-15"). */
function isInPeriod(period: string, date: string): boolean {
  return period.length === 7 ? date.startsWith(period) : period !== '' && date >= period;
}

function lessHistory(
  history: TariffPosition['history'],
  undone: UndonePurchase,
): TariffPosition['history'] {
  const month = undone.date.slice(0, 7);
  const energyWh = undone.energyWh + undone.freeEnergyWh;
  return history.map((past) =>
    past.month === month ? { ...past, energyWh: less(past.energyWh, energyWh) } : past,
  );
}

/**
 * What runs by the calendar is owed again; a fee of each purchase, or a tax on it, comes with the
 * next one.
 */
function owedAgain(
  accruals: Readonly<Record<string, Accrual>>,
  paid: readonly (readonly [name: string | undefined, amountMinor: bigint])[],
): Record<string, Accrual> {
  const after: Record<string, Accrual> = { ...accruals };
  for (const [name, amountMinor] of paid) {
    const accrual = name === undefined ? undefined : after[name];
    if (name === undefined || accrual === undefined) continue;
    after[name] = { ...accrual, owedMinor: accrual.owedMinor + amountMinor };
  }
  return after;
}

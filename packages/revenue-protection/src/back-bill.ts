// What was used and not counted, as money, with each step of the calculation in words: what a
// customer is shown and can check.

import { divideHalfUp, err, ok, type Result } from '@prewatt/quantities';

export type BackBillInput = {
  /** Civil days, both counted: YYYY-MM-DD. */
  readonly fromDate: string;
  readonly toDate: string;
  /** What the home would have used, Wh a day, and where the number comes from. */
  readonly expectedDailyWh: bigint;
  readonly basis: 'afterRepair' | 'beforeFall' | 'peers' | 'missingAtFeeder';
  /** What its meter counted on these days, Wh. */
  readonly meteredWh: bigint;
  readonly pricePerKwhMinor: bigint;
};

export type BackBill = {
  readonly days: number;
  readonly expectedWh: bigint;
  readonly missingWh: bigint;
  readonly amountMinor: bigint;
};

/** In the order of the checks. */
export type BackBillRefusal = 'dateFormat' | 'datesReversed' | 'tooManyDays' | 'nothingMissing';

/** Three years: no rule that we know lets a utility go further back. */
export const mostBackBillDays = 1_095;

export function backBillOf(o: BackBillInput): Result<BackBill, BackBillRefusal> {
  const [from, to] = [Date.parse(`${o.fromDate}T00:00:00Z`), Date.parse(`${o.toDate}T00:00:00Z`)];
  if (Number.isNaN(from) || Number.isNaN(to)) return err('dateFormat');
  const days = Math.round((to - from) / 86_400_000) + 1;
  if (days < 1) return err('datesReversed');
  if (days > mostBackBillDays) return err('tooManyDays');
  const expectedWh = o.expectedDailyWh * BigInt(days);
  const missingWh = expectedWh - o.meteredWh;
  const amountMinor = missingWh > 0n ? divideHalfUp(missingWh * o.pricePerKwhMinor, 1000n) : 0n;
  if (amountMinor <= 0n) return err('nothingMissing');
  return ok({ days, expectedWh, missingWh, amountMinor });
}

export const backBillBasisText: Readonly<Record<BackBillInput['basis'], string>> = {
  afterRepair: 'what it used after the repair',
  beforeFall: 'what it used before the fall',
  peers: 'what its neighbours use',
  missingAtFeeder: 'what went missing at the feeder with it',
};

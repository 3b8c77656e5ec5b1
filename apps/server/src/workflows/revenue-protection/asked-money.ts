// What a case asks for as it stands in its approval: energy that was not counted, a fine, or both,
// with each step of the calculation in words. The same words stand in the approval, on the page of
// the case, in the evidence and on the customer's letter.

import { backBillBases } from '@prewatt/api';
import { formatKwh, formatMoney } from '@prewatt/quantities';
import { type BackBill, backBillBasisText, backBillOf } from '@prewatt/revenue-protection';
import { z } from 'zod';
import type { Utility } from '../../registry/utilities/index.ts';

const digits = z.string().regex(/^\d{1,18}$/);
const base = {
  requestId: z.string(),
  reason: z.string(),
  caseId: z.uuid(),
  connectionId: z.uuid(),
  rule: z.record(z.string(), z.unknown()),
} as const;
const fineSchema = z.strictObject({
  /** Of the rule. */
  version: z.int(),
  tariffName: z.string().nullable(),
  fixedMinor: digits,
  sharePercent: z.int(),
  amountMinor: digits,
});
const energySchema = z.strictObject({
  ...base,
  amountMinor: digits,
  fromDate: z.string(),
  toDate: z.string(),
  expectedDailyWh: digits,
  basis: z.enum(backBillBases),
  meteredWh: digits,
  pricePerKwhMinor: digits,
  fine: fineSchema.optional(),
});
export const askedMoneySchema = z.union([
  energySchema,
  z.strictObject({ ...base, fine: fineSchema }),
]);
export type AskedMoney = z.output<typeof askedMoneySchema>;
export type AskedFine = z.output<typeof fineSchema>;
export type AskedEnergy = z.output<typeof energySchema>;

export const energyOf = (asked: AskedMoney): AskedEnergy | null =>
  'fromDate' in asked ? asked : null;

export function recalculated(p: AskedEnergy): BackBill | null {
  const bill = backBillOf({
    ...p,
    expectedDailyWh: BigInt(p.expectedDailyWh),
    meteredWh: BigInt(p.meteredWh),
    pricePerKwhMinor: BigInt(p.pricePerKwhMinor),
  });
  return bill.ok ? bill.value : null;
}

type Fact = { readonly label: string; readonly value: string };

type Payer = Pick<Utility, 'currency'>;

/**
 * Each step of the calculation, as the customer and the second person read it. Each line follows
 * from the printed lines before it: energy stands to the Wh, and how money is rounded is said.
 */
export function billFacts(payload: unknown, utility: Payer): Fact[] | null {
  const read = askedMoneySchema.safeParse(payload);
  if (!read.success) return null;
  const energy = energyOf(read.data);
  const { fine } = read.data;
  const ofEnergy = energy === null ? [] : energyFacts(energy, utility);
  if (ofEnergy === null) return null;
  const ofFine = fine === undefined ? [] : fineFacts(fine, utility);
  const both = BigInt(energy?.amountMinor ?? 0) + BigInt(fine?.amountMinor ?? 0);
  const sum = { label: 'Asked in all', value: formatMoney(both, utility.currency) };
  const all = energy !== null && fine !== undefined ? [sum] : [];
  return [...ofEnergy, ...ofFine, ...all, rounding(utility)];
}

const rounding = ({ currency }: Payer): Fact => ({
  label: 'Rounding',
  value: `Each sum of money is rounded once, to the nearest ${formatMoney(1n, currency)}, half of it upwards.`,
});

function energyFacts(p: AskedEnergy, utility: Payer): Fact[] | null {
  const bill = recalculated(p);
  if (bill === null) return null;
  const kwh = (wh: bigint): string => `${formatKwh(wh, 3)} kWh`;
  const price = formatMoney(BigInt(p.pricePerKwhMinor), utility.currency);
  return [
    { label: 'Days', value: `${p.fromDate} to ${p.toDate}, both counted: ${bill.days}` },
    {
      label: 'Expected use',
      value: `${kwh(BigInt(p.expectedDailyWh))} a day: ${backBillBasisText[p.basis]}`,
    },
    { label: 'Expected in all', value: kwh(bill.expectedWh) },
    { label: 'Counted by the meter', value: kwh(BigInt(p.meteredWh)) },
    { label: 'Not counted', value: kwh(bill.missingWh) },
    { label: 'Average price of a kWh', value: price },
    { label: 'Asked for energy', value: formatMoney(bill.amountMinor, utility.currency) },
  ];
}

function fineFacts(fine: AskedFine, utility: Payer): Fact[] {
  const money = (minor: bigint) => formatMoney(minor, utility.currency);
  const [fixed, amount] = [BigInt(fine.fixedMinor), BigInt(fine.amountMinor)];
  const share =
    fine.sharePercent === 0 || amount === fixed
      ? ''
      : `, and ${fine.sharePercent} % of what is asked for energy: ${money(amount - fixed)}`;
  const of = fine.tariffName === null ? 'all tariffs' : fine.tariffName;
  return [
    { label: 'Rule of the fine', value: `number ${fine.version}, of ${of}` },
    { label: 'How the fine is made up', value: `${money(fixed)} fixed${share}` },
    { label: 'Fine for tampering', value: money(amount) },
  ];
}

// What a meter takes of a token for what was used while supply was kept on without credit: by the
// rules that it holds and what it said last. What a customer gets is what is left.

import { floorEnergyOf, type ProtectionRules, recoverOwed } from '@prewatt/protection';
import { energyInMoney } from '@prewatt/vending-rules';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { IssuedSale } from './sale.ts';

/** What the meter says is owed; `money` of one that counts money. */
export type MeterOwes = {
  readonly energyWh: bigint;
  readonly money: { readonly owedMicroMinor: bigint; readonly perKwhMicroMinor: bigint } | null;
};

/** One of them is zero: energy of a meter that counts it, money of the other. */
export type MeterTakes = { readonly energyWh: bigint; readonly minor: bigint };

export const nothingTaken: MeterTakes = { energyWh: 0n, minor: 0n };

type Bought = { readonly energyWh: bigint; readonly creditMinor: bigint | null };

const microPerMinor = 1_000_000n;

export function takesOf(rules: ProtectionRules, owes: MeterOwes, bought: Bought): MeterTakes {
  const { energyWh, creditMinor } = bought;
  if (creditMinor === null) {
    const milliWh = recoverOwed(rules, {
      owedMilliWh: Number(owes.energyWh) * 1000,
      creditedMilliWh: Number(energyWh) * 1000,
    });
    return { energyWh: BigInt(Math.floor(milliWh / 1000)), minor: 0n };
  }
  if (owes.money === null) return nothingTaken;
  const { owedMicroMinor, perKwhMicroMinor } = owes.money;
  const floor = energyInMoney(floorEnergyOf(rules), perKwhMicroMinor);
  const parts = [
    owedMicroMinor / microPerMinor,
    (creditMinor * BigInt(rules.debt.maximumSharePercent)) / 100n,
    creditMinor - floor,
  ];
  const least = parts.reduce((a, b) => (b < a ? b : a));
  return { energyWh: 0n, minor: least < 0n ? 0n : least };
}

const inMoney = z.object({ owedMicroMinor: z.string(), perKwhMicroMinor: z.string() });

/** From the meter's last report. */
export function owesOf(state: {
  readonly owedEnergyWh: bigint | null;
  readonly money: unknown;
}): MeterOwes {
  const report = inMoney.safeParse(state.money);
  return {
    energyWh: state.owedEnergyWh ?? 0n,
    money: report.success
      ? {
          owedMicroMinor: BigInt(report.data.owedMicroMinor),
          perKwhMicroMinor: BigInt(report.data.perKwhMicroMinor),
        }
      : null,
  };
}

/** What a sale's tokens carry. */
export const boughtBy = ({ purchase }: IssuedSale): Bought => ({
  energyWh: purchase.quote.energyWh,
  creditMinor: purchase.creditMinor,
});

/** Of a sale's tokens, by the meter's last word before they were made. */
export function takesOfSale(utility: Utility, sale: IssuedSale): MeterTakes {
  if (sale.tokens.length === 0) return nothingTaken;
  const { owes } = sale.connection;
  const of = owesOf({ owedEnergyWh: owes.energyWh, money: owes.money });
  return takesOf(utility.protectionRules, of, boughtBy(sale));
}

/** Of an offer. */
export async function meterTakes(
  tx: Tx,
  o: Bought & {
    readonly place: { readonly bucket: number; readonly meterId: string };
    readonly rules: ProtectionRules;
  },
): Promise<MeterTakes> {
  const state = await tx
    .selectFrom('meter_states')
    .select(['owed_energy_wh', 'report'])
    .where('bucket', '=', o.place.bucket)
    .where('meter_id', '=', o.place.meterId)
    .executeTakeFirst();
  const report = (state?.report ?? null) as { readonly money?: unknown } | null;
  const owedEnergyWh = state?.owed_energy_wh ?? null;
  return takesOf(o.rules, owesOf({ owedEnergyWh, money: report?.money }), o);
}

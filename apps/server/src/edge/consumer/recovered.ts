// What an offer does with what is owed: the part of a token that the meter takes for use from the
// time supply was kept on, and where a payment leaves, or has left, a wallet that owes.

import type { AnHourView, QuoteView, SaleView } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { meterTakes } from '../../money/vending/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  type AnHour,
  anHourOf,
  balanceOf,
  loadWallet,
  owingAfter,
  paymentsToBeOn,
} from '../../workflows/wallet/index.ts';

type Asked = {
  readonly connection: Connection;
  readonly utility: Utility;
  readonly energyWh: bigint;
  readonly creditMinor: bigint | null;
};
type Recovered = Pick<QuoteView, 'recoveredEnergyWh' | 'recoveredMinor'>;

/** By the rules that the meter holds too, and what it said last. */
export async function recoveredOf(tx: Tx, o: Asked): Promise<Recovered> {
  const { connection, utility, ...bought } = o;
  if (connection.creditMode === 'wallet') return { recoveredEnergyWh: '0', recoveredMinor: '0' };
  const place = { bucket: connection.bucket, meterId: connection.meter.meterId };
  const takes = await meterTakes(tx, { ...bought, place, rules: utility.protectionRules });
  return {
    recoveredEnergyWh: takes.energyWh.toString(),
    recoveredMinor: takes.minor.toString(),
  };
}

/** Null for what is no wallet, or owes nothing. */
export async function owingOf(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly tariffs: Pick<Tariffs, 'inForce'>;
    readonly nowMs: number;
    readonly balanceMinor: bigint;
    readonly amountMinor: bigint;
    /** What goes to arrears. */
    readonly arrearsMinor: bigint;
  },
): Promise<QuoteView['owing']> {
  const { balanceMinor, connection } = o;
  if (connection.creditMode !== 'wallet' || balanceMinor > 0n) return null;
  const needed = await paymentsToBeOn(tx, o, o);
  if (needed === null) return null;
  const wallet = await loadWallet(tx, connection);
  const newMinor = o.amountMinor - o.arrearsMinor;
  const afterMinor = balanceMinor + newMinor;
  const missingMinor = needed.neededMinor - newMinor;
  // What was used and is not charged yet is owed, too.
  const isShort = afterMinor > 0n && missingMinor > 0n;
  return {
    balanceAfterMinor: (isShort ? -missingMinor : afterMinor).toString(),
    isOff: wallet?.supply === 'off',
    leastMinor: needed.leastMinor.toString(),
    anHour: hourView(await anHourOf(tx, o, o)),
  };
}

export const hourView = (anHour: AnHour | null): AnHourView | null =>
  anHour && { powerW: anHour.powerW.toString(), minor: anHour.minor.toString() };

/** Of a payment that left a wallet owing which owes still. */
export async function stillOwing(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly tariffs: Pick<Tariffs, 'inForce'>;
    readonly nowMs: number;
    readonly sale: {
      readonly state: string;
      readonly energy_wh: bigint | null;
      readonly remainder_minor: bigint | null;
    };
  },
): Promise<SaleView['owing']> {
  const { connection, sale } = o;
  const leftOwing = sale.energy_wh === 0n && (sale.remainder_minor ?? 1n) <= 0n;
  if (connection.creditMode !== 'wallet' || sale.state !== 'delivered' || !leftOwing) return null;
  const owing = await owingAfter(tx, o, { ...o, balanceMinor: await balanceOf(tx, connection) });
  return (
    owing && {
      owedMinor: owing.owedMinor.toString(),
      isOff: owing.isOff,
      leastMinor: owing.leastMinor?.toString() ?? null,
      anHour: hourView(owing.anHour),
    }
  );
}

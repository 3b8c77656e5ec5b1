// What a customer sees of a wallet: money left or owed, what use costs, and what was charged last.

import type { ChargedDayView, WalletReading } from '@prewatt/api';
import { zonedAt } from '@prewatt/quantities';
import { hourCosts, type Voice } from '@prewatt/web/consumer';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { anHourOf, chargesOf, leastPayment, loadWallet } from '../../workflows/wallet/index.ts';
import { hourView } from './recovered.ts';
import { firstDayOf } from './since.ts';

type Scope = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
};

const daysLookedBack = 7;
const daysShown = 3;

export async function walletReading(
  tx: Tx,
  o: Scope & { readonly voice: Voice },
  balanceMinor: bigint,
): Promise<WalletReading> {
  const { zone } = o.utility;
  const { money } = o.voice;
  const { todayMinor, monthMinor } = await chargesOf(tx, o.connection, {
    zone,
    nowMs: o.nowMs,
    days: 1,
  });
  const owes = balanceMinor < 0n;
  const wallet = await loadWallet(tx, o.connection);
  const sinceMs = wallet?.sinceMs ?? 0;
  const monthStartMs = zonedAt(o.nowMs, zone).with({ day: 1 }).startOfDay().epochMilliseconds;
  const leastMinor = await leastPayment(tx, o, { ...o, balanceMinor });
  const isNeverCut = wallet?.supply === 'protected' && wallet.promisedUntilMs === null;
  const asksForMoney = leastMinor !== null && !isNeverCut;
  const anHour = asksForMoney ? await anHourOf(tx, o, o) : null;
  return {
    amount: money((owes ? -balanceMinor : balanceMinor).toString()),
    owes,
    payAtLeast: leastMinor === null ? null : money(leastMinor.toString()),
    anHour: hourCosts(hourView(anHour), o.voice),
    costToday: money(todayMinor.toString()),
    costThisMonth: money(monthMinor.toString()),
    sinceMs: sinceMs >= monthStartMs ? sinceMs : null,
  };
}

/** Money that buys little, as the message of it was sent. */
export const isLowWallet = async (tx: Tx, connection: Connection): Promise<boolean> =>
  (await loadWallet(tx, connection))?.isLow ?? false;

export async function chargedView(
  tx: Tx,
  o: Omit<Scope, 'tariffs'> & { readonly sinceMs: number | null },
): Promise<ChargedDayView[]> {
  if (o.connection.creditMode !== 'wallet') return [];
  const { zone } = o.utility;
  const at = { zone, nowMs: o.nowMs, days: daysLookedBack };
  const { days } = await chargesOf(tx, o.connection, at);
  const first = firstDayOf(o) ?? '';
  const shown = days.filter(({ date }) => date >= first);
  return shown.slice(0, daysShown).map((day) => ({
    date: day.date,
    energyWh: day.energyWh.toString(),
    freeWh: day.freeWh.toString(),
    amountMinor: day.chargedMinor.toString(),
    parts: day.parts.map(({ label, amountMinor }) => ({
      label,
      amountMinor: amountMinor.toString(),
    })),
    explanation: day.explanation,
  }));
}

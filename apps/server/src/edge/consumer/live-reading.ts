// How a home stands now: credit, supply and what is ahead. The page shows all of it; a screen of a
// cheap phone asks for what it has room for, and for nothing else.

import type { LiveReading, SupplyPromiseView } from '@prewatt/api';
import { usedTodayText, type Voice, voiceOf } from '@prewatt/web/consumer';
import { type Tx, together } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  forecastOf,
  owedText,
  type Promised,
  supplyForecastOf,
} from '../../workflows/supply-forecast/index.ts';
import { type MoneyLeft, moneyLeftOf } from '../../workflows/wallet/index.ts';
import { type CreditNow, creditNow, meterRowsOf } from '../operators/index.ts';
import { speechOf } from './frame.ts';
import { isLowWallet, walletReading } from './wallet.ts';
import { emergencyOf, waitingFor } from './when-credit-ends.ts';
import { whyOff } from './why-off.ts';

type Asked = {
  readonly connection: Connection;
  readonly utility: Utility;
  readonly nowMs: number;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  /** English where nobody reads it on a page. */
  readonly voice?: Voice;
};

const voiceIn = ({ voice, utility }: Pick<Asked, 'voice' | 'utility'>): Voice =>
  voice ?? voiceOf(speechOf(utility));

export async function liveReading(tx: Tx, o: Asked): Promise<LiveReading> {
  const { connection, utility, nowMs } = o;
  const voice = voiceIn(o);
  const ids = [connection.connectionId];
  const [row] = await meterRowsOf(tx, utility, { connectionIds: ids, nowMs });
  const since = row?.switchUnknownSince ?? null;
  const switchUnknownSinceMs = since === null ? null : Date.parse(since);
  const now = row === undefined ? null : { ...row, switchUnknownSinceMs };
  const { wallet, ...credit } = await creditIn(tx, o, now);
  const { forecast, promise, graceUntilMs } = await supplyForecastOf(tx, o, o);
  const isKnown = credit.switchUnknownSinceMs === null;
  return {
    ...credit,
    promise: promise === null ? null : promiseView(promise, voice),
    graceUntilMs,
    powerW: row?.powerW ?? null,
    usedToday: row === undefined ? null : usedTodayText(row, voice),
    lastContactMs: row?.lastContactAt == null ? null : Date.parse(row.lastContactAt),
    waitingTokens: await waitingFor(tx, connection),
    emergency: await emergencyOf(tx, { connection, voice }),
    // Of supply that nobody knows, nothing is foretold.
    forecast: isKnown ? forecast : null,
    off: await whyOff(tx, { ...o, voice, loadSwitch: credit.loadSwitch }),
    wallet: wallet === null ? null : await walletReading(tx, { ...o, voice }, wallet.balanceMinor),
    nowMs,
  };
}

type Credit = Pick<
  LiveReading,
  | 'availableEnergyWh'
  | 'owedEnergyWh'
  | 'moneyOnMeter'
  | 'creditStatus'
  | 'loadSwitch'
  | 'switchUnknownSinceMs'
>;

/** What is left or owed, as `liveReading` says it; whether somebody holds supply open. */
export async function creditReading(
  tx: Tx,
  o: Asked,
): Promise<Credit & { readonly isHeld: boolean }> {
  const row = await creditNow(tx, o.connection);
  const { wallet: _, ...credit } = await creditIn(tx, o, row);
  return { ...credit, isHeld: row?.isHeld ?? false };
}

export type BriefReading = Credit &
  Pick<LiveReading, 'forecast' | 'waitingTokens' | 'off' | 'emergency'>;

/** The part of `liveReading` that a text or a small screen has room for, read in fewer steps. */
export async function briefReading(tx: Tx, o: Asked): Promise<BriefReading> {
  const [{ isHeld, ...credit }, waitingTokens, foretold] = await together(
    creditReading(tx, o),
    waitingFor(tx, o.connection),
    forecastOf(tx, o, o),
  );
  // A meter that never spoke is off for nothing that we know of, unless we hold it.
  const isOn = credit.loadSwitch === 'connected' || (credit.loadSwitch === null && !isHeld);
  const off = isOn
    ? null
    : await whyOff(tx, { ...o, voice: voiceIn(o), loadSwitch: credit.loadSwitch });
  // A small screen has room for it where nothing else is left.
  const emergency =
    credit.creditStatus === 'outOfCredit'
      ? await emergencyOf(tx, { connection: o.connection, voice: voiceIn(o) })
      : null;
  const forecast = credit.switchUnknownSinceMs === null ? foretold : null;
  return { ...credit, waitingTokens, forecast, off, emergency };
}

/** Of a meter's row; a wallet's money is in the ledger. */
async function creditIn(
  tx: Tx,
  o: Asked,
  row: Omit<CreditNow, 'isHeld'> | null,
): Promise<Credit & { readonly wallet: MoneyLeft | null }> {
  const { connection } = o;
  const isWallet = connection.creditMode === 'wallet';
  const wallet = isWallet ? await moneyLeftOf(tx, o, o) : null;
  const ofMeter = {
    available: row?.availableEnergyWh ?? null,
    owed: row?.owedEnergyWh ?? null,
    status: row?.creditStatus ?? null,
  };
  const switchUnknownSinceMs = row?.switchUnknownSinceMs ?? null;
  const { available, owed, status } =
    wallet === null ? ofMeter : ofWallet(wallet, await isLowWallet(tx, connection));
  return {
    availableEnergyWh: available,
    owedEnergyWh: owed,
    moneyOnMeter: row === null ? null : moneyText(row, voiceIn(o)),
    creditStatus: status,
    // What the meter wants is not what is, while what switches is silent.
    loadSwitch: switchUnknownSinceMs === null ? (row?.loadSwitch ?? null) : null,
    switchUnknownSinceMs,
    wallet,
  };
}

/** What is left of money on a meter; what is owed beyond it is told with the supply. */
export function moneyText(
  { creditMode, balanceMinor }: Pick<CreditNow, 'creditMode' | 'balanceMinor'>,
  { money }: Pick<Voice, 'money'>,
): string | null {
  if (creditMode !== 'money' || balanceMinor === null) return null;
  return money(balanceMinor.startsWith('-') ? '0' : balanceMinor);
}

const promiseView = (promise: Promised, { money, language }: Voice): SupplyPromiseView => ({
  startsAtMs: promise.startsAtMs,
  untilMs: promise.untilMs,
  owed: owedText(promise, (minor) => money(minor.toString()), language),
});

/** In wallet mode the meter knows nothing of credit: money says it, in energy at the price now. */
function ofWallet({ balanceMinor, energyWh, owedEnergyWh }: MoneyLeft, isLow: boolean) {
  const inCredit = isLow ? ('lowCredit' as const) : ('inCredit' as const);
  return {
    available: energyWh?.toString() ?? null,
    owed: owedEnergyWh?.toString() ?? null,
    status: balanceMinor > 0n ? inCredit : ('outOfCredit' as const),
  };
}

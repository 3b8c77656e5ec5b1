// How long credit lasts, in words: a forecast counts only while there is credit and supply is on,
// and nothing that has passed is said to lie ahead.

import type { ConnectionDetail } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { kwhText, moneyText, unknown } from './numbers.ts';
import { soon } from './time.ts';

export type LastsUntil = { readonly text: string; readonly note?: string };

/** "Thu, 23:17" with the range as its note, "Used up", or why it cannot be told. */
export function lastsUntil(
  { state, forecast, promise }: Pick<ConnectionDetail, 'state' | 'forecast' | 'promise'>,
  o: { readonly nowMs: number; readonly zone: string; readonly currency: Currency },
): LastsUntil {
  const { nowMs, zone } = o;
  const kept = promise === null ? null : promiseText(promise, o);
  const { creditStatus, loadSwitch } = state;
  if (creditStatus === 'outOfCredit' || isUsedUp(state)) {
    return kept === null ? { text: 'Used up' } : { text: 'Used up', note: kept };
  }
  if (loadSwitch !== null && loadSwitch !== 'connected') {
    return { text: unknown, note: 'Nothing is used while supply is off' };
  }
  if (forecast === null) return { text: unknown, note: 'Not enough use to tell' };
  const ahead = (at: string) => Math.max(Date.parse(at), nowMs);
  const words = (ms: number) => (ms > nowMs ? soon(ms, nowMs, zone) : 'now');
  const [earliest, expected, latest] = [
    ahead(forecast.earliestAt),
    ahead(forecast.expectedAt),
    ahead(forecast.latestAt),
  ];
  if (expected === nowMs) return { text: 'May run out at any moment' };
  const range = `${words(earliest)} – ${words(latest)}`;
  const note = kept === null ? range : `${range}. ${kept}`;
  if (forecast.atPresentUse === null) return { text: words(expected), note };
  const present = words(ahead(forecast.atPresentUse));
  return { text: `At present use ${present}`, note: `As usual ${words(expected)}, ${note}` };
}

/** Where credit is money, energy is an estimate that says nothing about its end. */
function isUsedUp({ creditMode, balanceMinor, availableEnergyWh }: ConnectionDetail['state']) {
  const left = creditMode === 'energy' ? availableEnergyWh : balanceMinor;
  return left !== null && BigInt(left) <= 0n;
}

/** "Then on until Wed, 08:00, about 3.1 kWh owed by then"; null for a home that is never cut. */
function promiseText(
  promise: NonNullable<ConnectionDetail['promise']>,
  o: { readonly nowMs: number; readonly zone: string; readonly currency: Currency },
): string | null {
  if (promise.until === null) return null;
  const owed = owedText(promise, o.currency);
  const now = promise.atPresentUse && owedText(promise.atPresentUse, o.currency);
  const present = now === null ? '' : ` (${now} at present use)`;
  const owing = owed === null ? '' : `, about ${owed} owed by then${present}`;
  const first = promise.startsAt === null ? 'On' : 'Then on';
  return `${first} until ${soon(Date.parse(promise.until), o.nowMs, o.zone)}${owing}`;
}

const owedText = (
  owed: { readonly owedEnergyWh: string | null; readonly owedMinor: string | null },
  currency: Currency,
): string | null => {
  if (owed.owedMinor !== null) return moneyText(owed.owedMinor, currency);
  return owed.owedEnergyWh === null ? null : kwhText(owed.owedEnergyWh);
};

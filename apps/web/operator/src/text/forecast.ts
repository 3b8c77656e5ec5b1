// How long credit lasts, in words: a forecast counts only while there is credit and supply is on,
// and nothing that has passed is said to lie ahead.

import type { ConnectionDetail } from '@prewatt/api';
import { unknown } from './numbers.ts';
import { soon } from './time.ts';

export type LastsUntil = { readonly text: string; readonly note?: string };

/** "Thu, 23:17" with the range as its note, "Used up", or why it cannot be told. */
export function lastsUntil(
  { state, forecast }: Pick<ConnectionDetail, 'state' | 'forecast'>,
  nowMs: number,
  zone: string,
): LastsUntil {
  const { availableEnergyWh: energy, creditStatus, loadSwitch } = state;
  if (creditStatus === 'outOfCredit' || (energy !== null && BigInt(energy) <= 0n)) {
    return { text: 'Used up' };
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
  return { text: words(expected), note: `${words(earliest)} – ${words(latest)}` };
}

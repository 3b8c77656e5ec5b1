// The automatic top-up of a home by a cheap phone: how it stands, and the three things that are
// done to it.

import { dayMs, parseTypedAmount } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { pause, setRule, topUpOf, turnOff } from '../../workflows/top-ups/index.ts';
import { amountOf } from './buying.ts';
import { type Home, type HomesDeps, moneyOf } from './homes.ts';
import type { MenuAct } from './menu.ts';
import type { Words } from './words.ts';

/** What a phone cannot type: the page sets others. */
export const topUpDaysAhead = 2;
const pauseMs = 7 * dayMs;

export async function changeTopUp(
  o: HomesDeps,
  act: Extract<MenuAct, { kind: 'topUp' }>,
  home: Home | null,
): Promise<void> {
  if (home === null) return;
  const nowMs = o.clocks.business.nowMs();
  const { connection, utility, place } = home;
  await o.database.inUtility(place.utilityId, async (tx) => {
    if (act.change === 'on') {
      const amountMinor = amountOf(act.amount, home);
      const mostAWeekMinor = weekOf(act.week, { ...act, home });
      if (amountMinor === null || mostAWeekMinor === null) return;
      const daysAhead = topUpDaysAhead;
      const wanted = { way: 'ask', daysAhead, amountMinor, mostAWeekMinor } as const;
      await setRule(tx, { connection, utility, wanted, hasCard: false, nowMs });
    } else if (act.change === 'off') await turnOff(tx, place, nowMs);
    else await pause(tx, place, { untilMs: nowMs + pauseMs, nowMs });
  });
}

/** The most in a week as it was typed: from one purchase to a hundred of the largest. */
export function weekOf(
  typed: string,
  { amount, home }: { readonly amount: string | null; readonly home: Home },
): bigint | null {
  const { currency, maximumPurchaseMinor } = home.utility;
  const least = amount === null ? null : amountOf(amount, home);
  const week = parseTypedAmount(typed, currency);
  if (!week.ok || least === null || week.value < least) return null;
  return week.value > 100n * maximumPurchaseMinor ? null : week.value;
}

export async function topUpStanding(
  tx: Tx,
  o: Pick<HomesDeps, 'clocks'>,
  { home, words }: { readonly home: Home; readonly words: Words },
): Promise<string> {
  const { connection, utility } = home;
  const { state, rule } = await topUpOf(tx, { connection, nowMs: o.clocks.business.nowMs() });
  if (state === 'stopped') return words.topUpStopped;
  if (state === 'paused') return words.topUpPaused;
  if (state !== 'on' || rule === null) return words.topUpOff;
  return words.topUpOn({
    amount: moneyOf(rule.amountMinor, utility),
    days: rule.daysAhead,
    week: moneyOf(rule.mostAWeekMinor, utility),
  });
}

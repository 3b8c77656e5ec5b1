// Money that a rail's own list has: the repair for notifications that were lost. Each provider is
// asked now and then for what came since the last list; what is known already changes nothing.

import { err } from '@prewatt/quantities';
import type { Arrivals } from './arrivals.ts';
import type { PaymentProvider } from './provider.ts';

const hourMs = 3_600_000;
/** As far as the lists go back; after a start the whole of it is looked at. */
const firstLookMs = 48 * hourMs;
/** Between two lists of one provider, in real time. */
const everyMs = 900_000;
/** Money that stands late in a list. */
const overlapMs = hourMs;

/** Asks those that are due; throws at the end when one gave no list, so that it is noticed. */
export function createListing(o: {
  readonly providers: readonly PaymentProvider[];
  readonly hear: Arrivals['hear'];
  readonly realNowMs: () => number;
}): (ending?: AbortSignal) => Promise<void> {
  const states = new Map<string, { askedAtMs: number; listedUntilMs: number }>();

  const listOne = async (
    provider: PaymentProvider,
    list: NonNullable<PaymentProvider['listArrivals']>,
    ending: AbortSignal | undefined,
  ): Promise<boolean> => {
    const nowMs = o.realNowMs();
    const before = states.get(provider.name);
    if (before !== undefined && nowMs - before.askedAtMs < everyMs) return true;
    const untilMs = before?.listedUntilMs ?? nowMs - firstLookMs;
    states.set(provider.name, { askedAtMs: nowMs, listedUntilMs: untilMs });
    const fromMs = Math.max(untilMs - overlapMs, nowMs - firstLookMs);
    const listed = await list({ fromMs, toMs: nowMs }).catch(() => err('unreachable' as const));
    if (!listed.ok) return false;
    for (const money of listed.value) {
      if (ending?.aborted === true) return true;
      await o.hear({ provider: provider.name, money, isProved: true });
    }
    states.set(provider.name, { askedAtMs: nowMs, listedUntilMs: nowMs });
    return true;
  };

  return async (ending) => {
    const without: string[] = [];
    for (const provider of o.providers) {
      if (provider.listArrivals === undefined) continue;
      if (!(await listOne(provider, provider.listArrivals, ending))) without.push(provider.label);
    }
    if (without.length > 0) throw new Error(`no list of payments from ${without.join(', ')}`);
  };
}

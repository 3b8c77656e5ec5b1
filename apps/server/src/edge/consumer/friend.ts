// A home that somebody else pays for, found by its meter number: what may be said of it, and how
// often strangers may ask.

import { hourMs } from '@prewatt/quantities';
import { hasCheckDigit, plainMeter } from '@prewatt/rails';
import { meterPanFromDrn } from '@prewatt/sts/keys';
import type { Database } from '../../base/database.ts';
import {
  type Connection,
  type ConnectionPlace,
  findMeter,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';

export type FriendHome = {
  readonly place: ConnectionPlace;
  readonly connection: Connection;
  readonly utility: Utility;
  /** As it may be shown to a stranger. */
  readonly shown: string;
};

/** The home of a meter number that a stranger typed: "A. C., Test Street". */
export async function friendHome(
  o: { readonly database: Database; readonly utilities: Utilities },
  typed: string,
): Promise<FriendHome | null> {
  const meter = plainMeter(typed);
  if (!hasCheckDigit(meter)) return null;
  const pan = meter.length === 18 ? null : meterPanFromDrn(meter);
  if (pan !== null && !pan.ok) return null;
  const place = await findMeter(o.database, pan === null ? meter : pan.value);
  if (place === null) return null;
  const utility = await o.utilities.get(place.utilityId);
  const connection = await o.database.inUtility(place.utilityId, (tx) => loadConnection(tx, place));
  if (connection === null) return null;
  return { place, connection, utility, shown: initialsAndStreet(connection) };
}

function initialsAndStreet({ customerName, address }: Connection): string {
  const initials = (customerName ?? '')
    .split(/\s+/)
    .filter((part) => part !== '')
    .slice(0, 3)
    .map((part) => `${[...part][0]}.`)
    .join(' ');
  // Without the number of the house.
  const street =
    (address ?? '')
      .split(',')[0]
      ?.replace(/\s*\d+\w?\s*/g, ' ')
      .trim() ?? '';
  return [initials, street].filter((part) => part !== '').join(', ') || 'this meter';
}

/** In an hour, of one address: phones of one carrier share it. */
const mostAnHour = { missed: 15, found: 60 } as const;
/** Beyond that the oldest are forgotten. */
const addressesHeld = 50_000;

export type FriendLimits = ReturnType<typeof createFriendLimits>;

/**
 * Holds back who looks for meters by trying numbers: what was not found counts more than what was.
 * Counted in this process alone.
 */
export function createFriendLimits(nowMs: () => number) {
  const counts = new Map<string, { fromMs: number; missed: number; found: number }>();
  const of = (address: string) => {
    const held = counts.get(address);
    return held === undefined || nowMs() - held.fromMs >= hourMs
      ? { fromMs: nowMs(), missed: 0, found: 0 }
      : held;
  };
  return {
    mayAsk: (address: string): boolean => {
      const { missed, found } = of(address);
      return missed < mostAnHour.missed && found < mostAnHour.found;
    },
    asked: (address: string, what: 'missed' | 'found'): void => {
      const next = of(address);
      next[what] += 1;
      counts.delete(address);
      counts.set(address, next);
      const [oldest] = counts.keys();
      if (counts.size > addressesHeld && oldest !== undefined) counts.delete(oldest);
    },
  };
}

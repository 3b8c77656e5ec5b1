// A home that somebody else pays for, found by its meter number: what may be said of it, and how
// often strangers may ask.

import { hasCheckDigit, plainMeter } from '@prewatt/rails';
import { meterPanFromDrn } from '@prewatt/sts/keys';
import type { Database } from '../../base/database.ts';
import {
  type Connection,
  type ConnectionPlace,
  findMeter,
  loadConnection,
} from '../../registry/connections/index.ts';
import { createUseCounts } from '../../registry/use-counts/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';

export type FriendHome = {
  readonly place: ConnectionPlace;
  readonly connection: Connection;
  readonly utility: Utility;
  /** As it may be shown to a stranger; null where neither a name nor a street is known. */
  readonly shown: string | null;
};

/**
 * The home of a meter number that a stranger typed: "A. C., Test Street". None without a phone: it
 * could not be sent its token.
 */
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
  if (connection === null || connection.customerPhone === null) return null;
  return { place, connection, utility, shown: initialsAndStreet(connection) };
}

function initialsAndStreet({ customerName, address }: Connection): string | null {
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
  return [initials, street].filter((part) => part !== '').join(', ') || null;
}

/** In an hour, of one address: phones of one carrier share it. */
const mostAnHour = { missed: 15, found: 60 } as const;
const seconds = 3_600;

/**
 * Holds back who looks for meters by trying numbers: what was not found counts more than what was.
 * Both are counted before the look, so that looks at the same time count, too.
 */
export function createFriendLimits(database: Pick<Database, 'directories'>) {
  const counts = createUseCounts(database);
  const keyOf = (what: 'missed' | 'found', address: string) => `friend ${what} ${address}`;
  const take = (what: 'missed' | 'found', address: string) =>
    counts.take(keyOf(what, address), { most: mostAnHour[what], seconds });
  return {
    mayAsk: async (address: string): Promise<boolean> => {
      if (!(await take('missed', address))) return false;
      if (await take('found', address)) return true;
      await counts.giveBack(keyOf('missed', address));
      return false;
    },
    asked: (address: string, what: 'missed' | 'found'): Promise<void> =>
      counts.giveBack(keyOf(what === 'missed' ? 'found' : 'missed', address)),
  };
}

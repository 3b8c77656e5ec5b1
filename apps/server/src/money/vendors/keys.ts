// A till's key: `pwv_<id>_<secret>`, 256 random bits, shown once, when it is made. The id leads to
// the tenant and the row; the secret rests nowhere, and its SHA-256 is compared in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, RandomBytes } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import { createLruCache } from '../../base/lru-cache.ts';

/** Who sells: a till of a vendor, signed in by its key. */
export type Till = {
  readonly utilityId: string;
  readonly vendorId: string;
  readonly keyId: string;
  readonly label: string;
};

const format =
  /^Bearer pwv_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([0-9a-f]{64})$/;
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Another one each time: a key whose answer was lost is lost, and another is made. */
export function makeKey(
  keyId: string,
  random: RandomBytes,
): { readonly key: string; readonly secretHash: Buffer } {
  const secret = Buffer.from(random(32)).toString('hex');
  return { key: `pwv_${keyId}_${secret}`, secretHash: hashOf(secret) };
}

export type TillKeys = {
  /** The till of an Authorization header, or null for anything but a live key. */
  readonly tillOf: (header: string) => Promise<Till | null>;
  /**
   * The same from memory, for keys that were live within the last minute; undefined when it does
   * not know. For what looks at the key again by itself, as a sale does.
   */
  readonly knownTill: (header: string) => Till | undefined;
  /** Counts a request of a known till; false when it has made too many in this minute. */
  readonly admit: (keyId: string) => boolean;
};

const knownForMs = 60_000;
const maximumKnown = 50_000;
/** Requests of one till in a minute. What a key may sell is bounded by its vendor's budget. */
const requestsPerMinute = 60_000;

type Known = { readonly till: Till; readonly secretHash: Buffer; readonly untilMs: number };

/** Keys of tills, those that were seen lately kept in memory. */
export function createTillKeys(o: {
  readonly database: Database;
  readonly clock: Clock;
}): TillKeys {
  const known = createLruCache<Known>(maximumKnown);
  const counts = new Map<string, number>();
  let minute = 0;
  return {
    tillOf: async (header) => {
      const [, keyId = '', secret = ''] = format.exec(header) ?? [];
      const till = await readTill(o.database, keyId, secret);
      if (till !== null) {
        const untilMs = o.clock.nowMs() + knownForMs;
        known.set(keyId, { till, secretHash: hashOf(secret), untilMs });
      }
      return till;
    },
    knownTill: (header) => {
      const [, keyId = '', secret = ''] = format.exec(header) ?? [];
      const entry = known.get(keyId);
      if (entry === undefined || entry.untilMs <= o.clock.nowMs()) return undefined;
      return timingSafeEqual(entry.secretHash, hashOf(secret)) ? entry.till : undefined;
    },
    admit: (keyId) => {
      const now = Math.floor(o.clock.nowMs() / 60_000);
      if (now !== minute) counts.clear();
      minute = now;
      const count = (counts.get(keyId) ?? 0) + 1;
      counts.set(keyId, count);
      return count <= requestsPerMinute;
    },
  };
}

async function readTill(database: Database, keyId: string, secret: string): Promise<Till | null> {
  if (keyId === '' || secret === '') return null;
  const place = await database.directories
    .selectFrom('vendor_key_directory')
    .select('utility_id')
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  if (place === undefined) return null;
  const row = await database.inUtility(place.utility_id, (tx) =>
    tx.selectFrom('vendor_keys').selectAll().where('id', '=', keyId).executeTakeFirst(),
  );
  if (row === undefined || row.revoked_at !== null) return null;
  if (!timingSafeEqual(row.secret_hash, hashOf(secret))) return null;
  return { utilityId: row.utility_id, vendorId: row.vendor_id, keyId, label: row.label };
}

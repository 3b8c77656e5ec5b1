// The key of an integration: `pwi_<id>_<secret>`, 256 random bits, shown once. The id leads to the
// tenant and the row; of the secret its SHA-256 rests there, and is compared in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IntegrationScope } from '@prewatt/api';
import { minuteMs, type RandomBytes } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, instant } from '../../base/database.ts';
import { createLruCache } from '../../base/lru-cache.ts';
import { createUseCounts } from '../use-counts/index.ts';

/** Who asks by a key. */
export type IntegrationCaller = {
  readonly utilityId: string;
  readonly integrationId: string;
  readonly name: string;
  readonly scopes: readonly IntegrationScope[];
  readonly requestsPerMinute: number;
};

const start = 'Bearer pwi_';
const format =
  /^Bearer pwi_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([0-9a-f]{64})$/;
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether an Authorization header names a key of an integration, good or not. */
export const isIntegrationKey = (header: string | undefined): header is string =>
  header?.startsWith(start) === true;

export function makeKey(
  keyId: string,
  random: RandomBytes,
): { readonly key: string; readonly secretHash: Buffer } {
  const secret = Buffer.from(random(32)).toString('hex');
  return { key: `pwi_${keyId}_${secret}`, secretHash: hashOf(secret) };
}

export type IntegrationKeys = {
  /** Who a header's key belongs to, or null for anything but a key that opens now. */
  readonly callerOf: (header: string) => Promise<IntegrationCaller | null>;
  /** Counts a request; false when the integration has made too many in this minute. */
  readonly admit: (caller: IntegrationCaller) => Promise<boolean>;
};

const usesRemembered = 10_000;

/** `nowMs` is of real time. */
export function createIntegrationKeys(o: {
  readonly database: Database;
  readonly nowMs: () => number;
}): IntegrationKeys {
  const writtenIn = createLruCache<number>(usesRemembered);
  const counts = createUseCounts(o.database);
  const minuteNow = (): number => Math.floor(o.nowMs() / minuteMs);
  return {
    callerOf: async (header) => {
      const [, keyId = '', secret = ''] = format.exec(header) ?? [];
      const caller = await readCaller(o.database, { keyId, secret, nowMs: o.nowMs() });
      if (caller !== null && writtenIn.get(keyId) !== minuteNow()) {
        writtenIn.set(keyId, minuteNow());
        await noteUse(o.database, { keyId, utilityId: caller.utilityId, nowMs: o.nowMs() });
      }
      return caller;
    },
    admit: ({ integrationId, requestsPerMinute: most }) =>
      counts.take(`integration ${integrationId}`, { most, seconds: 60 }),
  };
}

async function readCaller(
  database: Database,
  o: { readonly keyId: string; readonly secret: string; readonly nowMs: number },
): Promise<IntegrationCaller | null> {
  const { keyId, secret, nowMs } = o;
  if (keyId === '') return null;
  const place = await database.directories
    .selectFrom('integration_key_directory')
    .select('utility_id')
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  if (place === undefined) return null;
  const row = await database.inUtility(place.utility_id, (tx) =>
    tx
      .selectFrom('integration_keys as k')
      .innerJoin('integrations as i', 'i.id', 'k.integration_id')
      .select(['k.secret_hash', 'k.expires_at', 'i.id', 'i.name', 'i.scopes'])
      .select(['i.requests_per_minute', 'i.revoked_at'])
      .where('k.id', '=', keyId)
      .executeTakeFirst(),
  );
  if (row === undefined || row.revoked_at !== null) return null;
  if (row.expires_at !== null && row.expires_at <= nowMs) return null;
  if (!timingSafeEqual(row.secret_hash, hashOf(secret))) return null;
  return {
    utilityId: place.utility_id,
    integrationId: row.id,
    name: row.name,
    scopes: row.scopes,
    requestsPerMinute: row.requests_per_minute,
  };
}

const noteUse = (
  database: Database,
  o: { readonly keyId: string; readonly utilityId: string; readonly nowMs: number },
): Promise<unknown> =>
  database.inUtility(o.utilityId, (tx) =>
    sql`UPDATE integration_keys SET last_used_at = ${new Date(o.nowMs)}::timestamptz
      WHERE id = ${o.keyId}::uuid AND (last_used_at IS NULL
        OR last_used_at < ${instant(o.nowMs - minuteMs)})`.execute(tx),
  );

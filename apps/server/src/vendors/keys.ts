// A till's key: `pwv_<id>_<secret>`, 256 random bits, shown once. The id leads to the tenant and
// the row; the secret's SHA-256 is compared in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '@prewatt/quantities';
import type { Database } from '../platform/database.ts';

/** Who sells: a till of a vendor, signed in by its key. */
export type Till = {
  readonly utilityId: string;
  readonly vendorId: string;
  readonly keyId: string;
  readonly label: string;
};

const secretBytes = 32;
const format =
  /^Bearer pwv_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([0-9a-f]{64})$/;
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export function makeKey(
  keyId: string,
  random: RandomBytes,
): { readonly key: string; readonly secretHash: Buffer } {
  const secret = Buffer.from(random(secretBytes)).toString('hex');
  return { key: `pwv_${keyId}_${secret}`, secretHash: hashOf(secret) };
}

/** The till of an Authorization header, or null for anything but a live key. */
export async function tillOf(database: Database, header: string): Promise<Till | null> {
  const [, keyId, secret] = format.exec(header) ?? [];
  if (keyId === undefined || secret === undefined) return null;
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

// Identifiers: a prefix that names the kind and a UUIDv7 behind it, `sale_0190…`. In PostgreSQL
// only the UUID is stored.

import type { Brand } from './brand.ts';
import { err, ok, type Result } from './result.ts';

const prefixes = [
  'utility',
  'customer',
  'connection',
  'meter',
  'tariff',
  'quote',
  'sale',
  'token',
  'payment',
  'transfer',
  'account',
  'command',
  'message',
  'operator',
  'key',
  'vendor',
  'shift',
  'deposit',
  'proof',
  'file',
  'difference',
  'import',
  'debt',
  'approval',
  'backTest',
  'grant',
  'landing',
  'campaign',
  'correction',
  'refund',
  'money',
  'replay',
  'install',
  'assignment',
  'act',
  'integration',
  'endpoint',
  'event',
  'delivery',
  'clerk',
  'node',
  'case',
  'batch',
  'notification',
  'ticket',
  'invitation',
] as const;
export type IdPrefix = (typeof prefixes)[number];
export type Id<P extends IdPrefix> = Brand<`${P}_${string}`, P>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * `sale_<uuid>` from a UUID that the database or a generator made. Throws on a malformed UUID: a
 * bug.
 */
export function idFromUuid<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  if (!uuidPattern.test(uuid)) throw new Error(`not a uuid for ${prefix}`);
  return `${prefix}_${uuid}` as Id<P>;
}

/** The UUID inside an identifier. */
export function uuidOf(id: Id<IdPrefix>): string {
  return id.slice(id.indexOf('_') + 1);
}

/** The UUID inside a text that a schema has found to be an identifier. */
export const uuidIn = (text: string): string => uuidOf(text as Id<IdPrefix>);

/** An identifier that came from outside. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Result<Id<P>, 'id-format'> {
  const start = `${prefix}_`;
  if (!text.startsWith(start) || !uuidPattern.test(text.slice(start.length))) {
    return err('id-format');
  }
  return ok(text as Id<P>);
}

/**
 * A UUIDv7 (RFC 9562, 5.7) from an instant and 10 random bytes, both handed in, so that identifiers
 * are reproducible under a seed.
 */
export function uuidV7(epochMs: number, random: Uint8Array): string {
  if (!Number.isSafeInteger(epochMs) || epochMs < 0 || epochMs >= 2 ** 48) {
    throw new RangeError('uuidV7: instant out of range');
  }
  if (random.length < 10) throw new RangeError('uuidV7: 10 random bytes needed');
  const time = epochMs.toString(16).padStart(12, '0');
  const byte = (i: number): string => hexOf[random[i] ?? 0] ?? '';
  // The digits behind the version and the variant, as they come: a digit is dropped for the latter.
  const [first, second] = [byte(0) + byte(1), byte(2) + byte(3)];
  const variant = (8 + (Number.parseInt(first.charAt(3), 16) & 3)).toString(16);
  const node = `${second.slice(3)}${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9).charAt(0)}`;
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${first.slice(0, 3)}-` +
    `${variant}${second.slice(0, 3)}-${node}`
  );
}

const hexOf = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Buckets: 0..1023, the unit of distribution (ARCHITECTURE, storage). */
export const bucketCount = 1024;

/**
 * The bucket of a connection: a hash of its UUID's 32 hex digits, so that any party can compute it.
 */
export function bucketOfConnection(id: Id<'connection'>): number {
  let hash = 0x811c9dc5;
  for (const character of uuidOf(id).replaceAll('-', '')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  // FNV leaves its last characters in the low bits; the finaliser of MurmurHash3 spreads them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % bucketCount;
}

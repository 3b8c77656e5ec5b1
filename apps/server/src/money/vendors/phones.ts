// A shop's phone as a till: brought in by a code that works once, known from then on by a secret in
// its cookie, of which the hash rests here. The key behind it opens nothing else.

import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { type Database, instant, type Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Till } from './keys.ts';

/** A code has to be typed within so long. */
export const codeLivesMs = 24 * 3_600_000;

// Crockford's base 32: no letter that is taken for a digit, no U. Twelve of them are 60 bits.
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** "7K3M-92QD-XW0F": what is read out, sent or scanned. */
export function makeCode(random: RandomBytes): string {
  const all = [...random(12)].map((byte) => letters[byte & 31]).join('');
  return all.replace(/(.{4})(?=.)/g, '$1-');
}

/** As it was made, whatever a person made of it: small letters, O for 0, I or L for 1, blanks. */
export const plainCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');

const cookieFormat =
  /^pwp_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([0-9a-f]{64})$/;

/** A phone that is known, with its shop. */
export type Phone = Till & { readonly vendorName: string };

export type Phones = {
  /** Spends the code: the text of the phone's cookie. One that is wrong, old or spent: refused. */
  readonly enrol: (code: string) => Promise<Result<string, 'codeRefused'>>;
  /** The phone of a cookie; null for none that may still sell. */
  readonly phoneOf: (cookie: string) => Promise<Phone | null>;
};

export function createPhones(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly random: RandomBytes;
}): Phones {
  return {
    enrol: async (code) => {
      const place = await o.database.directories
        .selectFrom('vendor_phone_directory')
        .select(['key_id', 'utility_id'])
        .where('code_hash', '=', sha256(plainCode(code)))
        .executeTakeFirst();
      if (place === undefined) return err('codeRefused');
      const keyId = place.key_id;
      const secret = Buffer.from(o.random(32)).toString('hex');
      const nowMs = o.clocks.real.nowMs();
      const taken = await o.database.inUtility(place.utility_id, (tx) =>
        tx
          .updateTable('vendor_phones')
          .set({ secret_hash: sha256(secret), enrolled_at: new Date(nowMs) })
          .where('key_id', '=', keyId)
          .where('enrolled_at', 'is', null)
          .where('code_expires_at', '>', instant(nowMs))
          .where((eb) => eb.exists(liveKey(tx, keyId)))
          .returning('key_id')
          .executeTakeFirst(),
      );
      return taken === undefined ? err('codeRefused') : ok(`pwp_${keyId}_${secret}`);
    },

    phoneOf: async (cookie) => {
      const [, keyId, secret] = cookieFormat.exec(cookie) ?? [];
      if (keyId === undefined || secret === undefined) return null;
      const place = await o.database.directories
        .selectFrom('vendor_key_directory')
        .select('utility_id')
        .where('key_id', '=', keyId)
        .executeTakeFirst();
      if (place === undefined) return null;
      const row = await o.database.inUtility(place.utility_id, (tx) => readPhone(tx, keyId));
      const hash = row?.secret_hash ?? null;
      if (row === undefined || hash === null || row.revoked_at !== null) return null;
      if (!timingSafeEqual(hash, sha256(secret))) return null;
      const { utility_id: utilityId, vendor_id: vendorId, label, name: vendorName } = row;
      return { utilityId, vendorId, keyId, label, vendorName };
    },
  };
}

const liveKey = (tx: Tx, keyId: string) =>
  tx.selectFrom('vendor_keys').select('id').where('id', '=', keyId).where('revoked_at', 'is', null);

const readPhone = (tx: Tx, keyId: string) =>
  tx
    .selectFrom('vendor_phones')
    .innerJoin('vendor_keys', 'vendor_keys.id', 'vendor_phones.key_id')
    .innerJoin('vendors', 'vendors.id', 'vendor_phones.vendor_id')
    .select(['vendor_phones.secret_hash', 'vendor_phones.utility_id', 'vendor_phones.vendor_id'])
    .select(['vendor_keys.label', 'vendor_keys.revoked_at', 'vendors.name'])
    .where('vendor_phones.key_id', '=', keyId)
    .executeTakeFirst();

// Vending keys: sealed at rest under the master key, opened only here, and turned into a meter's
// decoder key. Nothing outside this folder ever holds a vending key's bytes.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type DecoderKey,
  deriveDecoderKey,
  type KeyType,
  vendingKeyFromBytes,
} from '@prewatt/sts/keys';
import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';

export type MeterKey = {
  readonly decoderKey: DecoderKey;
  readonly baseDate: 93 | 14 | 35;
  readonly keyExpiry: number;
  readonly keyType: KeyType;
};

/** In the order of the checks. */
export type KeyRefusal = 'vendingKeyMissing' | 'vendingKeyUnusable';

export type Keys = {
  /** The key of a meter, derived for this one use. */
  readonly meterKey: (
    tx: Tx,
    meter: Connection['meter'],
    utilityId: string,
  ) => Promise<Result<MeterKey, KeyRefusal>>;
};

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * nonce | tag | ciphertext, bound to the utility, so that a row copied to another tenant does not
 * open.
 */
export function sealVendingKey(masterKey: Buffer, utilityId: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, masterKey, nonce).setAAD(Buffer.from(utilityId));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function openVendingKey(masterKey: Buffer, utilityId: string, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv(algorithm, masterKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAAD(Buffer.from(utilityId));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}

export function createKeys(o: { masterKey: Buffer }): Keys {
  return {
    meterKey: async (tx, meter, utilityId) => {
      const row = await tx
        .selectFrom('vending_keys')
        .selectAll()
        .where('supply_group_code', '=', meter.supplyGroupCode)
        .where('key_revision', '=', meter.keyRevision)
        .executeTakeFirst();
      if (row === undefined) return err('vendingKeyMissing');
      const bytes = openVendingKey(o.masterKey, utilityId, row.sealed);
      if (bytes === null) return err('vendingKeyUnusable');
      const vendingKey = vendingKeyFromBytes(bytes);
      bytes.fill(0);
      if (!vendingKey.ok) return err('vendingKeyUnusable');
      const baseDate = row.base_date as MeterKey['baseDate'];
      const keyType = row.key_type as KeyType;
      const decoderKey = deriveDecoderKey(vendingKey.value, {
        dkga: row.dkga,
        ea: meter.encryptionAlgorithm,
        meterPan: meter.meterPan,
        supplyGroupCode: meter.supplyGroupCode,
        tariffIndex: meter.tariffIndex,
        keyRevision: meter.keyRevision,
        keyType,
        baseDate,
      });
      if (!decoderKey.ok) return err('vendingKeyUnusable');
      return ok({ decoderKey: decoderKey.value, baseDate, keyExpiry: row.key_expiry, keyType });
    },
  };
}

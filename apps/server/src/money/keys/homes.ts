// Where a vending key is kept. What is sealed in its row opens to the key's bytes, or to the name
// of a key in the hardware token: either is bound to the utility, so that a row copied to another
// tenant makes no token.

import { createHmac, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import { type VendingKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import type { Hardware, HardwareFaultKind } from '../../base/hardware/index.ts';
import { open, seal } from '../../base/seal.ts';

/** What is needed to open rows of vending keys, and to make new ones. */
export type KeyHomes = {
  readonly masterKey: Buffer;
  /** Without it every key is kept in software. */
  readonly hardware?: Hardware | undefined;
};

export type HomeKey =
  | { readonly home: 'software'; readonly key: VendingKey }
  | { readonly home: 'token'; readonly keyId: Buffer };

type SealedKey = { readonly utility_id: string; readonly sealed: Buffer };

const tokenMark = Buffer.from('pkcs11:');
const idBytes = 16;
/** Nobody's meter: what the token makes of it shows that it holds the key that was given. */
const checkMessage = Buffer.from('prewatt: is this the key?');

/** Null when the row does not open. */
export function openRow(masterKey: Buffer, row: SealedKey): HomeKey | null {
  const bytes = open(masterKey, row.utility_id, row.sealed);
  if (bytes === null) return null;
  if (bytes.length === tokenMark.length + idBytes && bytes.indexOf(tokenMark) === 0) {
    return { home: 'token', keyId: bytes.subarray(tokenMark.length) };
  }
  const key = vendingKeyFromBytes(bytes);
  bytes.fill(0);
  return key.ok ? { home: 'software', key: key.value } : null;
}

export const newTokenKeyId = (): Buffer => randomBytes(idBytes);

export const sealTokenKey = (masterKey: Buffer, utilityId: string, keyId: Buffer): Buffer =>
  seal(masterKey, utilityId, Buffer.concat([tokenMark, keyId]));

type NewKey = {
  readonly utilityId: string;
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly dkga: 'dkga02' | 'dkga04';
  readonly bytes: Uint8Array;
};

export type HomeRefusal = 'keyStoreAway' | 'keyStoreFull' | 'keyStoreRefuses';

const refusals: Record<HardwareFaultKind, HomeRefusal> = {
  away: 'keyStoreAway',
  pinRefused: 'keyStoreAway',
  pinLocked: 'keyStoreAway',
  full: 'keyStoreFull',
  refuses: 'keyStoreRefuses',
};

/**
 * What is to rest in the row of a new key. One that the token can hold is brought into it before.
 * DKGA02 mixes the vending key itself into each decoder key, so that whoever may ask a token for
 * both halves computes it: such a key stays in software.
 */
export async function settle(homes: KeyHomes, key: NewKey): Promise<Result<Buffer, HomeRefusal>> {
  const { hardware, masterKey } = homes;
  if (hardware === undefined || hardware.settings.newKeys !== 'token' || key.dkga !== 'dkga04') {
    return ok(seal(masterKey, key.utilityId, key.bytes));
  }
  return settleInToken({ hardware, masterKey }, key);
}

export async function settleInToken(
  { hardware, masterKey }: { readonly hardware: Hardware; readonly masterKey: Buffer },
  key: NewKey,
): Promise<Result<Buffer, HomeRefusal>> {
  const keyId = newTokenKeyId();
  const label = `vending ${key.supplyGroupCode}:${key.keyRevision}`;
  const brought = await hardware.bringIn({ keyId, label, key: key.bytes });
  if (!brought.ok) return err(refusals[brought.error.kind]);
  const checked = await hardware.hmac([{ keyId, message: checkMessage }]);
  const want = createHmac('sha256', key.bytes).update(checkMessage).digest();
  if (!checked.ok || checked.value[0] == null || !want.equals(checked.value[0])) {
    await hardware.destroy(keyId);
    return err(checked.ok ? 'keyStoreRefuses' : refusals[checked.error.kind]);
  }
  return ok(sealTokenKey(masterKey, key.utilityId, keyId));
}

// Secrets at rest: AES-256-GCM under the master key, bound to the utility, so that a row copied to
// another tenant does not open.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** nonce | tag | ciphertext; `bound` must be given again to open it. */
export function seal(masterKey: Buffer, bound: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, masterKey, nonce).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Null when it does not open: another master key, another binding, an altered byte. */
export function open(masterKey: Buffer, bound: string, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv(algorithm, masterKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAAD(Buffer.from(bound));
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

/** A row with something sealed, for whoever seals all of them under another master key. */
export type SealedRow<Kind extends string> = {
  readonly kind: Kind;
  /** For people. */
  readonly name: string;
  readonly utilityId: string;
  readonly bound: string;
  readonly sealed: Buffer;
  readonly save: (sealed: Buffer) => Promise<void>;
};

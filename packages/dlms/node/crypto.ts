// The primitives of src/crypto.ts on node:crypto. Outside of src, which knows no platform.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { DlmsCrypto, OpenInput, SealInput } from '../src/crypto.ts';

const tagBytes = 12;
const cipherOf = (key: Uint8Array): 'aes-128-gcm' | 'aes-256-gcm' =>
  key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';

function seal({ key, iv, aad, plaintext }: SealInput): Uint8Array {
  const cipher = createCipheriv(cipherOf(key), key, iv, { authTagLength: tagBytes });
  if (aad.length > 0) cipher.setAAD(aad);
  const sealed = new Uint8Array(plaintext.length + tagBytes);
  if (plaintext.length > 0) sealed.set(cipher.update(plaintext));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function open({ key, iv, aad, sealed }: OpenInput): Uint8Array | null {
  if (sealed.length < tagBytes) return null;
  const decipher = createDecipheriv(cipherOf(key), key, iv, { authTagLength: tagBytes });
  if (aad.length > 0) decipher.setAAD(aad);
  const split = sealed.length - tagBytes;
  decipher.setAuthTag(sealed.subarray(split));
  try {
    const plaintext = decipher.update(sealed.subarray(0, split));
    decipher.final();
    return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  } catch {
    return null;
  }
}

const wrapIv = new Uint8Array(8).fill(0xa6);
const wrapCipherOf = (key: Uint8Array): string => `id-aes${key.length * 8}-wrap`;

function wrapKey(kek: Uint8Array, key: Uint8Array): Uint8Array {
  const cipher = createCipheriv(wrapCipherOf(kek), kek, wrapIv);
  return new Uint8Array(Buffer.concat([cipher.update(key), cipher.final()]));
}

function unwrapKey(kek: Uint8Array, wrapped: Uint8Array): Uint8Array | null {
  if (wrapped.length < 24 || wrapped.length % 8 !== 0) return null;
  try {
    const decipher = createDecipheriv(wrapCipherOf(kek), kek, wrapIv);
    return new Uint8Array(Buffer.concat([decipher.update(wrapped), decipher.final()]));
  } catch {
    return null;
  }
}

// PKCS #8 and SubjectPublicKeyInfo of P-256, up to the key itself.
const privatePrefix = Buffer.from(
  '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420',
  'hex',
);
const publicPrefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');

const privateKeyOf = (key: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, key]), format: 'der', type: 'pkcs8' });

const publicKeyOf = (key: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicPrefix, key]), format: 'der', type: 'spki' });

/** The public point (64 bytes) of a private key of 32 bytes, on P-256. */
export function publicKeyFor(privateKey: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyOf(privateKey)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(publicPrefix.length));
}

export const nodeCrypto: DlmsCrypto = {
  seal,
  open,
  wrapKey,
  unwrapKey,
  hash: (algorithm, bytes) => new Uint8Array(createHash(algorithm).update(bytes).digest()),
  sign: (privateKey, bytes) =>
    new Uint8Array(
      sign('sha256', bytes, { key: privateKeyOf(privateKey), dsaEncoding: 'ieee-p1363' }),
    ),
  verify: ({ publicKey, bytes, signature }) => {
    try {
      const key = publicKeyOf(publicKey);
      return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
    } catch {
      return false;
    }
  },
};

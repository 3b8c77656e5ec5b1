// SHA-256 and Ed25519 of src/crypto.ts on node:crypto. Outside of src, which knows no platform.

import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { NoteCrypto, Sign } from '../src/crypto.ts';

/** DER before the 32 bytes of a public key, and of a private one (RFC 8410). */
const publicStart = Buffer.from('302a300506032b6570032100', 'hex');
const privateStart = Buffer.from('302e020100300506032b657004220420', 'hex');

export const nodeCrypto: NoteCrypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  verify: ({ publicKey, message, signature }) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const der = Buffer.concat([publicStart, publicKey]);
    try {
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      return verify(null, message, key, signature);
    } catch {
      return false;
    }
  },
};

/** A signer from the 32 bytes of a private key, with its public key. */
export function ed25519Signer(privateKey: Uint8Array): {
  readonly sign: Sign;
  readonly publicKey: Uint8Array;
} {
  if (privateKey.length !== 32) throw new RangeError('a private key of Ed25519 has 32 bytes');
  const der = Buffer.concat([privateStart, privateKey]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    sign: (message) => sign(null, message, key),
    publicKey: new Uint8Array(spki.subarray(publicStart.length)),
  };
}

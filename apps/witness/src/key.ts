// The key of a witness: 32 bytes in its folder, made once and readable to its account alone.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyText, type NoteKey, type Sign } from '@prewatt/transparency';
import { ed25519Signer, nodeCrypto } from '@prewatt/transparency/node-crypto';

export type WitnessKey = { readonly key: NoteKey; readonly sign: Sign; readonly text: string };

/** The key in the folder, which is made where there is none. Throws what the system refuses. */
export function witnessKey(stateDir: string, name: string): WitnessKey {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const path = join(stateDir, 'key');
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  }
  const { sign, publicKey } = ed25519Signer(Buffer.from(readFileSync(path, 'utf8'), 'base64'));
  const key: NoteKey = { name, kind: 'cosignature', publicKey };
  return { key, sign, text: keyText(nodeCrypto.sha256, key) };
}

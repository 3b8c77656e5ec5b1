// The key that a utility's log is signed with: made once, sealed under the master key.

import { randomBytes } from 'node:crypto';
import type { NoteKey, Sign } from '@prewatt/transparency';
import { ed25519Signer } from '@prewatt/transparency/node-crypto';
import type { Tx } from '../../base/database.ts';
import { open, seal } from '../../base/seal.ts';
import { readLogKey, writeLogKey } from './store.ts';

export type LogSigner = { readonly key: NoteKey; readonly sign: Sign };

export const boundToLog = (utilityId: string): string => `token-log:${utilityId}`;

/** Throws when the master key is another one. */
export async function logSigner(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly masterKey: Buffer;
    readonly publicUrl: string;
    readonly realNowMs: () => number;
  },
): Promise<LogSigner> {
  const kept = (await readLogKey(tx)) ?? (await makeKey(tx, o));
  const secret = open(o.masterKey, boundToLog(o.utilityId), kept.sealed);
  if (secret === null) throw new Error('the key of the token log does not open');
  const { sign, publicKey } = ed25519Signer(secret);
  return { sign, key: { name: kept.origin, kind: 'ed25519', publicKey } };
}

async function makeKey(tx: Tx, o: Parameters<typeof logSigner>[1]) {
  const secret = randomBytes(32);
  const { publicKey } = ed25519Signer(secret);
  const made = {
    origin: originOf(o.publicUrl, o.utilityId),
    publicKey: Buffer.from(publicKey),
    sealed: seal(o.masterKey, boundToLog(o.utilityId), secret),
  };
  await writeLogKey(tx, { ...made, utilityId: o.utilityId, madeAtMs: o.realNowMs() });
  const kept = await readLogKey(tx);
  return kept ?? made;
}

/** A host and a path without a scheme; the name stays when the address changes. */
const originOf = (publicUrl: string, utilityId: string): string =>
  `${new URL(publicUrl).host}${logPath(utilityId)}`;

const logPath = (utilityId: string): string => `/log/${utilityId}`;

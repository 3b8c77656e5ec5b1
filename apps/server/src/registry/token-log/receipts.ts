// Proof for the holder of a receipt that a token is in the public log: its leaf, and the way from
// it to a head that witnesses signed. The browser checks it by itself; no secret is in it.

import {
  inclusionPlan,
  nodeReader,
  proofOf,
  readCheckpoint,
  readNote,
  tilePath,
  tilesOfPlans,
} from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { tileBytes } from './files.ts';
import { readHead, readLogKey } from './store.ts';

export type LogProof = {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  /** Base64, from the leaf up. */
  readonly proof: readonly string[];
  /** The head as a signed note. */
  readonly checkpoint: string;
  /** The name of the utility's log, which the head begins with. */
  readonly origin: string;
  /** Of the log, 32 bytes in base64. */
  readonly publicKey: string;
  /** By the real clock of the database. */
  readonly sinceMs: number;
  readonly isWitnessed: boolean;
};

/**
 * Of a token by its row's key and place in the order of entry; null while it is below no signed
 * head, and for a token of before the log.
 */
export async function tokenProof(
  tx: Tx,
  o: { readonly bucket: number; readonly id: string; readonly entered: bigint },
): Promise<LogProof | null> {
  const { rows } = await sql<{ place: bigint; leaf: Buffer }>`
    SELECT e.place, l.leaf FROM prewatt_log.leaves l
    JOIN prewatt_log.entries e ON e.utility_id = l.utility_id AND e.leaf_id = l.id
    WHERE l.to_entry >= ${o.entered} AND l.from_entry <= ${o.entered}
    ORDER BY l.to_entry, e.place LIMIT 50`.execute(tx);
  const line = `\n[${o.bucket},"${o.id}"]\t`;
  const found = rows.find(({ leaf }) => leaf.includes(line));
  const [head, key] = [await readHead(tx), await readLogKey(tx)];
  if (found === undefined || head?.checkpoint == null || key === null) return null;
  const index = Number(found.place);
  const isWitnessed = head.witnessed !== null && (head.witnessedSize ?? 0) > index;
  const checkpoint = isWitnessed ? (head.witnessed ?? '') : head.checkpoint;
  const note = readNote(Buffer.from(checkpoint));
  const read = note.ok ? readCheckpoint(note.value.text) : note;
  if (!read.ok || read.value.size <= index) return null;
  const { size } = read.value;
  const leaf = found.leaf.toString('utf8');
  return {
    ...{ leaf, index, size, checkpoint, isWitnessed },
    proof: (await proofFor(tx, index, size)).map((hash) => Buffer.from(hash).toString('base64')),
    origin: key.origin,
    publicKey: key.publicKey.toString('base64'),
    sinceMs: Date.parse(JSON.parse(leaf.split('\n')[1] ?? '{}').at ?? ''),
  };
}

async function proofFor(tx: Tx, index: number, size: number): Promise<readonly Uint8Array[]> {
  const plans = inclusionPlan(index, size);
  const tiles = new Map<string, Uint8Array>();
  for (const tile of tilesOfPlans(plans, size)) {
    tiles.set(tilePath(tile), await tileBytes(tx, tile));
  }
  const { sha256 } = nodeCrypto;
  const read = nodeReader(sha256, size, (tile) => tiles.get(tilePath(tile)) ?? new Uint8Array());
  return proofOf(sha256, plans, read);
}

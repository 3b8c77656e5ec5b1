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
import { type LogKey, readHead, readLogKey } from './store.ts';

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

export type TokenRow = { readonly bucket: number; readonly id: string; readonly entered: bigint };
type Stands = {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly checkpoint: string;
  readonly isWitnessed: boolean;
  readonly key: LogKey;
  readonly sinceMs: number;
};

/**
 * Of a token by its row's key and place in the order of entry; null while it is below no signed
 * head, and for a token of before the log.
 */
export async function tokenProof(tx: Tx, token: TokenRow): Promise<LogProof | null> {
  const stands = await whereItStands(tx, token);
  if (stands === null) return null;
  const { key, ...shown } = stands;
  const hashes = await proofFor(tx, shown.index, shown.size);
  return {
    ...shown,
    proof: hashes.map((hash) => Buffer.from(hash).toString('base64')),
    origin: key.origin,
    publicKey: key.publicKey.toString('base64'),
  };
}

/** Since when a token is in the log, without the proof; null as above. */
export async function tokenSince(
  tx: Tx,
  token: TokenRow,
): Promise<Pick<LogProof, 'sinceMs' | 'origin'> | null> {
  const stands = await whereItStands(tx, token);
  return stands === null ? null : { sinceMs: stands.sinceMs, origin: stands.key.origin };
}

async function whereItStands(tx: Tx, token: TokenRow): Promise<Stands | null> {
  const found = await leafOf(tx, token);
  const [head, key] = [await readHead(tx), await readLogKey(tx)];
  if (found === undefined || head?.checkpoint == null || key === null) return null;
  const index = Number(found.place);
  const isWitnessed = head.witnessed !== null && (head.witnessedSize ?? 0) > index;
  const checkpoint = isWitnessed ? (head.witnessed ?? '') : head.checkpoint;
  const note = readNote(Buffer.from(checkpoint));
  const read = note.ok ? readCheckpoint(note.value.text) : note;
  if (!read.ok || read.value.size <= index) return null;
  const leaf = found.leaf.toString('utf8');
  const sinceMs = Date.parse(JSON.parse(leaf.split('\n')[1] ?? '{}').at ?? '');
  return { leaf, index, size: read.value.size, checkpoint, isWitnessed, key, sinceMs };
}

/** So many statements at once may have made tokens beside a batch that is long in the making. */
const mostAtOnce = 200;

/**
 * The leaf by which the token began. From its place in the order of entry on only so many leaves
 * are looked at: the log has all newer ones behind it.
 */
async function leafOf(tx: Tx, { bucket, id, entered }: TokenRow) {
  const { rows } = await sql<{ place: bigint; leaf: Buffer }>`
    SELECT e.place, l.leaf FROM (
      SELECT utility_id, id, from_entry, to_entry, leaf FROM prewatt_log.leaves
      WHERE to_entry >= ${entered} AND substring(leaf FROM 15 FOR 30) IN (
        convert_to('{"table":"tokens","op":"insert', 'UTF8'),
        convert_to('{"table":"tokens","op":"found"', 'UTF8'))
      ORDER BY to_entry LIMIT ${mostAtOnce}) l
    JOIN prewatt_log.entries e ON e.utility_id = l.utility_id AND e.leaf_id = l.id
    WHERE l.from_entry <= ${entered} ORDER BY l.to_entry, e.place`.execute(tx);
  const line = `\n[${bucket},"${id}"]\t`;
  return rows.find(({ leaf }) => leaf.includes(line));
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

// SQL of the token log: places, heads, keys and whole tiles, all of the utility of the transaction.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

export type Head = {
  readonly size: number;
  readonly peaks: Buffer;
  readonly checkpoint: string | null;
  /** The newest head with signatures of witnesses. */
  readonly witnessed: string | null;
  readonly witnessedSize: number | null;
  readonly witnessedAtMs: number | null;
};
export type LogKey = {
  readonly origin: string;
  readonly publicKey: Buffer;
  readonly sealed: Buffer;
};
export type WholeTile = {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
};

/** Gives places to at most so many leaves, with their hashes; locks the head until the end. */
export async function givePlaces(
  tx: Tx,
  most: number,
): Promise<readonly { readonly place: number; readonly hash: Buffer }[]> {
  const { rows } = await sql<{ place: bigint; hash: Buffer }>`
    SELECT place, hash FROM prewatt_log.give_places(${most})`.execute(tx);
  return rows.map(({ place, hash }) => ({ place: Number(place), hash }));
}

/** Whether the snapshot shows leaves without a place. */
export async function hasUnplaced(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`SELECT EXISTS (
    SELECT FROM prewatt_log.leaves l JOIN prewatt_log.heads h USING (utility_id)
    WHERE l.id > h.done_to AND NOT EXISTS (SELECT FROM prewatt_log.entries e
      WHERE e.utility_id = l.utility_id AND e.leaf_id = l.id)) AS has`.execute(tx);
  return rows[0]?.has === true;
}

export async function readHead(tx: Tx): Promise<Head | null> {
  const { rows } = await sql<{
    size: bigint;
    peaks: Buffer;
    checkpoint: string | null;
    witnessed: string | null;
    witnessed_size: bigint | null;
    witnessed_at: number | null;
  }>`SELECT size, peaks, checkpoint, witnessed, witnessed_size, witnessed_at
    FROM prewatt_log.heads`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    ...{ size: Number(row.size), peaks: row.peaks },
    ...{ checkpoint: row.checkpoint, witnessed: row.witnessed },
    witnessedSize: row.witnessed_size === null ? null : Number(row.witnessed_size),
    witnessedAtMs: row.witnessed_at,
  };
}

export async function writeHead(
  tx: Tx,
  o: { size: number; peaks: Uint8Array; checkpoint: string; signedAtMs: number },
): Promise<void> {
  await sql`UPDATE prewatt_log.heads SET size = ${o.size}, peaks = ${Buffer.from(o.peaks)},
    checkpoint = ${o.checkpoint}, signed_at = ${new Date(o.signedAtMs)}`.execute(tx);
}

export async function readLogKey(tx: Tx): Promise<LogKey | null> {
  const { rows } = await sql<{ origin: string; public_key: Buffer; sealed: Buffer }>`
    SELECT origin, public_key, sealed FROM prewatt_log.keys`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return { origin: row.origin, publicKey: row.public_key, sealed: row.sealed };
}

export async function writeLogKey(
  tx: Tx,
  o: LogKey & { readonly utilityId: string; readonly madeAtMs: number },
): Promise<void> {
  await sql`INSERT INTO prewatt_log.keys (utility_id, origin, public_key, sealed, made_at)
    VALUES (${o.utilityId}, ${o.origin}, ${o.publicKey}, ${o.sealed}, ${new Date(o.madeAtMs)})
    ON CONFLICT DO NOTHING`.execute(tx);
}

export async function writeTiles(
  tx: Tx,
  utilityId: string,
  tiles: readonly WholeTile[],
): Promise<void> {
  for (const { level, index, hashes } of tiles) {
    await sql`INSERT INTO prewatt_log.tiles (utility_id, level, index, hashes)
      VALUES (${utilityId}, ${level}, ${index}, ${Buffer.from(hashes)})`.execute(tx);
  }
}

/** A whole tile; null where there is none. */
export async function readTile(tx: Tx, level: number, index: number): Promise<Buffer | null> {
  const { rows } = await sql<{ hashes: Buffer }>`SELECT hashes FROM prewatt_log.tiles
    WHERE level = ${level} AND index = ${index}`.execute(tx);
  return rows[0]?.hashes ?? null;
}

/** The whole tiles of a span of a level, those that are there. */
export async function readTiles(
  tx: Tx,
  { level, from, count }: { level: number; from: number; count: number },
): Promise<ReadonlyMap<number, Buffer>> {
  const { rows } = await sql<{ index: bigint; hashes: Buffer }>`SELECT index, hashes
    FROM prewatt_log.tiles WHERE level = ${level} AND index >= ${from}
      AND index < ${from + count}`.execute(tx);
  return new Map(rows.map(({ index, hashes }) => [Number(index), hashes]));
}

/** Hashes of the leaves from a place on, in order. */
export async function readLeafHashes(
  tx: Tx,
  from: number,
  count: number,
): Promise<readonly Buffer[]> {
  const { rows } = await sql<{ hash: Buffer }>`
    SELECT sha256('\\x00'::bytea || l.leaf) AS hash FROM prewatt_log.entries e
    JOIN prewatt_log.leaves l ON l.utility_id = e.utility_id AND l.id = e.leaf_id
    WHERE e.place >= ${from} AND e.place < ${from + count} ORDER BY e.place`.execute(tx);
  return rows.map(({ hash }) => hash);
}

export async function readLeaves(tx: Tx, from: number, count: number): Promise<readonly Buffer[]> {
  const { rows } = await sql<{ leaf: Buffer }>`
    SELECT l.leaf FROM prewatt_log.entries e
    JOIN prewatt_log.leaves l ON l.utility_id = e.utility_id AND l.id = e.leaf_id
    WHERE e.place >= ${from} AND e.place < ${from + count} ORDER BY e.place`.execute(tx);
  return rows.map(({ leaf }) => leaf);
}

// Gives committed leaves their places and signs the log's new head, once a second and for one
// process at a time. A sale never waits for it: it locks the head alone, which only it writes.

import {
  append,
  type CompletedNode,
  checkpointText,
  frontierRoot,
  signNote,
  tileWidth,
  writeNote,
} from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { Database, Tx } from '../../base/database.ts';
import { type LogSigner, logSigner } from './key.ts';
import {
  givePlaces,
  hasUnplaced,
  readHead,
  readLeafHashes,
  readTiles,
  type WholeTile,
  writeHead,
  writeTiles,
} from './store.ts';

const { sha256 } = nodeCrypto;
const hashBytes = 32;
/** Of one transaction: below 100 ms with leaves of a few kilobytes. */
const most = 2_000;

export type SequencerDeps = {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  readonly realNowMs: () => number;
};

export type Sequencer = {
  /** Places for all that is committed, and a signed head; how many leaves came. */
  readonly sequence: (utilityId: string) => Promise<number>;
};

export function createSequencer(o: SequencerDeps): Sequencer {
  return {
    sequence: async (utilityId) => {
      for (let all = 0; ; ) {
        const came = await o.database.inUtility(utilityId, (tx) => sequenceSome(tx, utilityId, o));
        all += came;
        if (came < most) return all;
      }
    },
  };
}

async function sequenceSome(
  tx: Tx,
  utilityId: string,
  o: Omit<SequencerDeps, 'database'>,
): Promise<number> {
  const placed = await givePlaces(tx, most);
  const [first] = placed;
  if (first === undefined) return 0;
  const head = await readHead(tx);
  if (head === null) throw new Error('the log has no head');
  // Places are given by the database, the head is written here.
  if (first.place !== head.size) {
    throw new Error(`the head of the log is at ${head.size}, its leaves go on at ${first.place}`);
  }
  const before = { size: head.size, peaks: hashesIn(head.peaks) };
  const { frontier, completed } = append(
    sha256,
    before,
    placed.map(({ hash }) => hash),
  );
  await writeTiles(tx, utilityId, await wholeTiles(tx, before.size, completed));
  const signer = await logSigner(tx, { ...o, utilityId });
  await writeHead(tx, {
    size: frontier.size,
    peaks: Buffer.concat(frontier.peaks),
    checkpoint: signedHead(signer, frontier.size, frontierRoot(sha256, frontier)),
    signedAtMs: o.realNowMs(),
  });
  return placed.length;
}

/**
 * Places for all that this transaction's snapshot shows, and the signed head; the caller takes
 * REPEATABLE READ. Throws with the code `NOTPL` while another process gives places.
 */
export async function placeAll(
  tx: Tx,
  utilityId: string,
  o: Omit<SequencerDeps, 'database'>,
): Promise<{ readonly head: { size: number; checkpoint: string }; readonly signer: LogSigner }> {
  while ((await sequenceSome(tx, utilityId, o)) === most);
  const [head, signer] = [await readHead(tx), await logSigner(tx, { ...o, utilityId })];
  if (head?.checkpoint == null || (await hasUnplaced(tx))) {
    throw Object.assign(new Error('another process gives places'), { code: 'NOTPL' });
  }
  return { head: { size: head.size, checkpoint: head.checkpoint }, signer };
}

const hashesIn = (bytes: Buffer): readonly Buffer[] =>
  Array.from({ length: bytes.length / hashBytes }, (_, i) =>
    bytes.subarray(i * hashBytes, (i + 1) * hashBytes),
  );

function signedHead(signer: LogSigner, size: number, root: Uint8Array): string {
  const text = checkpointText({ origin: signer.key.name, size, root, extensions: [] });
  return writeNote({ text, signatures: [signNote(sha256, text, signer)] });
}

/**
 * Tiles that have all their hashes now. What stood in them before is read: of the lowest level from
 * the leaves, above from the whole tiles below.
 */
async function wholeTiles(
  tx: Tx,
  sizeBefore: number,
  completed: readonly CompletedNode[],
): Promise<readonly WholeTile[]> {
  const made: WholeTile[] = [];
  const madeAt = (level: number, index: number) =>
    made.find((tile) => tile.level === level && tile.index === index)?.hashes;
  for (let level = 0; ; level += 1) {
    const width = tileWidth ** level;
    const before = Math.floor(sizeBefore / width);
    const fresh = completed.filter((node) => node.level === level * 8);
    const firstTile = Math.floor(before / tileWidth);
    const lastTile = Math.floor((before + fresh.length) / tileWidth);
    if (fresh.length === 0) return made;
    if (firstTile === lastTile) continue;
    const start = firstTile * tileWidth;
    const old = await hashesBefore(tx, { level, from: start, count: before - start, madeAt });
    const all = [...old, ...fresh.map(({ hash }) => hash)];
    for (let index = firstTile; index < lastTile; index += 1) {
      const at = (index - firstTile) * tileWidth;
      made.push({ level, index, hashes: Buffer.concat(all.slice(at, at + tileWidth)) });
    }
  }
}

type Before = {
  readonly level: number;
  readonly from: number;
  readonly count: number;
  readonly madeAt?: (level: number, index: number) => Uint8Array | undefined;
};

/** Hashes of a level from a place on that stand in no whole tile of their own yet. */
export async function hashesBefore(tx: Tx, o: Before): Promise<readonly Uint8Array[]> {
  const { level, from, count } = o;
  if (count === 0) return [];
  if (level === 0) return await readLeafHashes(tx, from, count);
  const kept = await readTiles(tx, { level: level - 1, from, count });
  const hashes: Uint8Array[] = [];
  for (let i = from; i < from + count; i += 1) {
    const below = o.madeAt?.(level - 1, i) ?? kept.get(i);
    if (below === undefined) throw new Error(`tile ${level - 1}/${i} of the log is away`);
    hashes.push(rootOfTile(below));
  }
  return hashes;
}

function rootOfTile(hashes: Uint8Array): Uint8Array {
  const leaves = Array.from({ length: tileWidth }, (_, i) =>
    hashes.subarray(i * hashBytes, (i + 1) * hashBytes),
  );
  return frontierRoot(sha256, append(sha256, { size: 0, peaks: [] }, leaves).frontier);
}

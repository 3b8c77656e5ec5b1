// Asks each witness to sign the newest head of a log, with the proof that it has grown from the one
// that the witness signed before. A witness that has seen another log raises an alarm: a fork, or a
// database that was put back. A sale never waits for a witness.

import {
  consistencyPlan,
  cosignedAtSeconds,
  type NoteKey,
  nodeReader,
  proofOf,
  readCheckpoint,
  readKey,
  readNote,
  readSignatureLines,
  tilePath,
  tilesOfPlans,
  writeAddCheckpoint,
  writeNote,
} from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { Parts, WitnessPart } from '../../base/parts.ts';
import { tileBytes } from './files.ts';
import { readHead } from './store.ts';

export type WitnessConfig = { readonly url: string; readonly key: NoteKey };
export type WitnessingDeps = {
  readonly database: Database;
  readonly witnesses: readonly WitnessConfig[];
  readonly parts: Pick<Parts, 'up' | 'down'>;
  readonly fetch: typeof fetch;
};
export type Witnessing = {
  /** One round for a utility: whoever has not signed the newest head is asked. */
  readonly ask: (utilityId: string, signal: AbortSignal) => Promise<void>;
};

type Head = { readonly size: number; readonly checkpoint: string };
type Said =
  | { readonly kind: 'signed'; readonly line: string; readonly atMs: number }
  /** It signed a head of this size last. */
  | { readonly kind: 'otherSize'; readonly size: number }
  | { readonly kind: 'contradiction' | 'fault'; readonly detail: string };

const patienceMs = 5_000;
/** One call that fails may be a restart. */
const failuresUntilDown = 3;

export const partOfWitness = ({ key }: WitnessConfig): WitnessPart => `witness-${key.name}`;

/** The parts of witnesses, each with what is missing while it is down. */
export const partsOfWitnesses = (
  witnesses: readonly WitnessConfig[],
): Readonly<Partial<Record<WitnessPart, string>>> =>
  Object.fromEntries(
    witnesses.map((witness) => [
      partOfWitness(witness),
      `the witness ${witness.key.name} of the token log: nobody outside confirms the log`,
    ]),
  );

export function createWitnessing(o: WitnessingDeps): Witnessing {
  const failures = new Map<string, number>();
  const tell = (witness: WitnessConfig, said: Said): void => {
    const part = partOfWitness(witness);
    const { name } = witness.key;
    if (said.kind === 'contradiction') {
      o.parts.down(part, `${name} has seen another log: ${said.detail}`);
      return;
    }
    const failed = said.kind === 'fault' ? (failures.get(name) ?? 0) + 1 : 0;
    failures.set(name, failed);
    if (failed === 0) o.parts.up(part);
    else if (failed >= failuresUntilDown && said.kind === 'fault') {
      o.parts.down(part, `${name}: ${said.detail}`);
    }
  };
  return {
    ask: async (utilityId, signal) => {
      if (o.witnesses.length === 0) return;
      const head = await o.database.inUtility(utilityId, openHead);
      if (head === null) return;
      const lines = await Promise.all(
        o.witnesses.map(async (witness) => {
          const said = await askOne(o, { utilityId, witness, head, signal });
          tell(witness, said);
          return said.kind === 'signed' ? [said] : [];
        }),
      );
      await keepWitnessed(o, { utilityId, head, lines: lines.flat() });
    },
  };
}

/** The newest head; null when it stands with all signatures that there can be. */
async function openHead(tx: Tx): Promise<Head | null> {
  const head = await readHead(tx);
  if (head?.checkpoint == null) return null;
  const { size, checkpoint } = head;
  const { rows } = await sql<{ missing: bigint; all: bigint }>`
    SELECT count(*) FILTER (WHERE signed_at IS NULL OR size <> ${size}) AS missing,
      count(*) AS all FROM prewatt_log.witnesses`.execute(tx);
  const isDone = rows[0]?.all !== 0n && rows[0]?.missing === 0n && head.witnessedSize === size;
  return isDone ? null : { size, checkpoint };
}

type Ask = {
  readonly utilityId: string;
  readonly witness: WitnessConfig;
  readonly head: Head;
  readonly signal: AbortSignal;
};

async function askOne(o: WitnessingDeps, ask: Ask): Promise<Said> {
  const { utilityId, witness, head } = ask;
  const last = await o.database.inUtility(utilityId, (tx) => signedSize(tx, witness.key.name));
  if (last > head.size) {
    return { kind: 'contradiction', detail: `it signed ${last} entries, here are ${head.size}` };
  }
  const said = await request(o, ask, last);
  if (said.kind !== 'otherSize') return said;
  // It signed another head than we know of: an answer was lost, or the log was put back.
  await keepSize(o, ask, { size: said.size, atMs: null });
  if (said.size > head.size) {
    return {
      kind: 'contradiction',
      detail: `it signed ${said.size} entries, here are ${head.size}`,
    };
  }
  return said.size === last
    ? { kind: 'contradiction', detail: `another log of ${last} entries` }
    : await request(o, ask, said.size);
}

async function request(o: WitnessingDeps, ask: Ask, oldSize: number): Promise<Said> {
  const { utilityId, witness, head } = ask;
  const proof = await o.database.inUtility(utilityId, (tx) => proofBetween(tx, oldSize, head.size));
  const note = Buffer.from(head.checkpoint);
  try {
    const answer = await o.fetch(new URL('add-checkpoint', slashed(witness.url)), {
      method: 'POST',
      body: writeAddCheckpoint({ oldSize, proof, note }),
      redirect: 'error',
      signal: AbortSignal.any([ask.signal, AbortSignal.timeout(patienceMs)]),
    });
    const text = (await answer.text()).slice(0, 10_000);
    if (answer.status === 409) {
      const size = Number(text.trim());
      return Number.isSafeInteger(size) && size >= 0
        ? { kind: 'otherSize', size }
        : { kind: 'fault', detail: 'answers what is no size' };
    }
    if (answer.status === 422) {
      return { kind: 'contradiction', detail: `not grown from its ${oldSize} entries` };
    }
    if (answer.status !== 200) return { kind: 'fault', detail: `answers ${answer.status}` };
    return await signedBy(o, ask, text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'does not answer';
    return { kind: 'fault', detail };
  }
}

const slashed = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

/** Only a signature that holds counts. */
async function signedBy(o: WitnessingDeps, ask: Ask, text: string): Promise<Said> {
  const { witness, head } = ask;
  const note = readNote(Buffer.from(head.checkpoint));
  const lines = readSignatureLines(text);
  const atSeconds =
    note.ok && lines !== null
      ? cosignedAtSeconds(nodeCrypto, { text: note.value.text, signatures: lines }, witness.key)
      : null;
  if (atSeconds === null) return { kind: 'fault', detail: 'signs with another key' };
  const atMs = atSeconds * 1_000;
  await keepSize(o, ask, { size: head.size, atMs });
  return { kind: 'signed', line: text, atMs };
}

async function proofBetween(tx: Tx, oldSize: number, size: number): Promise<readonly Uint8Array[]> {
  const plans = consistencyPlan(oldSize, size);
  const tiles = new Map<string, Uint8Array>();
  for (const tile of tilesOfPlans(plans, size)) {
    tiles.set(tilePath(tile), await tileBytes(tx, tile));
  }
  const { sha256 } = nodeCrypto;
  const read = nodeReader(sha256, size, (tile) => tiles.get(tilePath(tile)) ?? new Uint8Array());
  return proofOf(sha256, plans, read);
}

async function signedSize(tx: Tx, name: string): Promise<number> {
  const { rows } = await sql<{ size: bigint }>`
    SELECT size FROM prewatt_log.witnesses WHERE name = ${name}`.execute(tx);
  return Number(rows[0]?.size ?? 0n);
}

const keepSize = (
  o: WitnessingDeps,
  { utilityId, witness }: Ask,
  { size, atMs }: { readonly size: number; readonly atMs: number | null },
): Promise<unknown> =>
  o.database.inUtility(utilityId, (tx) =>
    sql`INSERT INTO prewatt_log.witnesses (utility_id, name, size, signed_at)
      VALUES (${utilityId}, ${witness.key.name}, ${size}, ${atMs === null ? null : new Date(atMs)})
      ON CONFLICT (utility_id, name)
        DO UPDATE SET size = excluded.size, signed_at = excluded.signed_at`.execute(tx),
  );

async function keepWitnessed(
  { database }: WitnessingDeps,
  o: {
    readonly utilityId: string;
    readonly head: Head;
    readonly lines: readonly { readonly line: string; readonly atMs: number }[];
  },
): Promise<void> {
  const note = readNote(Buffer.from(o.head.checkpoint));
  if (o.lines.length === 0 || !note.ok || !readCheckpoint(note.value.text).ok) return;
  const { text, signatures } = note.value;
  const added = o.lines.flatMap(({ line }) => readSignatureLines(line) ?? []);
  const witnessed = writeNote({ text, signatures: [...signatures, ...added] });
  const at = new Date(Math.max(...o.lines.map(({ atMs }) => atMs)));
  await database.inUtility(o.utilityId, (tx) =>
    sql`UPDATE prewatt_log.heads SET witnessed = ${witnessed}, witnessed_size = ${o.head.size},
      witnessed_at = ${at}`.execute(tx),
  );
}

/** `ADDRESS KEY`, and the next after a comma; null when one of them is neither. */
export function witnessesIn(text: string): readonly WitnessConfig[] | null {
  const parts = text.split(',').map((part) => part.trim());
  const witnesses = parts.filter((part) => part !== '').map(witnessOf);
  const named = new Set(witnesses.map((witness) => witness?.key.name));
  const isRight = witnesses.every((witness) => witness !== null);
  return isRight && named.size === witnesses.length ? witnesses : null;
}

function witnessOf(text: string): WitnessConfig | null {
  const [url = '', keyWords = '', ...more] = text.split(/\s+/);
  const key = readKey(nodeCrypto.sha256, keyWords);
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isAddress || !key.ok || key.value.kind !== 'cosignature' || more.length > 0) return null;
  return { url, key: key.value };
}

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
  /** Another process asked meanwhile; the next round tells. */
  | { readonly kind: 'later' }
  | { readonly kind: 'contradiction' | 'fault'; readonly detail: string };
type Round = {
  readonly head: Head;
  readonly utilityName: string;
  /** Whose signature is not under it yet. */
  readonly missing: readonly WitnessConfig[];
};

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
  const told = createTold(o);
  // A database that was put back may have signatures under a head that is not the newest: whoever
  // starts asks once whatever stands there.
  const begun = new Set<string>();
  return {
    ask: async (utilityId, signal) => {
      if (o.witnesses.length === 0) return;
      const round = await o.database.inUtility(utilityId, (tx) => openRound(tx, o.witnesses));
      if (round === null) return;
      const { head, utilityName } = round;
      const missing = begun.has(utilityId) ? round.missing : o.witnesses;
      begun.add(utilityId);
      const { size } = head;
      for (const { key } of o.witnesses.filter((each) => !missing.includes(each))) {
        told.stands({ utilityId, name: key.name, size });
      }
      const lines = await Promise.all(
        missing.map(async (witness) => {
          const said = await askOne(o, { utilityId, witness, head, signal });
          told.said({ utilityId, utilityName, name: witness.key.name, size }, said);
          return said.kind === 'signed' ? [said] : [];
        }),
      );
      await keepWitnessed(o, { utilityId, head, lines: lines.flat() });
      for (const witness of o.witnesses) told.tell(witness);
    },
  };
}

type Last = {
  readonly name: string;
  readonly failures: number;
  readonly fault?: string;
  /** What it has seen of another log, and how long ours was then. */
  readonly contradiction?: { readonly detail: string; readonly size: number };
};
type Of = {
  readonly utilityId: string;
  readonly utilityName: string;
  readonly name: string;
  readonly size: number;
};

/**
 * What each witness said last of each utility's log. The part of a witness is up only while no
 * utility has a contradiction, whatever it says of others.
 */
function createTold({ parts }: Pick<WitnessingDeps, 'parts'>) {
  const last = new Map<string, Last>();
  const placeOf = ({ utilityId, name }: Pick<Of, 'utilityId' | 'name'>): string =>
    `${utilityId} ${name}`;
  const after = (before: Last, said: Exclude<Said, { kind: 'signed' }>, of: Of): Last => {
    const { failures, name } = before;
    if (said.kind === 'fault') {
      const fault = `${name}, of ${of.utilityName}: ${said.detail}`;
      return { ...before, failures: failures + 1, fault };
    }
    if (said.kind !== 'contradiction') return { ...before, failures: 0 };
    const detail = `${name} has seen another log of ${of.utilityName}: ${said.detail}`;
    return { name, failures: 0, contradiction: { detail, size: of.size } };
  };
  return {
    /** Its signature is under the head: another process may have asked for it. */
    stands: (of: Omit<Of, 'utilityName'>): void => {
      const contradiction = last.get(placeOf(of))?.contradiction;
      if (contradiction === undefined || contradiction.size < of.size) last.delete(placeOf(of));
    },
    said: (of: Of, said: Said): void => {
      const before = last.get(placeOf(of)) ?? { name: of.name, failures: 0 };
      if (said.kind === 'signed') last.delete(placeOf(of));
      else last.set(placeOf(of), after(before, said, of));
    },
    tell: (witness: WitnessConfig): void => {
      const all = [...last.values()].filter(({ name }) => name === witness.key.name);
      const contradictions = all.flatMap(({ contradiction }) => contradiction?.detail ?? []);
      const faults = all.flatMap(({ failures, fault }) =>
        failures >= failuresUntilDown && fault !== undefined ? [fault] : [],
      );
      const worst = contradictions.length > 0 ? contradictions : faults;
      const part = partOfWitness(witness);
      if (worst.length > 0) parts.down(part, worst.slice(0, 3).join('; '));
      else if (all.every(({ failures }) => failures === 0)) parts.up(part);
    },
  };
}

/** The newest head and whose signatures it has not yet; null while there is none. */
async function openRound(tx: Tx, witnesses: readonly WitnessConfig[]): Promise<Round | null> {
  const head = await readHead(tx);
  if (head?.checkpoint == null) return null;
  const { size, checkpoint } = head;
  const { rows } = await sql<{ name: string }>`SELECT name FROM prewatt.utilities
    WHERE id = prewatt.current_utility()`.execute(tx);
  const newest = readNote(Buffer.from(checkpoint));
  const witnessed = readNote(Buffer.from(head.witnessed ?? ''));
  const note =
    newest.ok && witnessed.ok && newest.value.text === witnessed.value.text
      ? witnessed.value
      : null;
  const missing = witnesses.filter(
    ({ key }) => note === null || cosignedAtSeconds(nodeCrypto, note, key) === null,
  );
  return { head: { size, checkpoint }, utilityName: rows[0]?.name ?? '', missing };
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
  const from = Math.min(last, head.size);
  const first = await request(o, ask, from);
  if (first.kind !== 'otherSize') return first;
  // It signed another head than we know of: an answer was lost, another process asked, or the log
  // was put back.
  await keepSize(o, ask, { size: first.size, atMs: null });
  if (first.size > head.size) return await longerThan(o, ask, first.size);
  if (first.size === from) {
    return { kind: 'contradiction', detail: `another log of ${from} entries` };
  }
  const second = await request(o, ask, first.size);
  return second.kind === 'otherSize' ? { kind: 'later' } : second;
}

/** Whether a head that is longer than the one that was read is another log's, or only newer. */
async function longerThan(o: WitnessingDeps, ask: Ask, size: number): Promise<Said> {
  const now = await o.database.inUtility(ask.utilityId, readHead);
  if (now !== null && now.size >= size) return { kind: 'later' };
  return {
    kind: 'contradiction',
    detail: `it signed ${size} entries, here are ${now?.size ?? ask.head.size}`,
  };
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

/** What it signed; a size that is only told may also be a smaller one. */
const keepSize = (
  o: WitnessingDeps,
  { utilityId, witness }: Ask,
  { size, atMs }: { readonly size: number; readonly atMs: number | null },
): Promise<unknown> =>
  o.database.inUtility(utilityId, (tx) =>
    sql`INSERT INTO prewatt_log.witnesses AS known (utility_id, name, size, signed_at)
      VALUES (${utilityId}, ${witness.key.name}, ${size}, ${atMs === null ? null : new Date(atMs)})
      ON CONFLICT (utility_id, name)
        DO UPDATE SET size = excluded.size, signed_at = excluded.signed_at
        WHERE known.size <= excluded.size OR excluded.signed_at IS NULL`.execute(tx),
  );

/** Adds this round's signatures to those of the same head, and never takes a newer head away. */
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
  const { text } = note.value;
  const added = o.lines.flatMap(({ line }) => readSignatureLines(line) ?? []);
  const at = new Date(Math.max(...o.lines.map(({ atMs }) => atMs)));
  await database.inUtility(o.utilityId, async (tx) => {
    await sql`SELECT FROM prewatt_log.heads FOR UPDATE`.execute(tx);
    const before = readNote(Buffer.from((await readHead(tx))?.witnessed ?? ''));
    const kept = before.ok && before.value.text === text ? before.value : note.value;
    const isNew = ({ name }: { readonly name: string }) =>
      added.every((signature) => signature.name !== name);
    const signatures = [...kept.signatures.filter(isNew), ...added];
    await sql`UPDATE prewatt_log.heads SET witnessed = ${writeNote({ text, signatures })},
        witnessed_size = ${o.head.size}, witnessed_at = ${at}
      WHERE witnessed_size IS NULL OR witnessed_size <= ${o.head.size}`.execute(tx);
  });
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

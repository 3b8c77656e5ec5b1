// The first half of a verification: the log by itself. Who signed it, whether every entry is where
// the checkpoint says, whether what was written once was written again, and by whom.

import {
  type Checkpoint,
  cosignedAtSeconds,
  type Note,
  type NoteKey,
  openCheckpoint,
  readCheckpoint,
  readLog,
  readNote,
} from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { Findings } from './findings.ts';
import { type ColumnList, type RowsLeaf, readLeaf, readLine, type Written } from './leaf.ts';
import { numberOf, type Piles, role, type Tables } from './piles.ts';
import type { Source } from './source.ts';

export type LogStep = {
  /** Of the log's files. */
  readonly source: Source;
  readonly key: NoteKey;
  readonly witnesses: readonly NoteKey[];
  /** How many of the witnesses have to have signed. */
  readonly quorum: number;
  /** Checkpoints of before, kept by the auditor: their bytes. */
  readonly before: readonly Uint8Array[];
  /** Roles of the database that may write. */
  readonly writers: ReadonlySet<string>;
  /** What an owner's session may have been for. */
  readonly allowed: ReadonlySet<string>;
};

export type OfLog = NonNullable<Awaited<ReturnType<typeof verifyLog>>>;

export const columnsName = (table: string, number: number): string => `${table} ${number}`;

/** Null when there is nothing to go on with; a finding says why. */
export async function verifyLog(
  o: Reading & { readonly rootAt: number | null },
  findings: Findings,
) {
  const { source } = o;
  const bytes = await source.read('checkpoint');
  if (bytes === null) {
    findings.add('checkpoint', 'the log has no checkpoint');
    return null;
  }
  const opened = openCheckpoint(nodeCrypto, bytes, { origin: o.key.name, key: o.key });
  if (!opened.ok) {
    const says = {
      badNote: 'is no signed note',
      badCheckpoint: 'has no size and root',
      otherOrigin: 'is of another log',
      notSigned: 'is not signed by the log’s key',
    }[opened.error];
    findings.add('checkpoint', `the checkpoint ${says}`);
    return null;
  }
  const { checkpoint } = opened.value;
  const seen = await witnessed(source, { ...o, own: opened.value });
  const { witnesses } = seen;
  if (witnesses.length < o.quorum) {
    const signed = `${witnesses.length} of ${o.witnesses.length} witnesses signed`;
    findings.add('witnesses', `${signed}, ${o.quorum} have to`);
  }
  const kept = oldCheckpoints(o, findings);
  const olds = [...kept, ...seen.older];
  const { size } = checkpoint;
  const told = Math.max(0, ...kept.map((old) => old.size));
  const reader = leafReader(o, { told, findings });
  const rootsAt = [...olds.map((old) => old.size), ...(o.rootAt === null ? [] : [o.rootAt])];
  const read = await readLog({
    ...{ sha256: nodeCrypto.sha256, read: source.read, size },
    rootsAt: rootsAt.filter((at) => at <= size),
    onEntry: reader.read,
  });
  for (const says of read.faults) findings.add('logFiles', says);
  if (!isSameRoot(read.roots.get(size), checkpoint.root)) {
    findings.add('root', 'the entries do not make the root that was signed');
  }
  for (const old of olds) {
    const are = `of the log, which has ${size} entries`;
    if (old.size > size) {
      findings.add('rolledBack', `a checkpoint that was kept has ${old.size} entries ${are}`);
    } else if (!isSameRoot(read.roots.get(old.size), old.root)) {
      const first = `the first ${old.size} entries`;
      findings.add('rewritten', `${first} are not those of a checkpoint that was kept`);
    }
  }
  const rootAt = o.rootAt === null ? null : (read.roots.get(o.rootAt) ?? null);
  return { checkpoint, witnesses, rootAt, entries: size, ...reader.result() };
}

const isSameRoot = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.from(one).equals(other);

type Opened = { readonly checkpoint: Checkpoint; readonly note: Note };

/**
 * Who signed the checkpoint, or the newest one that witnesses saw: they are asked a little later,
 * and the log has to begin with what they signed.
 */
async function witnessed(
  source: Source,
  o: Pick<LogStep, 'key' | 'witnesses'> & { readonly own: Opened },
): Promise<{ readonly witnesses: readonly string[]; readonly older: readonly Checkpoint[] }> {
  const named = ({ note, checkpoint }: Opened): readonly string[] =>
    o.witnesses.flatMap((witness) => {
      const at = cosignedAtSeconds(nodeCrypto, note, witness);
      if (at === null) return [];
      const when = new Date(at * 1000).toISOString();
      return [`${witness.name}, ${checkpoint.size} entries at ${when}`];
    });
  const bytes = await source.read('witnessed');
  const log = { origin: o.key.name, key: o.key };
  const other = bytes === null ? null : openCheckpoint(nodeCrypto, bytes, log);
  const [own, seen] = [named(o.own), other?.ok === true ? named(other.value) : []];
  return other?.ok === true && seen.length > own.length
    ? { witnesses: seen, older: [other.value.checkpoint] }
    : { witnesses: own, older: [] };
}

function oldCheckpoints(o: LogStep, findings: Findings): readonly Checkpoint[] {
  return o.before.flatMap((bytes) => {
    const note = readNote(bytes);
    const old = note.ok ? readCheckpoint(note.value.text) : note;
    if (!old.ok || old.value.origin !== o.key.name) {
      findings.add('before', 'a checkpoint that you kept is none of this log');
      return [];
    }
    return [old.value];
  });
}

type Reading = LogStep & { readonly tables: Tables; readonly rows: Piles };
type Judging = { readonly told: number; readonly findings: Findings };

const { inserted, updated, deleted } = role;
const roleOf = { insert: inserted, found: inserted, update: updated, delete: deleted };

/** Takes entries in their order. `told`: entries before it were judged by an earlier audit. */
function leafReader(o: Reading, { told, findings }: Judging) {
  const columns = new Map<string, ColumnList>();
  const writers = writerJudge(o, { told, findings });
  const readRows = (leaf: RowsLeaf, entry: number): void => {
    const { table, op } = leaf;
    const list = columns.get(columnsName(table, leaf.columns));
    if (list === undefined) {
      findings.add('leaf', 'rows without a list of columns', { entry, table });
      return;
    }
    writers.rows(leaf, list, entry);
    const what = { role: roleOf[op], table: numberOf(o.tables, table), place: entry };
    const isAgain = list.isAppendOnly && what.role !== inserted;
    for (const [line, text] of leaf.lines.entries()) {
      const read = readLine(text);
      if (read === null) {
        findings.add('leaf', `line ${line + 3} is no row`, { entry, table });
        continue;
      }
      const { key } = read;
      if (isAgain) {
        findings.add('appendOnly', `${op} of a row that is written once`, { table, key, entry });
      }
      const hash = Buffer.from(read.hash, 'base64');
      const value = op === 'delete' ? null : { hash, columns: leaf.columns };
      o.rows.addRow(`${table}\n${key}`, value, { ...what, line });
    }
  };
  return {
    read: (bytes: Uint8Array, entry: number): void => {
      const leaf = readLeaf(bytes);
      if (leaf === null) findings.add('leaf', 'an entry that is no leaf', { entry });
      else if (leaf.kind === 'rows') readRows(leaf, entry);
      else if (columns.has(columnsName(leaf.table, leaf.number))) {
        findings.add('leaf', 'a list of columns twice', { entry, table: leaf.table });
      } else {
        columns.set(columnsName(leaf.table, leaf.number), leaf);
        writers.columns(leaf, entry);
      }
    },
    result: () => ({ columns, notices: writers.notices() }),
  };
}

/** Rows are written by the application; what the database's owner writes is told. */
function writerJudge(o: Reading, { told, findings }: Judging) {
  const byOwner = new Map<string, number>();
  const begun = new Set<string>();
  let toldBefore = 0;
  const tell = (what: string, count: number): void => {
    byOwner.set(what, (byOwner.get(what) ?? 0) + count);
  };
  const says = (what: string, { by, why }: Written): string =>
    `${what} by ${by}${why === null ? '' : `, "for ${why}"`}, who is not the application`;
  return {
    rows: (leaf: RowsLeaf, list: ColumnList, entry: number): void => {
      const { by, why, op, table, lines } = leaf;
      // Rows of before the log stand in it by the very act that covers their table.
      const isCovering = op === 'found' && leaf.columns === 1 && !begun.has(table);
      const isOfList = isCovering && why === list.why && by === list.by;
      if (op !== 'found') begun.add(table);
      if (o.writers.has(by)) return;
      if (why !== null && (o.allowed.has(why) || isOfList)) {
        tell(`${why}: ${op} of ${table}`, lines.length);
      } else if (entry < told) toldBefore += 1;
      else {
        for (const line of lines) {
          const key = line.split('\t', 1)[0] ?? '';
          findings.add('writer', says(`written (${op})`, leaf), { table, key, entry });
        }
      }
    },
    /** A migration covers tables; what an earlier audit has not seen of it is told. */
    columns: (list: ColumnList, entry: number): void => {
      const { table, why } = list;
      if (told === 0 || entry < told || o.writers.has(list.by)) return;
      if (why !== null) tell(`${why}: a new list of columns of ${table}`, 0);
      else findings.add('writer', says('a list of columns', list), { table, entry });
    },
    notices: (): readonly string[] => {
      const told = [...byOwner].map(([what, count]) => {
        const rows = count === 0 ? '' : `, ${count} rows`;
        return `by the database’s owner for ${what}${rows}`;
      });
      const before = `${toldBefore} entries by others than the application before your checkpoint`;
      return toldBefore === 0 ? told : [...told, before];
    },
  };
}

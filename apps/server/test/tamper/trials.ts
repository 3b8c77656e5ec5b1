// Trials of the proof and of the verifier: one alteration each, proven, verified, and taken back.
// All in one transaction of the database's owner that is never committed. A trial asks of the proof
// what can answer otherwise than before: questions that read the altered table.

import { sql } from 'kysely';
import type { Tx } from '../../src/base/database.ts';
import { createKeys } from '../../src/money/keys/index.ts';
import { checkRule } from '../../src/reports/proof/check-rule.ts';
import {
  type Baseline,
  compareHistory,
  judgeHistory,
  lastEntry,
} from '../../src/reports/proof/history.ts';
import { historyTables } from '../../src/reports/proof/history-tables.ts';
import { readDecisions } from '../../src/reports/proof/read-decisions.ts';
import { readTokens } from '../../src/reports/proof/read-tokens.ts';
import { readReferences } from '../../src/reports/proof/references.ts';
import { rules } from '../../src/reports/proof/rules.ts';
import type { Harness } from '../harness.ts';
import { type Alteration, alter, type Choose, tablesOf } from './alter.ts';
import { type AskVerifier, createAskVerifier, type Snapshot } from './ask-verifier.ts';
import { otherActs } from './other-acts.ts';

/**
 * How it was done: the owner with the triggers off or on, as the application's role, or another act
 * than a change of a row.
 */
export type Way = 'triggersOff' | 'triggersOn' | 'application' | 'other';

export type Trial = Omit<Alteration, 'kind'> & {
  readonly kind: string;
  readonly way: Way;
  /** Rules that told of it; empty when nobody did. */
  readonly foundBy: readonly string[];
  /** What the verifier found, and whether it named the row. */
  readonly verifier: readonly string[];
  readonly isNamed: boolean;
};

const masterKey = Buffer.alloc(32, 7);
const range = (h: Harness) => ({
  fromBucket: 0,
  toBucket: 1023,
  nowMs: h.clock.nowMs,
  isAskedOften: true as const,
});

/** mulberry32: the same seed makes the same alterations. */
export function chooserOf(seed: number): Choose {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One thing that the proof asks, and the tables that it reads. */
type Question = {
  readonly name: string;
  readonly holds: (tx: Tx) => Promise<boolean>;
  readonly reads: ReadonlySet<string>;
};

/** The tables of the schema by how often this transaction has begun to read each. */
async function readsSoFar(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ name: string; n: number }>`
    SELECT relname AS name, (seq_scan + coalesce(idx_scan, 0))::int AS n
    FROM pg_stat_xact_user_tables WHERE schemaname = 'prewatt'`.execute(tx);
  return new Map(rows.map(({ name, n }) => [name, n]));
}

/**
 * What the proof asks, each question asked once. The tables that a question read, through views and
 * functions too, are all that its answer depends on: whatever stands in another table, the same
 * plan would not come to it while these are as they are.
 */
async function questionsOf(tx: Tx, h: Harness): Promise<readonly Question[]> {
  const keys = createKeys({ masterKey });
  const asked: Pick<Question, 'name' | 'holds'>[] = [
    ...rules.map((rule) => ({
      name: rule.name,
      holds: async (db: Tx) => (await checkRule(db, rule, range(h))).failed === 0n,
    })),
    {
      name: 'digits',
      holds: async (db) => {
        const read = await readTokens(db, range(h), await keys.keysOfMeters(db, h.utilityId));
        return read.energy.failed + read.tid.failed === 0n;
      },
    },
    {
      name: 'decisionsAreSealed',
      holds: async (db) => (await readDecisions(db, masterKey)).failed === 0n,
    },
    {
      name: 'referencesExist',
      holds: async (db) => (await readReferences(db, range(h))).failed === 0n,
    },
  ];
  const questions: Question[] = [];
  for (const each of asked) {
    const before = await readsSoFar(tx);
    if (!(await each.holds(tx))) throw new Error(`the town itself breaks ${each.name}`);
    const after = [...(await readsSoFar(tx))];
    const reads = after.filter(([table, n]) => n > (before.get(table) ?? 0));
    questions.push({ ...each, reads: new Set(reads.map(([table]) => table)) });
  }
  return questions;
}

type Proof = {
  readonly questions: readonly Question[];
  readonly before: Baseline;
  readonly cut: string;
  /** Ends a trial with the first that tells of it. */
  readonly firstOnly: boolean;
  readonly verifier: AskVerifier;
};

async function historyStands(tx: Tx, h: Harness, table: string, o: Proof): Promise<boolean> {
  if (!historyTables.some((each) => each.table === table)) return true;
  const compared = await compareHistory(tx, range(h), { ...o, tables: [table] });
  return judgeHistory(compared, o).broken.length === 0;
}

/** Who tells of an alteration of a table. */
async function tellers(tx: Tx, h: Harness, table: string, o: Proof): Promise<string[]> {
  const told: string[] = [];
  if (!(await historyStands(tx, h, table, o))) told.push('historyStands');
  for (const { name, holds, reads } of o.questions) {
    if (told.length > 0 && o.firstOnly) break;
    if (reads.has(table) && !(await holds(tx))) told.push(name);
  }
  return told;
}

type TamperOptions = {
  readonly trials: number;
  readonly seed: number;
  readonly firstOnly: boolean;
  /** The town as it was before most of its life. */
  readonly early: Snapshot;
  readonly as?: 'owner' | 'application';
};

/** What the database itself refuses, by a CHECK or a unique index, is not done and not counted. */
export async function tamper(h: Harness, o: TamperOptions): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const undo = new Error('undo');
  await h.owner.directories
    .transaction()
    .execute(async (tx) => {
      // The same statements again and again: planned once.
      await sql`SET LOCAL plan_cache_mode = force_generic_plan`.execute(tx);
      await sql`SET LOCAL jit = off`.execute(tx);
      await sql`SELECT set_config('prewatt.utility_id', ${h.utilityId}, true)`.execute(tx);
      const verifier = await createAskVerifier(tx, h, o.early);
      const cut = await lastEntry(tx);
      const compared = await compareHistory(tx, range(h), { before: {}, cut });
      const { baseline: before } = judgeHistory(compared, { before: {}, cut });
      const questions = await questionsOf(tx, h);
      const proof: Proof = { questions, before, cut, firstOnly: o.firstOnly, verifier };
      const tables = (await tablesOf(tx, [...verifier.columns.keys()])).map((table) => ({
        ...table,
        columns: table.columns.filter(({ name }) => verifier.columns.get(table.name)?.has(name)),
      }));
      const choose = chooserOf(o.seed);
      while (trials.length < o.trials) {
        const way = o.as === 'application' ? 'application' : wayOf(choose);
        const trial =
          way === 'other'
            ? await otherTrial(tx, h, { act: otherActs[choose(otherActs.length)], choose, proof })
            : await oneTrial(tx, h, { way, tables, choose, proof });
        if (trial !== null) trials.push(trial);
      }
      throw undo;
    })
    .catch((error) => {
      if (error !== undo) throw error;
    });
  return trials;
}

const wayOf = (choose: Choose): Way => {
  const n = choose(10);
  if (n === 9) return 'other';
  return n < 6 ? 'triggersOff' : 'triggersOn';
};

/** Integrity constraints, values that a type does not have, what a trigger or a grant refuses. */
const refusals = /^(22|23|P0|42501)/;

async function oneTrial(
  tx: Tx,
  h: Harness,
  o: Parameters<typeof alter>[1] & { readonly proof: Proof; readonly way: Way },
): Promise<Trial | null> {
  await sql`SAVEPOINT trial`.execute(tx);
  if (o.way === 'triggersOff') await sql`SET LOCAL session_replication_role = replica`.execute(tx);
  if (o.way === 'application') await sql`SET LOCAL ROLE prewatt_app`.execute(tx);
  const altered = await alter(tx, o).catch((error) => {
    if (refusals.test(String((error as { code?: string }).code))) return null;
    throw error;
  });
  const trial = altered === null ? null : await asked(tx, h, { ...o, altered });
  await sql`ROLLBACK TO SAVEPOINT trial`.execute(tx);
  return trial;
}

async function asked(
  tx: Tx,
  h: Harness,
  o: { readonly altered: Alteration; readonly proof: Proof; readonly way: Way },
): Promise<Trial> {
  const { altered, proof, way } = o;
  await sql`RESET ROLE`.execute(tx);
  const log = way === 'triggersOff' ? [] : ['log'];
  const report = await proof.verifier.ask(tx, [altered.table, ...log]);
  const foundBy = await toldBy(tx, h, altered.table, proof);
  const isNamed = report.findings.some(
    ({ table, key }) => table === altered.table && key !== undefined,
  );
  return { ...altered, way, foundBy, verifier: Object.keys(report.found), isNamed };
}

/** A row that no query of the proof can read is found. */
const toldBy = async (tx: Tx, h: Harness, table: string, o: Proof): Promise<readonly string[]> => {
  await sql`SAVEPOINT proof`.execute(tx);
  try {
    return await tellers(tx, h, table, o);
  } catch (error) {
    await sql`ROLLBACK TO SAVEPOINT proof`.execute(tx);
    return [`error ${(error as Error).message}`];
  }
};

async function otherTrial(
  tx: Tx,
  h: Harness,
  o: {
    readonly act: (typeof otherActs)[number] | undefined;
    readonly choose: Choose;
    readonly proof: Proof;
  },
): Promise<Trial | null> {
  const { act, choose, proof } = o;
  if (act === undefined) return null;
  await sql`SAVEPOINT trial`.execute(tx);
  await sql`SET LOCAL session_replication_role = replica`.execute(tx);
  const isDone = await act.isDone(tx, choose);
  const report = isDone ? await act.ask(tx, proof.verifier) : null;
  const foundBy = isDone ? await toldBy(tx, h, act.table, proof) : [];
  await sql`ROLLBACK TO SAVEPOINT trial`.execute(tx);
  if (report === null) return null;
  const { kind, table, names } = act;
  const isNamed =
    names === null ||
    report.findings.some((found) => found.table === names && found.key !== undefined);
  const verifier = Object.keys(report.found);
  return { kind, table, column: null, way: 'other', foundBy, verifier, isNamed };
}

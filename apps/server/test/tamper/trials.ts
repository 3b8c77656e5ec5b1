// Trials of the proof: one alteration each, proven, and taken back. All in one transaction of the
// database's owner that is never committed.

import { sql } from 'kysely';
import type { Tx } from '../../src/base/database.ts';
import { createKeys } from '../../src/money/keys/index.ts';
import { checkRules } from '../../src/reports/proof/check-rule.ts';
import { compareHistory, judgeHistory, lastEntry } from '../../src/reports/proof/history.ts';
import { historyTables } from '../../src/reports/proof/history-tables.ts';
import { readDecisions } from '../../src/reports/proof/read-decisions.ts';
import { readTokens } from '../../src/reports/proof/read-tokens.ts';
import { readReferences } from '../../src/reports/proof/references.ts';
import { rules } from '../../src/reports/proof/rules.ts';
import type { Harness } from '../harness.ts';
import { type Alteration, alter, type Choose, tablesOf } from './alter.ts';

export type Trial = Alteration & {
  /** Rules that told of it; empty when nobody did. */
  readonly foundBy: readonly string[];
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

/** The names of the rules that do not hold. */
async function prove(
  tx: Tx,
  h: Harness,
  asked: { before: Parameters<typeof judgeHistory>[1]['before']; cut: string },
) {
  const failed: string[] = [];
  const tallies = await checkRules(tx, rules, range(h));
  for (const [place, rule] of rules.entries()) {
    if (tallies[place]?.failed !== 0n) failed.push(rule.name);
  }
  const keys = createKeys({ masterKey });
  const read = await readTokens(tx, range(h), await keys.keysOfMeters(tx, h.utilityId));
  if (read.energy.failed + read.tid.failed > 0n) failed.push('digits');
  if ((await readDecisions(tx, masterKey)).failed > 0n) failed.push('decisionsAreSealed');
  if ((await readReferences(tx, range(h))).failed > 0n) failed.push('referencesExist');
  const judged = judgeHistory(await compareHistory(tx, range(h), asked), asked);
  if (judged.broken.length > 0) failed.push('historyStands');
  return { failed, baseline: judged.baseline };
}

/** What the database itself refuses, by a CHECK or a unique index, is not done and not counted. */
export async function tamper(
  h: Harness,
  o: { readonly trials: number; readonly seed: number; readonly onTrial?: (trial: Trial) => void },
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const undo = new Error('undo');
  await h.owner.directories
    .transaction()
    .execute(async (tx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(tx);
      // The same statements again and again: planned once.
      await sql`SET LOCAL plan_cache_mode = force_generic_plan`.execute(tx);
      await sql`SET LOCAL jit = off`.execute(tx);
      const cut = await lastEntry(tx);
      const { failed, baseline } = await prove(tx, h, { before: {}, cut });
      if (failed.length > 0) throw new Error(`the town itself breaks ${failed.join(', ')}`);
      const tables = await tablesOf(tx, [
        ...historyTables.map(({ table }) => table),
        'meter_directory',
      ]);
      const choose = chooserOf(o.seed);
      while (trials.length < o.trials) {
        const trial = await oneTrial(tx, h, { tables, choose, asked: { before: baseline, cut } });
        if (trial === null) continue;
        trials.push(trial);
        o.onTrial?.(trial);
      }
      throw undo;
    })
    .catch((error) => {
      if (error !== undo) throw error;
    });
  return trials;
}

async function oneTrial(
  tx: Tx,
  h: Harness,
  o: Parameters<typeof alter>[1] & { readonly asked: Parameters<typeof prove>[2] },
): Promise<Trial | null> {
  await sql`SAVEPOINT trial`.execute(tx);
  const altered = await alter(tx, o).catch((error) => {
    // Integrity constraints, and values that a type does not have.
    if (/^(22|23)/.test(String((error as { code?: string }).code))) return null;
    throw error;
  });
  const foundBy =
    altered === null
      ? []
      : await prove(tx, h, o.asked).then(
          ({ failed }) => failed,
          // A row that no query of the proof can read is found.
          (error) => [`error ${(error as Error).message}`],
        );
  await sql`ROLLBACK TO SAVEPOINT trial`.execute(tx);
  return altered === null ? null : { ...altered, foundBy };
}

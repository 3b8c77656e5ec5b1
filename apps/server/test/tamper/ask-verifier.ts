// What the verifier finds in an export of the town as it is now: its rows and its log, read in the
// transaction of a trial, signed with a key of the test. The log's key is the attacker's, too: what
// he cannot have is a checkpoint of before, which the auditor kept.

import { type Report, verify } from '@prewatt/verifier';
import {
  exportFiles,
  logSigner,
  memorySource,
  type OutRow,
  textOf,
} from '@prewatt/verifier/for-tests';
import { sql } from 'kysely';
import type { Tx } from '../../src/base/database.ts';
import {
  auditLeaves,
  auditRows,
  renderAsTriggersDo,
} from '../../src/reports/audit-export/index.ts';
import { metersSaid } from '../../src/reports/audit-export/rows.ts';
import type { Harness } from '../harness.ts';

/** A table, the log itself, or what meters said. */
export type Changed = string | 'log' | 'said';

export type AskVerifier = {
  /** Columns of each table that stand in the log. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** After these changed: all that the verifier found. */
  readonly ask: (tx: Tx, changed: readonly Changed[]) => Promise<Report>;
  /** The export of an earlier time, with its log; or its rows with the log of today. */
  readonly askOld: (with_: 'itsLog' | 'logOfToday') => Promise<Report>;
};

export type Snapshot = {
  readonly leaves: readonly Uint8Array[];
  readonly tables: ReadonlyMap<string, readonly OutRow[]>;
  readonly said: string;
};

const key = textOf(logSigner);

export async function createAskVerifier(tx: Tx, h: Harness, early: Snapshot): Promise<AskVerifier> {
  const now = await snapshotOf(tx, h);
  const reportOf = (town: Snapshot, before: readonly Uint8Array[], writers: readonly string[]) => {
    const files = exportFiles(town.leaves, town.tables, new Map([[saidFile, town.said]]));
    return verify({ source: memorySource(files), key, before, writers });
  };
  // The tests' own hand in the database counts as the town's life.
  const { rows } = await sql<{ by: string }>`SELECT session_user AS by`.execute(tx);
  const whole = await reportOf(now, [], ['prewatt_app', rows[0]?.by ?? '']);
  if (!whole.holds) throw new Error(`the town itself: ${JSON.stringify(whole.findings)}`);
  const kept = exportFiles(now.leaves, new Map()).get('log/checkpoint') ?? new Uint8Array();
  const asked = (town: Snapshot): Promise<Report> => reportOf(town, [kept], ['prewatt_app']);
  return {
    columns: await columnsOf(tx),
    ask: async (db, changed) => {
      const tables = new Map(now.tables);
      for (const table of changed.filter((each) => tables.has(each))) {
        tables.set(table, await rowsOf(db, h, table));
      }
      const leaves = changed.includes('log') ? await leavesOf(db, h) : now.leaves;
      const said = changed.includes('said') ? await saidBy(db) : now.said;
      return asked({ leaves, tables, said });
    },
    askOld: (with_) => asked(with_ === 'itsLog' ? early : { ...early, leaves: now.leaves }),
  };
}

const saidFile = 'said/meters.ndjson.gz';

export async function snapshotOf(tx: Tx, h: Harness): Promise<Snapshot> {
  await renderAsTriggersDo(tx);
  const tables = new Map<string, readonly OutRow[]>();
  for (const table of (await columnsOf(tx)).keys()) tables.set(table, await rowsOf(tx, h, table));
  return { leaves: await leavesOf(tx, h), tables, said: await saidBy(tx) };
}

async function columnsOf(tx: Tx): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { rows } = await sql<{ table: string; list: string[] }>`SELECT DISTINCT ON (table_name)
    table_name AS table, list FROM prewatt_log.columns ORDER BY table_name, number DESC`.execute(
    tx,
  );
  return new Map(
    rows.map(({ table, list }) => [
      table,
      new Set(list.map((column) => /^sha256\((\w+)\)$/.exec(column)?.[1] ?? column)),
    ]),
  );
}

async function rowsOf(tx: Tx, h: Harness, table: string): Promise<OutRow[]> {
  const rows: OutRow[] = [];
  for await (const { line } of auditRows(tx, h.utilityId, table)) {
    const { columns, salt, text, bytes } = JSON.parse(line);
    const body = bytes === undefined ? { text } : { text: bytes, isBytes: true };
    const rowKey = line.slice('{"key":'.length, line.indexOf(',"columns":'));
    rows.push({ key: rowKey, columns, salt: Buffer.from(salt, 'base64'), ...body });
  }
  return rows;
}

async function leavesOf(tx: Tx, h: Harness): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for await (const { leaf } of auditLeaves(tx, h.utilityId)) leaves.push(leaf);
  return leaves;
}

async function saidBy(tx: Tx): Promise<string> {
  const lines: string[] = [];
  for await (const line of metersSaid(tx)) lines.push(`${line}\n`);
  return lines.join('');
}

// What is owed by age, and the debts of one age.

import {
  type DebtAge,
  type DebtReport,
  type DebtSums,
  debtAges,
  type OwedDebt,
} from '@prewatt/api';
import { dayMs, idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

const pageRows = 100;

/** Days since it was charged: from so many on, and less than so many. */
const bounds: Readonly<Record<DebtAge, readonly [number, number]>> = {
  upTo30: [0, 31],
  upTo60: [31, 61],
  upTo90: [61, 91],
  over90: [91, 100_000],
};

/** Debts on which something is left, charged within the ages. */
const owed = (nowMs: number, [least, below]: readonly [number, number]) => sql`
  SELECT d.bucket, d.id, d.connection_id, d.label, d.outstanding_minor,
    (extract(epoch FROM d.created_at) * 1000)::float8 AS ms
  FROM debts d WHERE d.utility_id = prewatt.current_utility() AND d.outstanding_minor > 0
    AND d.created_at > ${new Date(nowMs - below * dayMs)}
    ${least === 0 ? sql`` : sql`AND d.created_at <= ${new Date(nowMs - least * dayMs)}`}`;

async function sumOf(tx: Tx, nowMs: number, days: readonly [number, number]): Promise<DebtSums> {
  const { rows } = await sql<{ debts: number; homes: number; outstanding: bigint }>`
    SELECT count(*)::int AS debts, count(DISTINCT connection_id)::int AS homes,
      coalesce(sum(outstanding_minor), 0)::bigint AS outstanding
    FROM (${owed(nowMs, days)}) AS o`.execute(tx);
  const { debts = 0, homes = 0, outstanding = 0n } = rows[0] ?? {};
  return { debts, homes, outstandingMinor: outstanding.toString() };
}

export async function debtReport(tx: Tx, nowMs: number): Promise<DebtReport> {
  const rows = [];
  for (const age of debtAges) rows.push({ age, ...(await sumOf(tx, nowMs, bounds[age])) });
  return { rows, total: await sumOf(tx, nowMs, [0, bounds.over90[1]]) };
}

type Found = {
  readonly id: string;
  readonly connectionId: string;
  readonly name: string;
  readonly label: string;
  readonly ms: number;
  readonly outstanding: bigint;
};

/** The debts of one age, or of all with `age` null, the oldest first. */
export async function owedDebts(
  tx: Tx,
  nowMs: number,
  o: { readonly age: DebtAge | null; readonly cursor: string | null; readonly most?: number },
): Promise<{ readonly rows: OwedDebt[]; readonly nextCursor: string | null }> {
  const most = o.most ?? pageRows;
  const from = readPageKey(o.cursor);
  const after = from === null ? sql`true` : sql`(o.ms, o.id) > (${from.value}, ${from.id}::uuid)`;
  const days = o.age === null ? ([0, bounds.over90[1]] as const) : bounds[o.age];
  const { rows } = await sql<Found>`SELECT o.id, o.connection_id AS "connectionId", c.name, o.label,
      o.ms, o.outstanding_minor AS outstanding
    FROM (${owed(nowMs, days)}) AS o
    JOIN connections c ON c.bucket = o.bucket AND c.id = o.connection_id
    WHERE ${after} ORDER BY o.ms, o.id LIMIT ${most + 1}`.execute(tx);
  const { shown, nextCursor } = keyPage(rows, most, ({ ms }) => ms);
  return {
    rows: shown.map((row) => ({
      debtId: idFromUuid('debt', row.id),
      connectionId: idFromUuid('connection', row.connectionId),
      connectionName: row.name,
      label: row.label,
      chargedAt: isoOf(row.ms),
      outstandingMinor: row.outstanding.toString(),
    })),
    nextCursor,
  };
}

// What administrators said about a wrong clock: an entry of the audit log, which each run of the
// proof names.

import type { WrongClock } from '@prewatt/api';
import { isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Tally } from './check-rule.ts';

/** What was said about wrong clocks, each as a note of the run: none of them is a failure. */
export async function readWrongClocks(tx: Tx): Promise<Tally> {
  const rows = await tx
    .selectFrom('operator_acts')
    .select(['id', 'by_name', 'details'])
    .where('act', '=', 'clockAcknowledged')
    .orderBy('entered', 'desc')
    .limit(50)
    .execute();
  const findings = rows.map(({ id, by_name: by, details }) => {
    const { from, to, reason } = details as Record<string, string>;
    const detail = `the clock was wrong from ${from} to ${to}, says ${by}: ${reason}`;
    return { id, connectionId: null, saleId: null, detail };
  });
  return { checked: BigInt(rows.length), failed: 0n, findings };
}

/** Once for a span; the audit log keeps who said it. */
export async function acknowledgeClock(
  tx: Tx,
  auditLog: Pick<AuditLog, 'record'>,
  o: { readonly by: Operator; readonly said: WrongClock },
): Promise<void> {
  const [from, to] = [isoOf(Date.parse(o.said.from)), isoOf(Date.parse(o.said.to))];
  const { rows } = await sql`SELECT FROM operator_acts WHERE act = 'clockAcknowledged'
    AND utility_id = ${o.by.utilityId}::uuid AND details ->> 'from' = ${from}
    AND details ->> 'to' = ${to}`.execute(tx);
  if (rows.length > 0) return;
  const details = { from, to, reason: o.said.reason };
  await auditLog.record(tx, o.by, { act: 'clockAcknowledged', subject: 'clock', details });
}

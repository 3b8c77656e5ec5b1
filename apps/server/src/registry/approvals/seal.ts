// The seal of a decision: HMAC-SHA-256 under the master key over what was asked for and what was
// decided. Whoever writes to the database as the server's role, without the server, cannot make
// one, so that an approval that nobody gave is found by the proof.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

/** An approval as it is sealed; payload and outcome are PostgreSQL's own text of them. */
export type Decided = {
  readonly id: string;
  readonly utilityId: string;
  readonly kind: string;
  readonly requestId: string;
  readonly payload: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly state: string;
  readonly decidedBy: string | null;
  readonly decidedAtMs: number;
  readonly outcome: string | null;
  /** Whoever asked did it alone. */
  readonly alone: boolean;
};

export function sealOf(masterKey: Buffer, d: Decided): Buffer {
  const key = createHmac('sha256', masterKey).update('prewatt: decisions of approvals').digest();
  const said = [
    ...[d.utilityId, d.id, d.kind, d.requestId, d.payload, d.reason],
    ...[d.requestedBy, d.requestedAtMs, d.state, d.decidedBy, d.decidedAtMs, d.outcome],
    ...(d.alone ? ['alone'] : []),
  ];
  return createHmac('sha256', key).update(JSON.stringify(said)).digest();
}

export type SealedApproval = Decided & { readonly seal: Buffer | null };

export const sealHolds = (masterKey: Buffer, approval: SealedApproval): boolean =>
  approval.seal?.length === 32 && timingSafeEqual(sealOf(masterKey, approval), approval.seal);

const columns = sql`id, utility_id AS "utilityId", kind, request_id AS "requestId",
  payload::text AS payload, reason, requested_by AS "requestedBy",
  requested_at AS "requestedAtMs"`;

/** What stands before a decision is written. Its outcome is said as PostgreSQL will keep it. */
export async function undecided(
  tx: Tx,
  o: { readonly approvalId: string; readonly outcome: string | null },
): Promise<Omit<Decided, 'state' | 'decidedBy' | 'decidedAtMs' | 'alone'>> {
  const { rows } = await sql<Decided>`SELECT ${columns}, ${o.outcome}::jsonb::text AS outcome
    FROM prewatt.approvals WHERE id = ${o.approvalId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('an approval that is decided is away');
  return row;
}

/** Decided approvals of a utility whose decisions were sealed, in pages by their id. */
export async function sealedAfter(
  tx: Tx,
  o: { readonly after: string; readonly limit: number },
): Promise<SealedApproval[]> {
  const { rows } = await sql<SealedApproval>`SELECT ${columns}, state, decided_by AS "decidedBy",
      decided_at AS "decidedAtMs", outcome::text AS outcome, seal,
      emergency_id IS NOT NULL AS alone
    FROM prewatt.approvals WHERE state <> 'awaiting' AND NOT unsealed AND id > ${o.after}::uuid
    ORDER BY id LIMIT ${o.limit}`.execute(tx);
  return rows;
}

type Client = { query: (text: string, values?: unknown[]) => Promise<{ rows: SealedApproval[] }> };

/**
 * Another master key: each decision that was sealed under the old one is sealed under the new one,
 * in the caller's transaction of the database's owner, for all utilities. One whose seal neither
 * key makes stays as it is: the proof tells of it.
 */
export async function resealDecisions(
  client: Client,
  { from, to }: { readonly from: Buffer; readonly to: Buffer },
): Promise<{ readonly sealed: readonly SealedApproval[]; readonly already: number }> {
  const { rows } = await client.query(`SELECT id, utility_id AS "utilityId", kind,
      request_id AS "requestId", payload::text AS payload, reason, requested_by AS "requestedBy",
      (extract(epoch FROM requested_at) * 1000)::float8 AS "requestedAtMs", state,
      decided_by AS "decidedBy", (extract(epoch FROM decided_at) * 1000)::float8 AS "decidedAtMs",
      outcome::text AS outcome, seal,
      emergency_id IS NOT NULL AS alone
    FROM prewatt.approvals WHERE seal IS NOT NULL ORDER BY id`);
  const sealed = rows.filter((row) => sealHolds(from, row));
  for (const row of sealed) {
    const seal = sealOf(to, row);
    await client.query('UPDATE prewatt.approvals SET seal = $1 WHERE id = $2', [seal, row.id]);
  }
  return { sealed, already: rows.filter((row) => sealHolds(to, row)).length };
}

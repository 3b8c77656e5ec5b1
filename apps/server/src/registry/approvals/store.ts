// SQL of approvals and of their history.

import type { ApprovalDetail, ApprovalKind, ApprovalState } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import { sealOf, undecided } from './seal.ts';

export type NewApproval = {
  readonly approvalId: string;
  readonly utilityId: string;
  readonly kind: ApprovalKind;
  readonly requestId: string;
  readonly payload: object;
  readonly reason: string;
  readonly operatorId: string;
  readonly at: Date;
  readonly expiresAt: Date;
};

/** The approval's id and whether it is new; null when the request id stands for something else. */
export async function insertApproval(
  tx: Tx,
  o: NewApproval,
): Promise<Result<{ readonly approvalId: string; readonly isNew: boolean }, 'requestIdReused'>> {
  const payload = JSON.stringify(o.payload);
  const inserted = await tx
    .insertInto('approvals')
    .values({
      id: o.approvalId,
      utility_id: o.utilityId,
      kind: o.kind,
      request_id: o.requestId,
      payload,
      reason: o.reason,
      requested_by: o.operatorId,
      requested_at: o.at,
      expires_at: o.expiresAt,
      state: 'awaiting',
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'request_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return ok({ approvalId: inserted.id, isNew: true });
  const first = await tx
    .selectFrom('approvals')
    .select(['id', 'kind', 'reason', 'requested_by'])
    .select(sql<boolean>`payload = ${payload}::jsonb`.as('samePayload'))
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirstOrThrow();
  const before = [first.samePayload, first.kind, first.reason, first.requested_by];
  const asked = [true, o.kind, o.reason, o.operatorId];
  return answerAgain(before, asked, { approvalId: first.id, isNew: false });
}

const baseQuery = (tx: Tx) =>
  tx
    .selectFrom('approvals')
    .innerJoin('operators as requester', 'requester.id', 'approvals.requested_by')
    .leftJoin('operators as decider', 'decider.id', 'approvals.decided_by')
    .selectAll('approvals')
    .select(['requester.name as requester_name', 'decider.name as decider_name']);

export type StoredApproval = Awaited<
  ReturnType<ReturnType<typeof baseQuery>['executeTakeFirstOrThrow']>
>;

export async function selectApproval(
  tx: Tx,
  o: { readonly utilityId: string; readonly approvalId: string; readonly lock: boolean },
): Promise<StoredApproval | null> {
  if (o.lock) {
    await tx
      .selectFrom('approvals')
      .select('id')
      .where('id', '=', o.approvalId)
      .where('utility_id', '=', o.utilityId)
      .forUpdate()
      .execute();
  }
  const row = await baseQuery(tx)
    .where('approvals.id', '=', o.approvalId)
    .where('approvals.utility_id', '=', o.utilityId)
    .executeTakeFirst();
  return row ?? null;
}

/** Newest first; `before` is the id of the last row shown. */
export function selectApprovals(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: ApprovalState | 'all';
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<StoredApproval[]> {
  let query = baseQuery(tx).where('approvals.utility_id', '=', o.utilityId);
  if (o.state !== 'all') query = query.where('approvals.state', '=', o.state);
  if (o.before !== null) query = query.where('approvals.id', '<', o.before);
  return query.orderBy('approvals.id', 'desc').limit(o.limit).execute();
}

export async function countApprovals(
  tx: Tx,
  o: { readonly utilityId: string; readonly operatorId: string; readonly failedSinceMs: number },
): Promise<{ awaiting: number; others: number; failed: number }> {
  const { rows } = await sql<{ awaiting: number; others: number; failed: number }>`
    SELECT count(*) FILTER (WHERE state = 'awaiting')::int AS awaiting,
      count(*) FILTER (WHERE state = 'awaiting' AND requested_by <> ${o.operatorId}::uuid)::int
        AS others,
      count(*) FILTER (WHERE state = 'failed')::int AS failed
    FROM prewatt.approvals WHERE utility_id = ${o.utilityId}::uuid AND (state = 'awaiting'
      OR (state = 'failed' AND decided_at >= ${new Date(o.failedSinceMs)}))`.execute(tx);
  return rows[0] ?? { awaiting: 0, others: 0, failed: 0 };
}

export function selectOverdue(
  tx: Tx,
  o: { readonly utilityId: string; readonly realNowMs: number },
): Promise<{ id: string }[]> {
  return tx
    .selectFrom('approvals')
    .select('id')
    .where('utility_id', '=', o.utilityId)
    .where('state', '=', 'awaiting')
    .where('expires_at', '<=', instant(o.realNowMs))
    .orderBy('expires_at')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function updateDecision(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly approvalId: string;
    readonly state: Exclude<ApprovalState, 'awaiting'>;
    readonly decidedBy: string | null;
    readonly outcome: object | null;
    readonly alone: boolean;
    readonly at: Date;
  },
  masterKey: Buffer,
): Promise<void> {
  const outcome = o.outcome === null ? null : JSON.stringify(o.outcome);
  const seal = sealOf(masterKey, {
    ...(await undecided(tx, { approvalId: o.approvalId, outcome })),
    state: o.state,
    decidedBy: o.decidedBy,
    decidedAtMs: o.at.getTime(),
    alone: o.alone,
  });
  await tx
    .updateTable('approvals')
    .set({
      state: o.state,
      decided_by: o.decidedBy,
      decided_at: o.at,
      outcome,
      seal,
      emergency_id: o.alone ? o.approvalId : null,
    })
    .where('id', '=', o.approvalId)
    .where('utility_id', '=', o.utilityId)
    .execute();
}

export type NewApprovalEvent = {
  readonly utilityId: string;
  readonly approvalId: string;
  readonly what: ApprovalDetail['history'][number]['what'];
  readonly operatorId: string | null;
  readonly reason: string | null;
  readonly shown: object | null;
  readonly at: Date;
};

/** The next row of an approval's history; the caller holds the approval's row lock or made it. */
export async function insertApprovalEvent(tx: Tx, o: NewApprovalEvent): Promise<void> {
  const shown = o.shown === null ? null : JSON.stringify(o.shown);
  await sql`INSERT INTO prewatt.approval_events
      (approval_id, ordinal, utility_id, what, operator_id, reason, shown, at)
    SELECT ${o.approvalId}::uuid, 1 + coalesce(max(ordinal), 0), ${o.utilityId}::uuid, ${o.what},
      ${o.operatorId}::uuid, ${o.reason}, ${shown}::jsonb, ${o.at}
    FROM prewatt.approval_events WHERE approval_id = ${o.approvalId}::uuid`.execute(tx);
}

export async function selectApprovalEvents(tx: Tx, approvalId: string) {
  return tx
    .selectFrom('approval_events')
    .leftJoin('operators', 'operators.id', 'approval_events.operator_id')
    .select(['approval_events.what', 'approval_events.reason', 'approval_events.at'])
    .select('approval_events.shown')
    .select('operators.name')
    .where('approval_id', '=', approvalId)
    .orderBy('ordinal')
    .execute();
}

// SQL of invitations and of changed roles. The functions of the database that make an operator and
// change a role look at the approval themselves.

import type { InvitationRow, OperatorRole } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { OperatorRef } from '../approvals/index.ts';

export type StoredInvitation = {
  readonly id: string;
  readonly operatorId: string | null;
  readonly name: string;
  readonly email: string;
  readonly role: OperatorRole;
  readonly days: number | null;
  readonly approvalId: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly requesterName: string;
  readonly approverName: string;
  readonly expiresAtMs: number;
  readonly state: InvitationRow['state'];
};

const columns = sql`i.id, i.operator_id AS "operatorId", i.name, i.email, i.role, i.days,
  i.approval_id AS "approvalId", i.requested_by AS "requestedBy", i.approved_by AS "approvedBy",
  asker.name AS "requesterName", allower.name AS "approverName",
  (extract(epoch FROM i.expires_at) * 1000)::float8 AS "expiresAtMs",
  CASE WHEN i.joined_at IS NOT NULL THEN 'joined' WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN i.expires_at <= clock_timestamp() THEN 'over' ELSE 'open' END AS state`;

const invitations = (utilityId: string) => sql`prewatt.operator_invitations i
  JOIN prewatt.operators asker ON asker.id = i.requested_by
  JOIN prewatt.operators allower ON allower.id = i.approved_by
  WHERE i.utility_id = ${utilityId}::uuid`;

/** The newest first; those of long ago stand in the audit log. */
export async function selectInvitations(
  tx: Tx,
  utilityId: string,
): Promise<readonly StoredInvitation[]> {
  const { rows } = await sql<StoredInvitation>`SELECT ${columns} FROM ${invitations(utilityId)}
    AND i.expires_at > clock_timestamp() - interval '30 days'
    ORDER BY i.entered DESC LIMIT 200`.execute(tx);
  return rows;
}

export async function selectInvitation(
  tx: Tx,
  o: { readonly utilityId: string; readonly invitationId: string },
): Promise<StoredInvitation | null> {
  const { rows } = await sql<StoredInvitation>`SELECT ${columns}
    FROM ${invitations(o.utilityId)} AND i.id = ${o.invitationId}::uuid`.execute(tx);
  return rows[0] ?? null;
}

/** Of an address two people in a hurry might make two; of several requests one waits. */
export async function isInvited(tx: Tx, utilityId: string, email: string): Promise<boolean> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('team ' || ${utilityId}, 0))`.execute(tx);
  const { rows } = await sql`SELECT FROM ${invitations(utilityId)} AND i.email = ${email}
    AND i.joined_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > clock_timestamp()`.execute(
    tx,
  );
  return rows.length > 0;
}

export async function insertInvitation(
  tx: Tx,
  o: {
    readonly id: string;
    readonly utilityId: string;
    readonly operatorId: string | null;
    readonly name: string;
    readonly email: string;
    readonly role: OperatorRole;
    readonly days: number | null;
    readonly approvalId: string;
    readonly requestedBy: OperatorRef;
    readonly approvedBy: OperatorRef;
    readonly atMs: number;
  },
): Promise<void> {
  await tx
    .insertInto('operator_invitations')
    .values({
      id: o.id,
      utility_id: o.utilityId,
      operator_id: o.operatorId,
      name: o.name,
      email: o.email,
      role: o.role,
      days: o.days,
      approval_id: o.approvalId,
      requested_by: o.requestedBy.operatorId,
      approved_by: o.approvedBy.operatorId,
      at: new Date(o.atMs),
    })
    .execute();
}

/** False when it is not open any more. */
export async function withdrawInvitation(
  tx: Tx,
  o: { readonly utilityId: string; readonly invitationId: string; readonly by: string },
  atMs: number,
): Promise<boolean> {
  const { rows } =
    await sql`UPDATE prewatt.operator_invitations SET withdrawn_at = ${new Date(atMs)},
      withdrawn_by = ${o.by}::uuid
    WHERE utility_id = ${o.utilityId}::uuid AND id = ${o.invitationId}::uuid
      AND joined_at IS NULL AND withdrawn_at IS NULL RETURNING id`.execute(tx);
  return rows.length === 1;
}

/** Locks it, so that of two who come at once the second one is told that it was used. */
export async function lockInvitation(
  tx: Tx,
  o: { readonly utilityId: string; readonly invitationId: string },
): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('invitation ' || ${o.invitationId}, 0))`.execute(
    tx,
  );
}

/** Who joined, or null when the database does not find it allowed. */
export async function joinTeam(
  tx: Tx,
  o: { readonly invitationId: string; readonly authUserId: string; readonly atMs: number },
): Promise<string | null> {
  const { rows } = await sql<{ who: string | null }>`SELECT prewatt.join_team(
    ${o.invitationId}::uuid, ${o.authUserId}, ${new Date(o.atMs)}) AS who`.execute(tx);
  return rows[0]?.who ?? null;
}

/** False when the role is another one by now, or nobody has it any more. */
export async function changeRole(
  tx: Tx,
  o: { readonly approvalId: string; readonly approver: string; readonly atMs: number },
): Promise<boolean> {
  const { rows } = await sql<{ done: boolean }>`SELECT prewatt.change_role(
    ${o.approvalId}::uuid, ${o.approver}::uuid, ${new Date(o.atMs)}) AS done`.execute(tx);
  return rows[0]?.done ?? false;
}

export type Member = {
  readonly operatorId: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly authUserId: string;
};

export async function selectMember(
  tx: Tx,
  o: { readonly utilityId: string; readonly operatorId: string },
): Promise<Member | null> {
  const row = await tx
    .selectFrom('operators')
    .select(['id', 'name', 'role', 'auth_user_id'])
    .where('utility_id', '=', o.utilityId)
    .where('id', '=', o.operatorId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { id: operatorId, auth_user_id: authUserId, name, role } = row;
  return { operatorId, name, role, authUserId };
}

/** Sign-ins of administrators, whether a password opens them or not. */
export async function administratorsOf(tx: Tx, utilityId: string): Promise<readonly Member[]> {
  const rows = await tx
    .selectFrom('operators')
    .select(['id as operatorId', 'name', 'role', 'auth_user_id as authUserId'])
    .where('utility_id', '=', utilityId)
    .where('role', '=', 'administrator')
    .execute();
  return rows;
}

// SQL of versions of tariffs.

import type { TariffVersionState } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

export type StoredVersion = {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly state: TariffVersionState;
  /** "2026-12-01" */
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string | null;
  readonly requestedBy: string | null;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
  readonly documentDigest: string | null;
  readonly createdAtMs: number;
};

const columns = sql`id, name, version, state, effective_from::text AS "effectiveFrom",
  effective_to::text AS "effectiveTo", reason, requested_by AS "requestedBy",
  approved_by AS "approvedBy", approval_id AS "approvalId", document_digest AS "documentDigest",
  created_at AS "createdAtMs"`;

/** Newest first: of one tariff, or of all. */
export async function selectVersions(tx: Tx, name?: string): Promise<readonly StoredVersion[]> {
  const which = name === undefined ? sql`true` : sql`name = ${name}`;
  const { rows } = await sql<StoredVersion>`SELECT ${columns} FROM tariffs WHERE ${which}
    ORDER BY name, version DESC, id DESC`.execute(tx);
  return rows;
}

export async function selectVersion(
  tx: Tx,
  o: { readonly versionId: string; readonly lock: boolean },
): Promise<StoredVersion | null> {
  const { rows } = await sql<StoredVersion>`SELECT ${columns} FROM tariffs
    WHERE id = ${o.versionId}::uuid ${o.lock ? sql`FOR UPDATE` : sql``}`.execute(tx);
  return rows[0] ?? null;
}

export async function selectByRequest(tx: Tx, requestId: string): Promise<StoredVersion | null> {
  const { rows } = await sql<StoredVersion>`SELECT ${columns} FROM tariffs
    WHERE request_id = ${requestId}`.execute(tx);
  return rows[0] ?? null;
}

export async function selectDocument(tx: Tx, versionId: string): Promise<object> {
  const row = await tx
    .selectFrom('tariffs')
    .select('document')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  return row.document;
}

/** The name of a tariff, other than `name`, whose documents have this id; null when none has. */
export async function otherNameOfId(
  tx: Tx,
  o: { readonly documentId: string; readonly name: string },
): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM tariffs
    WHERE document ->> 'id' = ${o.documentId} AND name <> ${o.name} AND state <> 'withdrawn'
    LIMIT 1`.execute(tx);
  return rows[0]?.name ?? null;
}

export type NewDraft = {
  readonly id: string;
  readonly utilityId: string;
  readonly requestId: string;
  readonly name: string;
  readonly version: number;
  readonly document: object;
  readonly documentDigest: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly requestedBy: string;
  readonly at: Date;
};

/** False when the request, or that version of the tariff, is there already. */
export async function insertDraft(tx: Tx, draft: NewDraft): Promise<boolean> {
  const inserted = await tx
    .insertInto('tariffs')
    .values({
      id: draft.id,
      utility_id: draft.utilityId,
      request_id: draft.requestId,
      name: draft.name,
      version: draft.version,
      document: JSON.stringify(draft.document),
      document_digest: draft.documentDigest,
      state: 'draft',
      state_at: draft.at,
      effective_from: draft.effectiveFrom,
      effective_to: draft.effectiveTo,
      reason: draft.reason,
      requested_by: draft.requestedBy,
      created_at: draft.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** A version that needs nobody's approval: it comes with a new utility. */
export async function insertApprovedTariff(
  tx: Tx,
  version: Pick<
    NewDraft,
    'id' | 'utilityId' | 'name' | 'version' | 'document' | 'effectiveFrom' | 'effectiveTo' | 'at'
  >,
): Promise<void> {
  await tx
    .insertInto('tariffs')
    .values({
      id: version.id,
      utility_id: version.utilityId,
      name: version.name,
      version: version.version,
      document: JSON.stringify(version.document),
      state: 'approved',
      state_at: version.at,
      effective_from: version.effectiveFrom,
      effective_to: version.effectiveTo,
      created_at: version.at,
    })
    .execute();
}

export async function setVersionState(
  tx: Tx,
  versionId: string,
  o: {
    readonly state: TariffVersionState;
    readonly at: Date;
    readonly approvalId?: string;
    readonly approvedBy?: string;
    readonly withdrawnBy?: string;
  },
): Promise<void> {
  await tx
    .updateTable('tariffs')
    .set({
      state: o.state,
      state_at: o.at,
      ...(o.approvalId !== undefined && { approval_id: o.approvalId }),
      ...(o.approvedBy !== undefined && { approved_by: o.approvedBy }),
      ...(o.withdrawnBy !== undefined && { withdrawn_by: o.withdrawnBy }),
    })
    .where('id', '=', versionId)
    .execute();
}

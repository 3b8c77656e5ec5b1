// The secrets that sign: made, sealed under the master key, opened to sign, and all of them for a
// new master key.

import type { RandomBytes } from '@prewatt/quantities';
import { sql } from 'kysely';
import type pg from 'pg';
import { instant, type Tx } from '../../base/database.ts';
import { open, type SealedRow, seal } from '../../base/seal.ts';

const boundTo = (utilityId: string, endpointId: string, ordinal: number): string =>
  `webhook secret ${utilityId} ${endpointId} ${ordinal}`;

type OfEndpoint = { readonly utilityId: string; readonly endpointId: string };

/** Adds a secret, which signs from now on; those before it sign until `earlierEndAt`. */
export async function addSecret(
  tx: Tx,
  deps: { readonly masterKey: Buffer; readonly random: RandomBytes },
  o: OfEndpoint & { readonly requestId: string; readonly earlierEndAt: Date },
): Promise<string> {
  const { utilityId, endpointId } = o;
  const ended = await sql<{ ordinal: number }>`UPDATE webhook_secrets
    SET ends_at = least(ends_at, ${o.earlierEndAt}::timestamptz)
    WHERE utility_id = ${utilityId}::uuid AND endpoint_id = ${endpointId}::uuid
    RETURNING ordinal`.execute(tx);
  const ordinal = ended.rows.length + 1;
  const bytes = Buffer.from(deps.random(32));
  await tx
    .insertInto('webhook_secrets')
    .values({
      ...{ endpoint_id: endpointId, ordinal, utility_id: utilityId, request_id: o.requestId },
      sealed: seal(deps.masterKey, boundTo(utilityId, endpointId, ordinal), bytes),
    })
    .execute();
  return `whsec_${bytes.toString('base64')}`;
}

/** Those that sign now, newest first. Throws when one does not open: another master key. */
export async function openSecrets(
  tx: Tx,
  masterKey: Buffer,
  o: OfEndpoint & { readonly nowMs: number },
): Promise<readonly string[]> {
  const { rows } = await sql<{ ordinal: number; sealed: Buffer }>`SELECT ordinal, sealed
    FROM webhook_secrets WHERE utility_id = ${o.utilityId}::uuid
      AND endpoint_id = ${o.endpointId}::uuid
      AND coalesce(ends_at > ${instant(o.nowMs)}::timestamptz, true)
    ORDER BY ordinal DESC LIMIT 4`.execute(tx);
  return rows.map(({ ordinal, sealed }) => {
    const bytes = open(masterKey, boundTo(o.utilityId, o.endpointId, ordinal), sealed);
    if (bytes === null) throw new Error('a webhook secret does not open under the master key');
    return `whsec_${bytes.toString('base64')}`;
  });
}

/** Of all utilities: the client is the database owner's. */
export async function sealedWebhookSecrets(
  client: pg.Client,
): Promise<SealedRow<'webhookSecret'>[]> {
  const { rows } = await client.query(
    `SELECT utility_id, endpoint_id, ordinal, sealed FROM webhook_secrets
     ORDER BY endpoint_id, ordinal`,
  );
  return rows.map((row) => ({
    kind: 'webhookSecret',
    name: `webhook secret ${row.ordinal} of the endpoint ${row.endpoint_id}`,
    utilityId: row.utility_id,
    bound: boundTo(row.utility_id, row.endpoint_id, row.ordinal),
    sealed: row.sealed,
    save: async (sealed) => {
      await client.query(
        'UPDATE webhook_secrets SET sealed = $1 WHERE endpoint_id = $2 AND ordinal = $3',
        [sealed, row.endpoint_id, row.ordinal],
      );
    },
  }));
}

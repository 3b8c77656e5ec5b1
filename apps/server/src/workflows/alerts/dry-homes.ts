// Homes without credit that can be told something: they have a phone, and were heard within a day.

import { dayMs } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { type Asked, noUuid } from './ahead-pages.ts';

export type DryHome = ConnectionPlace & { readonly isWallet: boolean };

/**
 * A page of those that were not told `factKey`. `which` narrows them, by connection `c`, meter
 * state `s` and wallet `w`.
 */
export async function dryHomes(
  tx: Tx,
  o: Asked<DryHome> & {
    readonly utilityId: string;
    readonly factKey: string;
    readonly which: RawBuilder<unknown>;
  },
): Promise<readonly DryHome[]> {
  const { utilityId, after } = o;
  const { rows } = await sql<{ bucket: number; connection_id: string; is_wallet: boolean }>`
    SELECT c.bucket, c.id AS connection_id, c.credit_mode = 'wallet' AS is_wallet
    FROM meter_states s
    JOIN meters m ON m.bucket = s.bucket AND m.id = s.meter_id AND m.retired_at IS NULL
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    LEFT JOIN wallets w ON w.bucket = c.bucket AND w.connection_id = c.id
      AND w.since_at IS NOT NULL
    WHERE s.utility_id = ${utilityId}::uuid AND c.customer_phone IS NOT NULL
      AND s.last_contact_at > ${new Date(o.nowMs - dayMs)}::timestamptz
      AND ${o.which}
      AND NOT EXISTS (SELECT FROM messages x WHERE x.bucket = c.bucket
        AND x.connection_id = c.id AND x.fact_key = ${o.factKey})
      AND (c.bucket, c.id) > (${after?.bucket ?? -1}::smallint,
        ${after?.connectionId ?? noUuid}::uuid)
    ORDER BY c.bucket, c.id LIMIT ${o.atOnce}`.execute(tx);
  return rows.map((row) => ({
    ...{ bucket: row.bucket, connectionId: row.connection_id, utilityId },
    isWallet: row.is_wallet,
  }));
}

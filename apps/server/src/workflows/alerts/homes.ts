// Homes for the attention list by their protection: a meter that refused the rules in force, and a
// home that owes much of what it used while rules kept supply on. Each stands there once and leaves
// when it is so no more, or when somebody has seen it.

import { formatKwh } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { refusedRules } from '../../metering/protection/index.ts';

export const homeAlertKinds = ['rulesRefused', 'owesMuch'] as const;
export type HomeAlertKind = (typeof homeAlertKinds)[number];

/** Where the rules name no limit. */
const muchWh = 20_000n;
const noticedAtOnce = 1_000;

type Found = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly fact: bigint;
  readonly since_at: number;
};
type Looking = {
  readonly utilityId: string;
  readonly newUuid: NewUuid;
  readonly nowMs: number;
};

/** What is wrong, and what to do. */
export const homeText = (kind: HomeAlertKind, fact: bigint): string =>
  kind === 'rulesRefused'
    ? 'The meter refused the protection rules in force: until it takes them it follows older ones. ' +
      'Ask its maker why; its other commands say whether it answers at all'
    : `It owes more than ${formatKwh(fact)} kWh, used while rules kept supply on. A part of each ` +
      'purchase pays it back. See whether the customer needs help';

/** Notices what has begun and ends what is over. Reads all meters: not for each minute. */
export async function noticeHomes(tx: Tx, o: Looking): Promise<void> {
  await settle(tx, o, { kind: 'rulesRefused', found: await refusedRules(tx, o.utilityId) });
  await settle(tx, o, { kind: 'owesMuch', found: await oweMuch(tx, o) });
}

/** A wallet's money is looked at by itself. */
async function oweMuch(tx: Tx, o: Looking): Promise<readonly Found[]> {
  const { rows } = await sql<Found>`SELECT st.bucket, st.meter_id, st.connection_id,
      much.wh AS fact, ${new Date(o.nowMs)}::timestamptz AS since_at
    FROM (SELECT coalesce((protection_rules->>'protectedOwedLimitWh')::bigint, ${muchWh}) AS wh
      FROM utilities WHERE id = ${o.utilityId}::uuid) much
    JOIN meter_states st ON st.utility_id = ${o.utilityId}::uuid AND st.owed_energy_wh > much.wh
    JOIN meters m ON m.bucket = st.bucket AND m.id = st.meter_id AND m.retired_at IS NULL
    JOIN connections c ON c.bucket = st.bucket AND c.id = st.connection_id
      AND c.credit_mode <> 'wallet'
    ORDER BY st.owed_energy_wh DESC LIMIT ${noticedAtOnce}`.execute(tx);
  return rows;
}

async function settle(
  tx: Tx,
  o: Looking,
  { kind, found }: { readonly kind: HomeAlertKind; readonly found: readonly Found[] },
): Promise<void> {
  const still = found.map(({ meter_id }) => meter_id);
  await sql`UPDATE meter_alerts SET ended_at = ${new Date(o.nowMs)}::timestamptz
    WHERE utility_id = ${o.utilityId}::uuid AND ended_at IS NULL AND kind = ${kind}
      AND NOT meter_id = ANY (${still}::uuid[])`.execute(tx);
  const standing = await tx
    .selectFrom('meter_alerts')
    .select('meter_id')
    .where('utility_id', '=', o.utilityId)
    .where('kind', '=', kind)
    .where('ended_at', 'is', null)
    .execute();
  // Also one that somebody has seen stands until it ends.
  const known = new Set(standing.map(({ meter_id }) => meter_id));
  for (const { bucket, meter_id, connection_id, fact, since_at } of found) {
    if (known.has(meter_id)) continue;
    await tx
      .insertInto('meter_alerts')
      .values({
        ...{ bucket, meter_id, connection_id, kind, code: kind, fact },
        id: o.newUuid(),
        utility_id: o.utilityId,
        since_at: new Date(since_at),
        noticed_at: new Date(o.nowMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

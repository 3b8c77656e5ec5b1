// Identities of meters that somebody should look at: a certificate whose end is near or past and
// that its meter did not renew, a renewal that failed, one that takes too much time. Each once, on
// the list until it is mended or somebody has seen it.

import { civilDateOf, dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { failedRenewals } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

const noticedAtOnce = 1_000;

type Looking = {
  readonly utilityId: string;
  readonly newUuid: NewUuid;
  readonly nowMs: number;
  /** Decides about the dates of certificates. */
  readonly realNowMs: number;
};
export const identityAlertKinds = [
  'certificateEnds',
  'certificateEnded',
  'renewalFailed',
  'tooMuchWork',
] as const;
export type IdentityAlertKind = (typeof identityAlertKinds)[number];

type Found = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly kind: IdentityAlertKind;
  readonly fact: number;
};

/** Of a meter in use that has not revoked its link: the certificate that it uses, as `used`. */
const inUse = sql`FROM meter_certificates used
  JOIN meters m ON m.bucket = used.bucket AND m.id = used.meter_id AND m.retired_at IS NULL
    AND m.link_revoked_at IS NULL
  WHERE used.utility_id = prewatt.current_utility() AND used.ended_at IS NULL
    AND used.first_used_at IS NOT NULL`;
const factOf = sql`(extract(epoch FROM used.not_after) * 1000)::bigint`;

/** Notices what has begun and ends what is over. */
export async function noticeIdentities(tx: Tx, o: Looking): Promise<void> {
  const failed = await failedRenewals(tx, o);
  await endMended(tx, o, failed);
  const found = [
    ...(await endingSoon(tx, o)),
    ...failed.map(({ at, ...of }) => ({ ...of, kind: 'renewalFailed' as const, fact: at })),
  ];
  for (const { fact, kind, bucket, meter_id, connection_id } of found) {
    await tx
      .insertInto('meter_alerts')
      .values({
        ...{ bucket, meter_id, connection_id, kind },
        id: o.newUuid(),
        utility_id: o.utilityId,
        code: kind,
        fact: BigInt(fact),
        since_at: new Date(o.nowMs),
        noticed_at: new Date(o.nowMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function endingSoon(tx: Tx, o: Looking): Promise<readonly Found[]> {
  const now = instant(o.realNowMs);
  const { rows } = await sql<Found>`SELECT * FROM (
      SELECT used.bucket, used.meter_id, m.connection_id, ${factOf}::float8 AS fact,
        CASE WHEN used.not_after <= ${now}::timestamptz THEN 'certificateEnded'
          ELSE 'certificateEnds' END AS kind
      ${inUse} AND used.not_after <= ${now}::timestamptz + make_interval(days =>
        (SELECT identity_warn_days FROM utilities WHERE id = ${o.utilityId}::uuid))) near
    WHERE NOT EXISTS (SELECT FROM meter_alerts a WHERE a.bucket = near.bucket
      AND a.meter_id = near.meter_id AND a.kind = near.kind AND a.fact = near.fact::bigint)
    ORDER BY fact, meter_id LIMIT ${noticedAtOnce}`.execute(tx);
  return rows;
}

/** A certificate that was replaced or ended otherwise, a renewal that went through after all. */
async function endMended(
  tx: Tx,
  o: Looking,
  failed: Awaited<ReturnType<typeof failedRenewals>>,
): Promise<void> {
  const now = instant(o.realNowMs);
  await sql`UPDATE meter_alerts a SET ended_at = ${new Date(o.nowMs)}::timestamptz
    WHERE a.utility_id = ${o.utilityId}::uuid AND a.ended_at IS NULL
      AND a.kind IN ('certificateEnds', 'certificateEnded')
      AND NOT EXISTS (SELECT ${inUse} AND used.bucket = a.bucket AND used.meter_id = a.meter_id
        AND ${factOf} = a.fact
        AND (used.not_after <= ${now}::timestamptz) = (a.kind = 'certificateEnded'))`.execute(tx);
  const stillSo = failed.map(({ meter_id, at }) => `${meter_id} ${at}`);
  await sql`UPDATE meter_alerts a SET ended_at = ${new Date(o.nowMs)}::timestamptz
    WHERE a.utility_id = ${o.utilityId}::uuid AND a.ended_at IS NULL AND a.kind = 'renewalFailed'
      AND NOT (a.meter_id || ' ' || a.fact) = ANY (${stillSo}::text[])`.execute(tx);
}

/** A meter whose messages take too much time: once a day, on the list until it was seen. */
export async function noticeOverworked(
  tx: Tx,
  o: { readonly newUuid: NewUuid; readonly nowMs: number; readonly place: MeterPlace },
): Promise<void> {
  const { bucket, utilityId, connectionId, meterId } = o.place;
  const at = new Date(o.nowMs);
  await tx
    .insertInto('meter_alerts')
    .values({
      ...{ bucket, id: o.newUuid(), utility_id: utilityId, connection_id: connectionId },
      ...{ meter_id: meterId, kind: 'tooMuchWork', code: 'tooMuchWork' },
      ...{ fact: BigInt(Math.floor(o.nowMs / dayMs)), since_at: at, noticed_at: at },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What is wrong, and what to do. */
export function identityText(kind: IdentityAlertKind, fact: bigint, zone: string): string {
  const day = civilDateOf(Number(fact), zone);
  switch (kind) {
    case 'certificateEnds':
      return (
        `Its certificate ends on ${day} and the meter has not renewed it by itself. Renew it under ` +
        'its identity; a meter that does not do as it is told is paired at the home'
      );
    case 'certificateEnded':
      return (
        `Its certificate ended on ${day}: it opens no session any more. Pair the meter at the ` +
        'home with a new one'
      );
    case 'renewalFailed':
      return (
        'The renewal of its identity failed: the meter refused it, never answered, or does not ' +
        'use what it got. What it has still works. Its identity says more'
      );
    case 'tooMuchWork':
      return (
        'Its messages took more time of the server than a meter may have, so that some were left ' +
        'unread. A meter that works as it should does not do that: somebody else may have its ' +
        'identity. Revoke its link, look at the meter, and pair it anew'
      );
  }
}

/** Looked through each hour; real time decides, since it does about certificates. */
export const identitiesEveryMs = dayMs / 24;

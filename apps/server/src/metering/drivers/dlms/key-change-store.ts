// How a change of a meter's DLMS keys is kept: the new ones wait sealed beside the old ones until
// the meter has proved which it has. Until then all four pairs are tried.

import type { CounterStore } from '@prewatt/dlms';
import { isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { recordLinkChange } from '../../headend/index.ts';
import { hasKeys } from './associate.ts';
import {
  allPairs,
  type KeyChange,
  type NewKeys,
  oldPair,
  type Pair,
  pairIn,
} from './key-change.ts';
import type { LinkRow } from './link-store.ts';
import { type DlmsSecrets, openNext, openSecrets, sealNext, sealSecrets } from './secrets.ts';

/** Keys that the meter may have, and how far the counters under them are. */
export type Candidate = {
  readonly pair: Pair;
  readonly secrets: DlmsSecrets;
  readonly counters: CounterStore;
};

/** How many pairs a visit tries: one for each connection. */
const pairsOf = { called: 2, dialsIn: 1 } as const;

export function candidatesOf(masterKey: Buffer, row: LinkRow): readonly Candidate[] {
  const all = everyCandidateOf(masterKey, row);
  const { keyChange } = row;
  if (all.length === 1 || keyChange === null) return all;
  return Array.from({ length: pairsOf[row.reach] }, (_, nth) => {
    const found = all[(keyChange.tried + nth) % all.length];
    return found === undefined ? [] : [found];
  }).flat();
}

/** All that it may have: for what it sends by itself, which costs no connection to try. */
export function everyCandidateOf(masterKey: Buffer, row: LinkRow): readonly Candidate[] {
  const secrets = openSecrets(masterKey, row.place, row.sealed);
  const { keyChange, sealedNext, counters } = row;
  // The others go only once it is known under which key they are wrapped.
  const isWrapping = keyChange?.wrapping === 'waiting' || keyChange?.wrapping === 'sent';
  const wasSent = keyChange !== null && keyChange.state !== 'waiting' && !isWrapping;
  const mayBeNew = wasSent && sealedNext !== null;
  if (!mayBeNew) return [{ pair: oldPair, secrets, counters }];
  const next = openNext(masterKey, row.place, sealedNext);
  return allPairs.map((of) => {
    const isNewCounter = of.encryptionKey === 'new';
    return {
      pair: of,
      secrets: pairIn(secrets, next, of),
      counters: isNewCounter ? { ...counters, received: row.receivedNext } : counters,
    };
  });
}

type Keeping = { readonly masterKey: Buffer; readonly atMs: number };

export type KeyChangeWish = {
  readonly id: string;
  readonly by: string;
  readonly order: KeyChange['order'];
  readonly raisesPolicy: boolean;
  readonly changesWrappingKey: boolean;
};
export type KeyChangeRefusal = 'notLinkedByKeys' | 'noWrappingKey' | 'keyChangeUnderWay';

/** The meter's row is locked. Null when it waits now. */
export async function askForKeys(
  tx: Tx,
  { bucket, meterId, utilityId }: MeterPlace,
  o: Keeping & { readonly wish: KeyChangeWish; readonly fresh: NewKeys },
): Promise<KeyChangeRefusal | null> {
  const row = await tx
    .selectFrom('dlms_links')
    .select(['authentication', 'ended_at', 'has_wrapping_key', 'sealed_next'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.ended_at !== null || !hasKeys(row.authentication)) {
    return 'notLinkedByKeys';
  }
  if (!row.has_wrapping_key) return 'noWrappingKey';
  // What was sent before is kept until the meter has said which keys it has.
  if (row.sealed_next !== null) return 'keyChangeUnderWay';
  const { id, order, raisesPolicy, changesWrappingKey, by } = o.wish;
  const change: KeyChange = {
    ...{ id, state: 'waiting', order, raisesPolicy, askedAt: isoOf(o.atMs), askedBy: by },
    ...{ transfers: 0, tried: 0, changedAt: null, refusal: null, policy: null },
    wrapping: changesWrappingKey ? 'waiting' : null,
  };
  const sealed = sealNext(o.masterKey, { utilityId, meterId }, o.fresh);
  await sql`UPDATE dlms_links SET key_change = ${JSON.stringify(change)}::jsonb,
      sealed_next = ${sealed}, received_next = -1, next_read_at = ${new Date(o.atMs)}::timestamptz
    WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  return null;
}

/** Of this change; of a later one nothing is touched. */
export const keepKeyChange = (
  database: Database,
  { utilityId, bucket, meterId, connectionId }: MeterPlace,
  change: KeyChange,
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE dlms_links SET key_change = ${JSON.stringify(change)}::jsonb
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid
        AND key_change ->> 'id' = ${change.id}`.execute(tx);
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });

/** The meter has proved that it has the new key under which others are wrapped. */
export const keepWrappingKey = (
  database: Database,
  { place, sealed }: LinkRow,
  o: { readonly masterKey: Buffer; readonly key: string; readonly change: KeyChange },
): Promise<void> =>
  database.inUtility(place.utilityId, async (tx) => {
    const { utilityId, bucket, meterId, connectionId } = place;
    const secrets = { ...openSecrets(o.masterKey, place, sealed), keyEncryptionKey: o.key };
    await sql`UPDATE dlms_links SET key_change = ${JSON.stringify(o.change)}::jsonb,
        sealed = ${sealSecrets(o.masterKey, place, secrets)}
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid
        AND key_change ->> 'id' = ${o.change.id}`.execute(tx);
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });

/** The meter has proved which keys it has: they are its keys, and no others are tried. */
export const settleKeys = (
  database: Database,
  row: LinkRow,
  o: Keeping & { readonly has: Pair; readonly change: KeyChange },
): Promise<void> =>
  database.inUtility(row.place.utilityId, async (tx) => {
    const { utilityId, bucket, meterId, connectionId } = row.place;
    if (row.sealedNext === null) return;
    const secrets = openSecrets(o.masterKey, row.place, row.sealed);
    const kept = pairIn(secrets, openNext(o.masterKey, row.place, row.sealedNext), o.has);
    const isNewCounter = o.has.encryptionKey === 'new';
    const { rows } =
      await sql`UPDATE dlms_links SET key_change = ${JSON.stringify(o.change)}::jsonb,
        sealed = ${sealSecrets(o.masterKey, row.place, kept)}, sealed_next = NULL,
        received = CASE WHEN ${isNewCounter} THEN received_next ELSE received END,
        received_next = -1
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid
        AND key_change ->> 'id' = ${o.change.id} RETURNING meter_id`.execute(tx);
    if (rows.length === 0) return;
    if (o.change.state === 'done') {
      await recordLinkChange(tx, row.place, { act: 'driverKeysChanged', at: new Date(o.atMs) });
    }
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });

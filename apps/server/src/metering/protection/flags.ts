// Homes that are never cut: a medical device or a vulnerable person, who said so, until when. Each
// change is one more row; what counts is the last one of its kind.

import type { HomeFlagKind, HomeFlagsAnswer } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import {
  type ConnectionChange,
  type ConnectionPlace,
  columnsOfChange,
  wasDone,
} from '../../registry/connections/index.ts';
import type { ProtectionRefusal } from './errors.ts';

export type HomeFlags = { readonly vulnerable: boolean; readonly medical: boolean };

/** The flags that count on a civil day of the utility. */
export async function homeFlags(tx: Tx, place: ConnectionPlace, date: string): Promise<HomeFlags> {
  const kinds = await currentKinds(tx, place, date);
  return { vulnerable: kinds.includes('vulnerable'), medical: kinds.includes('medical') };
}

async function currentKinds(tx: Tx, place: ConnectionPlace, date: string): Promise<HomeFlagKind[]> {
  const { rows } = await sql<{ kind: HomeFlagKind; counts: boolean }>`
    SELECT DISTINCT ON (kind) kind,
      what = 'set' AND (expires_on IS NULL OR expires_on >= ${date}::date) AS counts
    FROM home_flag_events
    WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}
    ORDER BY kind, id DESC`.execute(tx);
  return rows.filter((row) => row.counts).map((row) => row.kind);
}

export type FlagChange = ConnectionChange & {
  readonly kind: HomeFlagKind;
  readonly what: 'set' | 'ended';
  readonly evidence: string;
  readonly expiresOn: string | null;
  /** Today in the utility's zone. */
  readonly date: string;
};

/** Sets a flag (again, with another end or evidence) or ends one. */
export async function changeFlag(
  tx: Tx,
  place: ConnectionPlace,
  change: FlagChange,
): Promise<Result<void, ProtectionRefusal>> {
  const { kind, what, evidence } = change;
  const expires_on = what === 'set' ? change.expiresOn : null;
  const values = { kind, what, evidence, expires_on };
  const { requestId } = change;
  const done = await wasDone(tx, place, { table: 'home_flag_events', requestId, values });
  if (!done.ok) return done;
  if (done.value) return ok(undefined);
  if (change.expiresOn !== null && change.expiresOn < change.date) return err('dayPast');
  if (change.what === 'ended') {
    const kinds = await currentKinds(tx, place, change.date);
    if (!kinds.includes(change.kind)) return err('unknownFlag');
  }
  await tx
    .insertInto('home_flag_events')
    .values({ ...columnsOfChange(place, change), ...values })
    .execute();
  return ok(undefined);
}

export async function flagHistory(
  tx: Tx,
  place: ConnectionPlace,
  date: string,
): Promise<HomeFlagsAnswer> {
  const rows = await tx
    .selectFrom('home_flag_events as e')
    .innerJoin('operators as o', 'o.id', 'e.operator_id')
    .select(['e.kind', 'e.what', 'e.evidence', 'e.at', 'o.name'])
    .select(sql<string | null>`e.expires_on::text`.as('expires_on'))
    .where('e.bucket', '=', place.bucket)
    .where('e.connection_id', '=', place.connectionId)
    .orderBy('e.id', 'desc')
    .execute();
  return {
    flags: await currentKinds(tx, place, date),
    history: rows.map((row) => ({
      kind: row.kind,
      what: row.what,
      evidence: row.evidence,
      expiresOn: row.expires_on,
      by: row.name,
      at: new Date(row.at).toISOString(),
    })),
  };
}

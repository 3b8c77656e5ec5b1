// What people decide about readings: a finding is accepted (the reading is right) or rejected (it
// is left out), energy is entered for a span that was not measured. By name, with a reason; added
// to the history, and the day is validated again.

import type { ReadingFinding } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { registerNumbers } from './registers.ts';
import type { FindingKind } from './validate.ts';

/** In the order of the checks: a repeat of the same decision is no refusal. */
export type ReadingRefusal = 'unknownFinding' | 'decidedOtherwise' | 'spanNotEstimated';

type Decided = {
  readonly place: MeterPlace;
  readonly by: string;
  readonly reason: string;
  readonly nowMs: number;
  readonly zone: string;
};

const register = registerNumbers.importEnergyWh;
const listed = 200;

/** The last word on each finding of a connection, newest reading first. */
export async function findingsOf(
  tx: Tx,
  place: { readonly bucket: number; readonly connectionId: string },
): Promise<ReadingFinding[]> {
  const { rows } = await sql<{
    read_at: number;
    finding: FindingKind;
    state: ReadingFinding['state'];
    detail: Record<string, string | number>;
    decided_by: string | null;
    reason: string | null;
    at: number;
  }>`SELECT * FROM (
      SELECT DISTINCT ON (meter_id, read_at, finding) read_at, finding, state, detail, decided_by,
        reason, at
      FROM reading_findings
      WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid
      ORDER BY meter_id, read_at, finding, ordinal DESC) AS last
    ORDER BY read_at DESC LIMIT ${listed}`.execute(tx);
  return rows.map((row) => ({
    readAt: new Date(row.read_at).toISOString(),
    finding: row.finding,
    state: row.state,
    detail: row.detail,
    decidedBy: row.decided_by,
    reason: row.reason,
    at: new Date(row.at).toISOString(),
  }));
}

export async function decideFinding(
  tx: Tx,
  o: Decided & {
    readonly readAtMs: number;
    readonly finding: FindingKind;
    readonly decision: 'accepted' | 'rejected' | 'reopened';
  },
): Promise<Result<void, ReadingRefusal>> {
  const { place } = o;
  await lockMeter(tx, place);
  const last = await tx
    .selectFrom('reading_findings')
    .select(['state', 'ordinal', 'reason', 'decided_by', 'detail'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('register', '=', register)
    .where('read_at', '=', instant(o.readAtMs))
    .where('finding', '=', o.finding)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined || last.state === 'gone') return err('unknownFinding');
  // Taken back, a finding stands open as it was found, with the name of who took it back.
  const state = o.decision === 'reopened' ? 'found' : o.decision;
  if (last.state === state) {
    const isRepeat = last.reason === o.reason && last.decided_by === o.by;
    return isRepeat ? ok(undefined) : err('decidedOtherwise');
  }
  await tx
    .insertInto('reading_findings')
    .values({
      bucket: place.bucket,
      meter_id: place.meterId,
      register,
      read_at: new Date(o.readAtMs),
      finding: o.finding,
      ordinal: last.ordinal + 1,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      state,
      detail: JSON.stringify(last.detail),
      decided_by: o.by,
      reason: o.reason,
      at: new Date(o.nowMs),
    })
    .execute();
  await markAgain(tx, o, o.readAtMs);
  return ok(undefined);
}

/** Energy for a span that validation has estimated, from its start to its end. */
export async function editEstimate(
  tx: Tx,
  o: Decided & {
    readonly startsAtMs: number;
    readonly endsAtMs: number;
    readonly energyWh: bigint;
  },
): Promise<Result<void, ReadingRefusal>> {
  const { place } = o;
  await lockMeter(tx, place);
  const last = await tx
    .selectFrom('reading_estimates')
    .select(['ordinal', 'energy_wh', 'method', 'reason', 'made_by'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('starts_at', '=', instant(o.startsAtMs))
    .where('ends_at', '=', instant(o.endsAtMs))
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return err('spanNotEstimated');
  const isRepeat =
    last.method === 'edited' &&
    last.energy_wh === o.energyWh &&
    last.reason === o.reason &&
    last.made_by === o.by;
  if (isRepeat) return ok(undefined);
  await tx
    .insertInto('reading_estimates')
    .values({
      bucket: place.bucket,
      meter_id: place.meterId,
      starts_at: new Date(o.startsAtMs),
      ends_at: new Date(o.endsAtMs),
      ordinal: last.ordinal + 1,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      energy_wh: o.energyWh,
      method: 'edited',
      made_by: o.by,
      reason: o.reason,
      made_at: new Date(o.nowMs),
    })
    .execute();
  await markAgain(tx, o, o.endsAtMs);
  return ok(undefined);
}

/** Who decides about a meter's readings sees what was decided before. */
async function lockMeter(tx: Tx, place: MeterPlace): Promise<void> {
  await tx
    .selectFrom('meters')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

async function markAgain(tx: Tx, o: Decided, endsAtMs: number): Promise<void> {
  const date = civilDateOf(endsAtMs - 1, o.zone);
  await sql`UPDATE usage_days SET stale_at = ${new Date(o.nowMs)}::timestamptz
    WHERE bucket = ${o.place.bucket} AND meter_id = ${o.place.meterId}::uuid
      AND day = ${date}::date`.execute(tx);
}

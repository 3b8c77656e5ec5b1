// Sends meters that count money their tariff: today's, then the one that begins next, each as a
// numbered command of the head-end. It is sent with each assignment, and by a round over all of
// them that begins again when a version is approved or withdrawn, each day, and at intervals.

import type { MeterTariffStanding } from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { TariffInForce } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import { type After, metersPerLook, tellMeter } from '../../metering/desired-settings/index.ts';
import { type Commands, lockMeter } from '../../metering/headend/index.ts';
import {
  type AssignedTariff,
  type ConnectionPlace,
  hasLink,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { createMeterPart, digestOfTariff, type MeterPart } from './for-meter.ts';
import type { Tariffs } from './in-force.ts';
import { type Known, type Verdict, verdictOn, type Wish } from './meter-verdict.ts';

export type MeterTellDeps = {
  readonly tariffs: Pick<Tariffs, 'inTime'>;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly clocks: Clocks;
};

type UtilityOfMeters = Pick<Utility, 'id' | 'zone'>;

/** Who asks; the round asks in Prewatt's name. */
export type Asked = { readonly by: string; readonly reason: string };

export type Found = Known & {
  readonly bucket: number;
  readonly meterId: string;
  readonly connectionId: string;
  readonly generation: number;
  readonly nowVersionId: string | null;
  readonly nowStanding: MeterTariffStanding | null;
  readonly nextVersionId: string | null;
  readonly nextFrom: string | null;
  readonly nextStanding: MeterTariffStanding | null;
} & AssignedTariff;

/** A meter `m` that counts money of its own, its connection `c`, last word `k` and report `s`. */
export const moneyMeters = sql`meter_tariffs t
  JOIN meters m ON m.bucket = t.bucket AND m.id = t.meter_id AND m.retired_at IS NULL
  JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id AND c.credit_mode = 'token'
  JOIN meter_states s ON s.bucket = t.bucket AND s.meter_id = t.meter_id AND s.report ? 'money'
  LEFT JOIN commands k ON k.bucket = t.bucket AND k.id = t.command_id`;

export type Which = { readonly places: readonly ConnectionPlace[] } | After;

/** Meters of connections, or the next ones after a place in the order. */
async function look(tx: Tx, utilityId: string, which: Which): Promise<readonly Found[]> {
  const chosen =
    'places' in which
      ? sql`(c.bucket, c.id) IN (SELECT * FROM unnest(
          ${which.places.map(({ bucket }) => bucket)}::int2[],
          ${which.places.map(({ connectionId }) => connectionId)}::uuid[]))`
      : sql`(t.bucket, t.meter_id) > (${which.afterBucket}, ${which.afterMeterId}::uuid)`;
  const limit = 'places' in which ? sql`` : sql`LIMIT ${metersPerLook}`;
  const { rows } = await sql<Found>`SELECT t.bucket, t.meter_id AS "meterId",
      m.connection_id AS "connectionId", t.generation, t.digest, ${hasLink} AS "hasLink",
      t.activates_at AS "activatesAtMs", t.told_at AS "toldAtMs", t.held_digest AS "heldDigest",
      t.now_version_id AS "nowVersionId", t.now_standing AS "nowStanding",
      t.next_version_id AS "nextVersionId", t.next_from::text AS "nextFrom",
      t.next_standing AS "nextStanding",
      k.stage, k.stage_at AS "stageAtMs", k.result->>'reason' AS refusal,
      s.report->'money'->'tariff' AS said, s.captured_at AS "saidAtMs",
      c.tariff_id AS "tariffId", c.tariff_parameters AS "tariffParameters",
      c.next_tariff AS "nextTariff"
    FROM ${moneyMeters}
    WHERE t.utility_id = ${utilityId}::uuid AND ${chosen}
    ORDER BY t.bucket, t.meter_id ${limit}`.execute(tx);
  return rows;
}

type Ready = Wish & {
  readonly inForce: TariffInForce;
  readonly from: string | null;
  readonly part: MeterPart | null;
};

/** Looks at meters and tells those that are due; answers with those that it saw, in their order. */
export async function lookAndTell(
  tx: Tx,
  o: MeterTellDeps,
  a: { readonly utility: UtilityOfMeters; readonly which: Which; readonly asked?: Asked },
): Promise<readonly Found[]> {
  const { utility } = a;
  const found = await look(tx, utility.id, a.which);
  if (found.length === 0) return found;
  const nowMs = o.clocks.business.nowMs();
  const today = civilDateOf(nowMs, utility.zone);
  const inTime = await o.tariffs.inTime(tx, found);
  const partOf = createMeterPart(tx);
  const wishOf = async (inForce: TariffInForce | null, from: string | null) => {
    if (inForce === null) return null;
    const part = await partOf(inForce);
    const { tariff } = inForce;
    return {
      ...{ inForce, from, digest: digestOfTariff(inForce), cannot: !part.ok },
      part: part.ok ? part.value : null,
      fromMs: from === null ? null : startMs(from, utility.zone),
      named: { id: tariff.id, version: tariff.version },
    } satisfies Ready;
  };
  for (const meter of found) {
    const times = inTime(meter, today);
    const now = await wishOf(times.now, null);
    const next = await wishOf(times.next, times.next?.from ?? null);
    const verdict = verdictOn(meter, { now, next, nowMs });
    await keep(tx, meter, { now, next, verdict });
    const due = verdict.tell === 'now' ? now : verdict.tell === 'next' ? next : null;
    const held = verdict.tell === 'next' ? (now?.digest ?? null) : null;
    if (due !== null) await tell(tx, o, { utility, meter, due, held, asked: a.asked });
  }
  return found;
}

const startMs = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** How it stands, where that has changed. */
async function keep(
  tx: Tx,
  meter: Found,
  o: { readonly now: Ready | null; readonly next: Ready | null; readonly verdict: Verdict },
): Promise<void> {
  const set = {
    now_version_id: o.now?.inForce.versionId ?? null,
    now_standing: o.verdict.now,
    next_version_id: o.next?.inForce.versionId ?? null,
    next_from: o.next?.from ?? null,
    next_standing: o.verdict.next,
  };
  const isSame =
    set.now_version_id === meter.nowVersionId &&
    set.now_standing === meter.nowStanding &&
    set.next_version_id === meter.nextVersionId &&
    set.next_from === meter.nextFrom &&
    set.next_standing === meter.nextStanding;
  if (isSame) return;
  await tx
    .updateTable('meter_tariffs')
    .set(set)
    .where('bucket', '=', meter.bucket)
    .where('meter_id', '=', meter.meterId)
    .execute();
}

/** One that was told something else since the look waits for the next. */
async function tell(
  tx: Tx,
  o: MeterTellDeps,
  w: {
    readonly utility: UtilityOfMeters;
    readonly meter: Found;
    readonly due: Ready;
    /** What it holds for sure until then. */
    readonly held: string | null;
    readonly asked: Asked | undefined;
  },
): Promise<void> {
  const { utility, meter, due } = w;
  if (due.part === null) throw new Error('a tariff that a meter cannot charge is not sent');
  const { tariff, parameters } = due.inForce;
  const place: MeterPlace = { ...meter, utilityId: utility.id };
  await lockMeter(tx, place);
  const current = await tx
    .selectFrom('meter_tariffs')
    .select('generation')
    .where('bucket', '=', meter.bucket)
    .where('meter_id', '=', meter.meterId)
    .executeTakeFirstOrThrow();
  if (current.generation !== meter.generation) return;
  const activatesAtMs = due.fromMs ?? o.clocks.business.nowMs();
  const from = due.from === null ? '' : `, from ${due.from}`;
  const { commandId } = await tellMeter(tx, o.commands, {
    ...{ setting: 'tariff', place, generation: meter.generation + 1, beginsAtMs: activatesAtMs },
    asked: w.asked ?? {
      by: 'Prewatt',
      reason: `Tariff ${tariff.id}, version ${tariff.version}${from}`,
    },
    action: { kind: 'setTariff', documentJson: due.part, activatesAtMs, parameters },
  });
  await noteWord(tx, o, { place, digest: due.digest, activatesAtMs, commandId, held: w.held });
}

/**
 * The last word to a meter, in the transaction that asked for it, which has locked the meter. What
 * it held before is kept: a word that waits for its day leaves that in force.
 */
export async function noteWord(
  tx: Tx,
  o: Pick<MeterTellDeps, 'clocks'>,
  w: {
    readonly place: MeterPlace;
    readonly digest: string;
    readonly activatesAtMs: number;
    readonly commandId: string;
    readonly held: string | null;
  },
): Promise<void> {
  const { place, held } = w;
  const at = new Date(o.clocks.business.nowMs());
  await sql`INSERT INTO meter_tariffs AS t (bucket, meter_id, utility_id, connection_id, generation,
      digest, activates_at, command_id, told_at, held_digest)
    VALUES (${place.bucket}, ${place.meterId}::uuid, ${place.utilityId}::uuid,
      ${place.connectionId}::uuid, 1, ${w.digest}, ${new Date(w.activatesAtMs)}::timestamptz,
      ${w.commandId}::uuid, ${at}::timestamptz, ${held}::text)
    ON CONFLICT (bucket, meter_id) DO UPDATE SET generation = t.generation + 1,
      held_digest = CASE WHEN ${held}::text IS NOT NULL THEN ${held}::text
        WHEN t.activates_at <= ${at}::timestamptz AND (SELECT k.stage = 'done'
        FROM commands k WHERE k.bucket = t.bucket AND k.id = t.command_id)
        THEN t.digest ELSE t.held_digest END,
      digest = excluded.digest, activates_at = excluded.activates_at,
      command_id = excluded.command_id, told_at = excluded.told_at
    WHERE t.command_id IS DISTINCT FROM excluded.command_id`.execute(tx);
}

/** Reports in money: from its first one on, a meter is one that is told tariffs. */
export async function noteMoneyMeters(tx: Tx, places: readonly MeterPlace[]): Promise<void> {
  if (places.length === 0) return;
  const sorted = places.toSorted((a, b) => a.bucket - b.bucket || (a.meterId < b.meterId ? -1 : 1));
  await tx
    .insertInto('meter_tariffs')
    .values(
      sorted.map(({ bucket, meterId, utilityId, connectionId }) => ({
        ...{ bucket, meter_id: meterId, utility_id: utilityId, connection_id: connectionId },
      })),
    )
    .onConflict((conflict) => conflict.columns(['bucket', 'meter_id']).doNothing())
    .execute();
}

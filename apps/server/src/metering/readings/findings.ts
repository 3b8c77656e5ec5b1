// What validation and people have said about readings, as history: findings that appear and go,
// decisions of a person, estimates with their method. Rows are added, never changed.

import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instantArray, int2Array, int8Array, uuidArray } from '../../base/binary-arrays.ts';
import type { Tx } from '../../base/database.ts';
import type { MeterDay } from './days.ts';
import { registerNumbers } from './registers.ts';
import { type DayResult, type EstimateMethod, type FindingKind, findingKey } from './validate.ts';

const register = registerNumbers.importEnergyWh;

export type FindingState = 'found' | 'gone' | 'accepted' | 'rejected';
type Known = {
  readonly meter_id: string;
  readonly read_at: number;
  readonly finding: FindingKind;
  readonly state: FindingState;
  readonly ordinal: number;
};
type KnownEstimate = {
  readonly meter_id: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly ordinal: number;
  readonly energy_wh: bigint;
  readonly method: EstimateMethod;
};
export type Words = {
  readonly findings: readonly Known[];
  readonly estimates: readonly KnownEstimate[];
  /** What of it validation needs for a meter. */
  readonly of: (meterId: string) => {
    readonly accepted: ReadonlySet<string>;
    readonly rejected: ReadonlySet<number>;
    readonly edited: readonly { startsAtMs: number; endsAtMs: number; energyWh: bigint }[];
  };
};

/** The last word on each reading and span near the days. */
export async function loadWords(tx: Tx, days: readonly MeterDay[]): Promise<Words> {
  const meters = new Map(days.map(({ place }) => [place.meterId, place]));
  const fromMs = Math.min(...days.map(({ day }) => day.startMs)) - 2 * dayMs;
  const toMs = Math.max(...days.map(({ day }) => day.endMs)) + dayMs;
  const asked = sql`unnest(${int2Array([...meters.values()].map(({ bucket }) => bucket))}::int2[],
    ${uuidArray([...meters.keys()])}::uuid[]) AS asked (bucket, meter_id)`;
  const between = sql`BETWEEN ${new Date(fromMs)}::timestamptz AND ${new Date(toMs)}::timestamptz`;
  const { rows: findings } = await sql<Known>`
    SELECT DISTINCT ON (meter_id, read_at, finding) meter_id, read_at, finding, state, ordinal
    FROM reading_findings JOIN ${asked} USING (bucket, meter_id)
    WHERE register = ${register} AND read_at ${between}
    ORDER BY meter_id, read_at, finding, ordinal DESC`.execute(tx);
  const { rows: estimates } = await sql<KnownEstimate>`
    SELECT DISTINCT ON (meter_id, starts_at, ends_at)
      meter_id, starts_at, ends_at, ordinal, energy_wh, method
    FROM reading_estimates JOIN ${asked} USING (bucket, meter_id)
    WHERE starts_at ${between}
    ORDER BY meter_id, starts_at, ends_at, ordinal DESC`.execute(tx);
  const findingsOf = Map.groupBy(findings, ({ meter_id }) => meter_id);
  const estimatesOf = Map.groupBy(estimates, ({ meter_id }) => meter_id);
  return {
    findings,
    estimates,
    of: (meterId) => {
      const mine = findingsOf.get(meterId) ?? [];
      return {
        accepted: new Set(
          mine.flatMap((known) =>
            known.state === 'accepted' ? [findingKey(known.read_at, known.finding)] : [],
          ),
        ),
        rejected: new Set(
          mine.flatMap((known) => (known.state === 'rejected' ? [known.read_at] : [])),
        ),
        edited: (estimatesOf.get(meterId) ?? []).flatMap((known) =>
          known.method === 'edited'
            ? [
                {
                  startsAtMs: known.starts_at,
                  endsAtMs: known.ends_at,
                  energyWh: known.energy_wh,
                },
              ]
            : [],
        ),
      };
    },
  };
}

type Rolled = MeterDay & { readonly result: DayResult };
type Given = { readonly words: Words; readonly nowMs: number };

/** Adds what is new, and that what was found before is gone. `differs` is found at the door. */
export async function recordFindings(
  tx: Tx,
  results: readonly Rolled[],
  { words, nowMs }: Given,
): Promise<void> {
  const known = Map.groupBy(words.findings, ({ meter_id }) => meter_id);
  const rows = results.flatMap(({ place, day, result }) => {
    const before = (known.get(place.meterId) ?? []).filter(
      ({ read_at }) => read_at > day.startMs && read_at <= day.endMs,
    );
    const last = new Map(before.map((row) => [findingKey(row.read_at, row.finding), row]));
    const now = new Set(result.findings.map(({ atMs, kind }) => findingKey(atMs, kind)));
    const found = result.findings.flatMap(({ atMs, kind, detail }) => {
      const row = last.get(findingKey(atMs, kind));
      if (row !== undefined && row.state !== 'gone') return [];
      return [{ place, atMs, kind, detail, state: 'found', ordinal: (row?.ordinal ?? 0) + 1 }];
    });
    const gone = before.flatMap((row) =>
      row.state === 'found' &&
      row.finding !== 'differs' &&
      !now.has(findingKey(row.read_at, row.finding))
        ? [
            {
              place,
              atMs: row.read_at,
              kind: row.finding,
              detail: {},
              state: 'gone',
              ordinal: row.ordinal + 1,
            },
          ]
        : [],
    );
    return [...found, ...gone];
  });
  if (rows.length === 0) return;
  await sql`INSERT INTO reading_findings (bucket, meter_id, register, read_at, finding, ordinal,
      utility_id, connection_id, state, detail, at)
    SELECT bucket, meter_id, ${register}, read_at, finding, ordinal,
      ${rows[0]?.place.utilityId ?? ''}::uuid, connection_id, state, detail::jsonb,
      ${new Date(nowMs)}::timestamptz
    FROM unnest(${int2Array(rows.map(({ place }) => place.bucket))}::int2[],
      ${uuidArray(rows.map(({ place }) => place.meterId))}::uuid[],
      ${uuidArray(rows.map(({ place }) => place.connectionId))}::uuid[],
      ${instantArray(rows.map(({ atMs }) => atMs))}::timestamptz[],
      ${rows.map(({ kind }) => kind)}::text[],
      ${int2Array(rows.map(({ ordinal }) => ordinal))}::int2[],
      ${rows.map(({ state }) => state)}::text[],
      ${rows.map(({ detail }) => JSON.stringify(detail))}::text[])
      AS said (bucket, meter_id, connection_id, read_at, finding, ordinal, state, detail)
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** Adds estimates that are new or other than the last ones of the same span. */
export async function recordEstimates(
  tx: Tx,
  results: readonly Rolled[],
  { words, nowMs }: Given,
): Promise<void> {
  const key = (meterId: string, startsAtMs: number, endsAtMs: number) =>
    `${meterId} ${startsAtMs} ${endsAtMs}`;
  const last = new Map(
    words.estimates.map((row) => [key(row.meter_id, row.starts_at, row.ends_at), row]),
  );
  const rows = results.flatMap(({ place, result }) =>
    result.estimates.flatMap((estimate) => {
      const row = last.get(key(place.meterId, estimate.startsAtMs, estimate.endsAtMs));
      const isSame = row?.energy_wh === estimate.energyWh && row.method === estimate.method;
      if (isSame || estimate.method === 'edited') return [];
      return [{ place, ...estimate, ordinal: (row?.ordinal ?? 0) + 1 }];
    }),
  );
  if (rows.length === 0) return;
  await sql`INSERT INTO reading_estimates (bucket, meter_id, starts_at, ends_at, ordinal,
      utility_id, connection_id, energy_wh, method, made_at)
    SELECT bucket, meter_id, starts_at, ends_at, ordinal,
      ${rows[0]?.place.utilityId ?? ''}::uuid, connection_id, energy, method,
      ${new Date(nowMs)}::timestamptz
    FROM unnest(${int2Array(rows.map(({ place }) => place.bucket))}::int2[],
      ${uuidArray(rows.map(({ place }) => place.meterId))}::uuid[],
      ${uuidArray(rows.map(({ place }) => place.connectionId))}::uuid[],
      ${instantArray(rows.map(({ startsAtMs }) => startsAtMs))}::timestamptz[],
      ${instantArray(rows.map(({ endsAtMs }) => endsAtMs))}::timestamptz[],
      ${int2Array(rows.map(({ ordinal }) => ordinal))}::int2[],
      ${int8Array(rows.map(({ energyWh }) => energyWh))}::int8[],
      ${rows.map(({ method }) => method)}::text[])
      AS said (bucket, meter_id, connection_id, starts_at, ends_at, ordinal, energy, method)
    ON CONFLICT DO NOTHING`.execute(tx);
}

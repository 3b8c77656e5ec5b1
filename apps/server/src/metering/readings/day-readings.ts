// What the validation of days looks at, for many days of many meters in one statement. Days of a
// meter that follow each other are read as one run, and readings come as bytes, not as rows.

import { dayMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Day } from './days.ts';
import { instantAt } from './instant-bytes.ts';
import { registerNumbers } from './registers.ts';
import type { Reading } from './validate.ts';

type MeterDay = { readonly place: MeterPlace; readonly day: Day };
type Run = { readonly place: MeterPlace; readonly startMs: number; endMs: number };

/** Readings behind a day that tell whether a jump stays. */
const readingsAfter = 4;

const columns = {
  nth: 'integer',
  bucket: 'smallint',
  meter_id: 'uuid',
  after_at: 'timestamptz',
  ends_at: 'timestamptz',
} as const;
const selectRuns = statementOfRows<typeof columns, { nth: number; readings: Buffer | null }>(
  columns,
  (recordset) => `SELECT r.nth, readings_around(r.bucket, r.meter_id,
      ${registerNumbers.importEnergyWh}::smallint, r.after_at, r.ends_at, ${readingsAfter}
    ) AS readings
    FROM ${recordset('r')}`,
);

/**
 * For each day its readings, oldest first: a day before it for the average, the day, and a few
 * after it.
 */
export async function readingsOfDays(
  tx: Tx,
  days: readonly MeterDay[],
): Promise<readonly (readonly Reading[])[]> {
  const { runs, runOf } = runsOf(days);
  const rows = await selectRuns(
    tx,
    runs.map(({ place, startMs, endMs }, nth) => ({
      ...{ nth, bucket: place.bucket, meter_id: place.meterId },
      after_at: new Date(startMs - dayMs),
      ends_at: new Date(endMs),
    })),
  );
  const readings: Reading[][] = runs.map(() => []);
  for (const { nth, readings: bytes } of rows) readings[nth] = readingsFrom(bytes);
  return days.map(({ day }, i) => ofDay(readings[runOf[i] ?? -1] ?? [], day));
}

function runsOf(days: readonly MeterDay[]): { runs: Run[]; runOf: number[] } {
  const order = days.map((_, i) => i);
  const keyOf = (i: number): string => days[i]?.place.meterId ?? '';
  const startOf = (i: number): number => days[i]?.day.startMs ?? 0;
  order.sort((a, b) =>
    keyOf(a) === keyOf(b) ? startOf(a) - startOf(b) : keyOf(a) < keyOf(b) ? -1 : 1,
  );
  const runs: Run[] = [];
  const runOf: number[] = [];
  for (const i of order) {
    const at = days[i];
    if (at === undefined) continue;
    const last = runs.at(-1);
    const { place, day } = at;
    if (last !== undefined && last.place.meterId === place.meterId && day.startMs <= last.endMs) {
      last.endMs = Math.max(last.endMs, day.endMs);
    } else runs.push({ place, startMs: day.startMs, endMs: day.endMs });
    runOf[i] = runs.length - 1;
  }
  return { runs, runOf };
}

const bytesOfReading = 24;

function readingsFrom(bytes: Buffer | null): Reading[] {
  if (bytes === null) return [];
  const readings = Array.from({ length: bytes.length / bytesOfReading }, (_, i) => {
    const at = i * bytesOfReading;
    return {
      atMs: instantAt(bytes, at),
      value: bytes.readBigInt64BE(at + 8),
      receivedAtMs: instantAt(bytes, at + 16),
    };
  });
  return readings.sort((a, b) => a.atMs - b.atMs);
}

/** From the last reading a day or more before it on. */
function ofDay(run: readonly Reading[], { startMs, endMs }: Day): readonly Reading[] {
  const first = run.findLastIndex(({ atMs }) => atMs <= startMs - dayMs);
  const last = run.findLastIndex(({ atMs }) => atMs <= endMs);
  return run.slice(Math.max(0, first), last + 1 + readingsAfter);
}

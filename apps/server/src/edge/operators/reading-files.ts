// A register of a connection as it was read, for a page and as a file for spreadsheets.

import { type ReadingValues, readingApi } from '@prewatt/api';
import { isoOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { createCells, csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem } from '../../base/http/problem.ts';
import {
  monthSums,
  type ReadingValue,
  readingValues,
  type registerNumbers,
} from '../../metering/readings/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { OnConnection } from './on-connection.ts';

type RegisterName = keyof typeof registerNumbers;

const daysOnPage = 31;
const daysInFile = 366;
/** More than a register has in the days at its shortest interval, 15 minutes. */
const rowsPerDay = 110;

export function readingFileRoutes(app: FastifyInstance, onConnection: OnConnection): void {
  on(app, readingApi.values, ({ request, readQuery }) => {
    const query = readQuery();
    return onConnection(request, async (s): Promise<ReadingValues> => {
      const { bucket, meter } = s.connection;
      const rows = await readingValues(s.tx, s.connection, {
        register: query.register,
        ...spanOf(query, s.utility, daysOnPage),
      });
      const months = await monthSums(s.tx, { bucket, meterId: meter.meterId });
      return {
        register: query.register,
        rows: rows.map((row) => ({
          meterPan: row.meterPan,
          readAt: isoOf(row.readAtMs),
          valueWh: row.value.toString(),
          receivedAt: isoOf(row.receivedAtMs),
          powerFailed: (row.flags & 1) !== 0,
          clockAdjusted: (row.flags & 2) !== 0,
        })),
        months: months.map(({ month, measuredWh, estimatedWh, wholeDays }) => ({
          month,
          measuredWh: measuredWh.toString(),
          estimatedWh: estimatedWh.toString(),
          wholeDays,
        })),
      };
    });
  });
  on(app, readingApi.valuesFile, async ({ request, reply, readQuery }) => {
    const query = readQuery();
    const text = await onConnection(request, async (s) => {
      if (s.operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      const span = spanOf(query, s.utility, daysInFile);
      const { register } = query;
      const rows = await readingValues(s.tx, s.connection, { register, ...span });
      return fileOf(rows, { register, utility: s.utility });
    });
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="readings.csv"')
      .header('cache-control', 'no-store')
      .send(text);
  });
}

function spanOf(
  query: { readonly from: string; readonly to: string },
  utility: Utility,
  mostDays: number,
): { readonly fromMs: number; readonly toMs: number; readonly limit: number } {
  const from = Temporal.PlainDate.from(query.from);
  const to = Temporal.PlainDate.from(query.to);
  const days = from.until(to).days + 1;
  if (days < 1 || days > mostDays) {
    throw new HttpProblem({
      status: 400,
      code: 'badRequest',
      title: 'Too many days',
      detail: `Ask for 1 to ${mostDays} days; "from" is not after "to".`,
    });
  }
  return {
    fromMs: from.toZonedDateTime(utility.zone).epochMilliseconds,
    toMs: to.add({ days: 1 }).toZonedDateTime(utility.zone).epochMilliseconds,
    limit: days * rowsPerDay,
  };
}

function fileOf(
  rows: readonly ReadingValue[],
  { register, utility }: { readonly register: RegisterName; readonly utility: Utility },
): string {
  const cells = createCells(utility);
  const head = ['meter', 'register', 'read_at', 'value_kwh', 'received_at', 'remarks'];
  return csvLines([
    head,
    ...rows.map((row) => [
      row.meterPan,
      register,
      cells.at(row.readAtMs),
      cells.kWh(row.value),
      cells.at(row.receivedAtMs),
      remarksOf(row.flags),
    ]),
  ]);
}

const remarksOf = (flags: number): string =>
  [(flags & 1) !== 0 ? 'power failed' : '', (flags & 2) !== 0 ? 'clock adjusted' : '']
    .filter((remark) => remark !== '')
    .join(' and ');

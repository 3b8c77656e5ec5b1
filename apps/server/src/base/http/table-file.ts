// A report or list that is taken out as a file: CSV, or a workbook in which numbers are numbers and
// instants can be sorted.

import type { FileForm } from '@prewatt/api';
import { zonedAt } from '@prewatt/quantities';
import type { FastifyReply } from 'fastify';
import { csvLines } from '../csv.ts';
import { mostXlsxRows, type XlsxCell, xlsxOf } from '../xlsx.ts';
import { HttpProblem } from './problem.ts';

/** Text; a number, with as many decimals as its unit has; or an instant, null for none. */
export type TableCell = string | { readonly number: string } | { readonly atMs: number | null };

export type TableFile = {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly zone: string;
  /** The first row is the heading. */
  readonly rows: readonly (readonly TableCell[])[];
};

/** Of one file. */
export const mostFileRows = 200_000;

/** All rows of a list that was asked for `mostFileRows`; a file that leaves some out is none. */
export function wholeRows<Row>(page: {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}): readonly Row[] {
  if (page.nextCursor === null) return page.rows;
  throw tooManyRows(
    `A file has at most ${mostFileRows} rows here, and this one would have more. Take fewer days.`,
  );
}

const tooManyRows = (detail: string): HttpProblem =>
  new HttpProblem({
    ...{ status: 422, code: 'tooManyRows', title: 'Too many rows for a file', detail },
  });

const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export async function sendTable(
  reply: FastifyReply,
  file: TableFile,
  as: FileForm,
): Promise<FastifyReply> {
  if (as === 'xlsx' && file.rows.length > mostXlsxRows) {
    throw tooManyRows(
      `A workbook has at most ${mostXlsxRows} rows here. Take it as CSV, or fewer days.`,
    );
  }
  const body = as === 'xlsx' ? await xlsxOf(file.name, workbookRows(file)) : csvText(file);
  return reply
    .type(as === 'xlsx' ? xlsxType : 'text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${file.name}.${as}"`)
    .header('cache-control', 'no-store')
    .send(body);
}

function csvText({ rows, zone }: TableFile): string {
  const text = (cell: TableCell): string => {
    if (typeof cell === 'string') return cell;
    if ('number' in cell) return cell.number;
    return cell.atMs === null
      ? ''
      : zonedAt(cell.atMs, zone).toString({ timeZoneName: 'never', fractionalSecondDigits: 0 });
  };
  return csvLines(rows.map((row) => row.map(text)));
}

function workbookRows({ rows, zone }: TableFile): readonly (readonly XlsxCell[])[] {
  const clockOf = (atMs: number) =>
    zonedAt(atMs, zone).toPlainDateTime().toString({ fractionalSecondDigits: 0 });
  return rows.map((row) =>
    row.map((cell) => {
      if (typeof cell === 'string' || 'number' in cell) return cell;
      return { clock: cell.atMs === null ? '' : clockOf(cell.atMs) };
    }),
  );
}

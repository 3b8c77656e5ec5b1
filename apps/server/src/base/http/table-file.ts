// A report or list that is taken out as a file: CSV, or a workbook in which numbers are numbers and
// instants can be sorted.

import { Readable } from 'node:stream';
import type { FileForm } from '@prewatt/api';
import { type Currency, zonedAt } from '@prewatt/quantities';
import type { FastifyReply } from 'fastify';
import { createCells, csvLines } from '../csv.ts';
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

/** A list that is read page by page while it leaves; its first page begins with the heading. */
export type ListFile = Omit<TableFile, 'rows'> & {
  readonly pages: AsyncIterable<TableFile['rows']>;
};

/** A utility's values as cells. Money and energy come as the API writes them: integers as text. */
export function tableCells(utility: { readonly currency: Currency; readonly zone: string }) {
  const cells = createCells(utility);
  const read = (integer: string | null) => (integer === null ? null : BigInt(integer));
  return {
    money: (minor: string | null): TableCell => ({ number: cells.money(read(minor)) }),
    kWh: (energyWh: string | null): TableCell => ({ number: cells.kWh(read(energyWh)) }),
    at: (instant: string | null): TableCell => ({
      atMs: instant === null ? null : Date.parse(instant),
    }),
    currency: cells.currency,
  };
}

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
  if (as === 'xlsx') refuseTooMany(file.rows.length);
  const body = as === 'xlsx' ? await xlsxOf(file.name, workbookRows(file)) : csvText(file);
  return headed(reply, file, as).send(body);
}

/** CSV leaves while it is read. A workbook is made when all rows are there. */
export async function sendList(
  reply: FastifyReply,
  file: ListFile,
  as: FileForm,
): Promise<FastifyReply> {
  reply.header('x-prewatt-time-zone', file.zone);
  if (as === 'csv') return headed(reply, file, as).send(Readable.from(csvPages(file)));
  const rows: (readonly TableCell[])[] = [];
  for await (const page of file.pages) {
    rows.push(...page);
    refuseTooMany(rows.length);
  }
  return sendTable(reply, { name: file.name, zone: file.zone, rows }, as);
}

function refuseTooMany(rows: number): void {
  if (rows <= mostXlsxRows) return;
  throw tooManyRows(
    `A workbook has at most ${mostXlsxRows} rows here. Take it as CSV, or narrow it.`,
  );
}

const headed = (reply: FastifyReply, { name }: Pick<TableFile, 'name'>, as: FileForm) =>
  reply
    .type(as === 'xlsx' ? xlsxType : 'text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${name}.${as}"`)
    .header('cache-control', 'no-store');

async function* csvPages({ pages, zone }: ListFile): AsyncGenerator<string> {
  for await (const rows of pages) if (rows.length > 0) yield csvText({ rows, zone });
}

function csvText({ rows, zone }: Pick<TableFile, 'rows' | 'zone'>): string {
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

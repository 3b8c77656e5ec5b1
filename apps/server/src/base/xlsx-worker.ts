// The thread that writes one workbook, and the only place that loads its library.

import { parentPort, workerData } from 'node:worker_threads';
import writeWorkbook, { type Cell } from 'write-excel-file/node';
import type { XlsxCell } from './xlsx.ts';

/** A spreadsheet keeps so many digits of a number; a longer one stays text. */
const mostDigits = 15;
const widest = 45;

function cellOf(cell: XlsxCell): Cell {
  if (typeof cell === 'string') return { value: cell, type: String };
  if ('clock' in cell) {
    if (cell.clock === '') return null;
    return { value: new Date(`${cell.clock}Z`), type: Date, format: 'yyyy-mm-dd hh:mm' };
  }
  if (cell.number === '') return null;
  const decimals = /\.(\d+)$/.exec(cell.number)?.[1]?.length ?? 0;
  if (cell.number.replace(/\D/g, '').length > mostDigits) {
    return { value: cell.number, type: String, align: 'right' };
  }
  const format = decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`;
  return { value: Number(cell.number), type: Number, format };
}

const lengthOf = (cell: XlsxCell | undefined): number => {
  if (cell === undefined) return 0;
  if (typeof cell === 'string') return cell.length;
  return 'clock' in cell ? 16 : cell.number.length + 3;
};

const { sheet, rows } = workerData as {
  readonly sheet: string;
  readonly rows: readonly (readonly XlsxCell[])[];
};
const [heading = [], ...others] = rows;
const columns = heading.map((_, place) => ({
  width: Math.min(widest, 2 + Math.max(...rows.slice(0, 200).map((row) => lengthOf(row[place])))),
}));
const data: Cell[][] = [
  heading.map((cell) => ({ value: String(cell), type: String, fontWeight: 'bold' as const })),
  ...others.map((row) => row.map(cellOf)),
];
const bytes = await writeWorkbook(data, { sheet, columns, stickyRowsCount: 1 }).toBuffer();
parentPort?.postMessage(bytes);

// Tables as XLSX, made in a thread of their own: a large one takes seconds, in which sales go on.
// One is made after the other.

import { Worker } from 'node:worker_threads';

/** Text, a number as decimals write it, or an instant as the utility's clocks showed it. */
export type XlsxCell = string | { readonly number: string } | { readonly clock: string };

/** Of one file: more would take the memory of a small machine. */
export const mostXlsxRows = 50_000;

let last: Promise<unknown> = Promise.resolve();

/** The bytes of a workbook with one sheet; the first row is its heading. */
export function xlsxOf(sheet: string, rows: readonly (readonly XlsxCell[])[]): Promise<Buffer> {
  const made = last.then(() => make(sheet, rows));
  last = made.catch(() => undefined);
  return made;
}

function make(sheet: string, rows: readonly (readonly XlsxCell[])[]): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url), {
    workerData: { sheet, rows },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)));
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the thread that writes XLSX ended without a file')));
  return promise;
}

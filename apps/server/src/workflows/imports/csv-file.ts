// Reading a stranger's CSV file: bytes to a spool file with a limit and a hash, then rows with the
// line on which each begins. Nothing of the file is trusted; a file that is no CSV is a refusal.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import type { ImportKind } from '@prewatt/api';
import { importFileLimitBytes } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { type Info, parse } from 'csv-parse';
import { createCooperativeYield } from '../../base/cooperative-yield.ts';
import { readHeader, secretColumn } from './columns.ts';
import type { FileRefusal } from './errors.ts';

export const fileLimits = {
  bytes: importFileLimitBytes,
  rows: 200_000,
  /** Characters of one row, its separators counted. */
  rowCharacters: 16_384,
} as const;

/** [line, cells]: cells as they stand in the file, but for secrets. */
export type FileRow = readonly [line: number, cells: readonly string[]];

export type SpooledFile = {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
};

/** Writes what comes to `path` until the limit. Holds one piece at a time. */
export async function spool(
  source: AsyncIterable<Uint8Array>,
  path: string,
): Promise<Result<SpooledFile, FileRefusal>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of source) {
      sizeBytes += piece.byteLength;
      if (sizeBytes > fileLimits.bytes) {
        const megabytes = fileLimits.bytes / 1024 / 1024;
        return err({
          code: 'fileTooLarge',
          detail: `A file may have ${megabytes} MiB. Split it; each part with the first line.`,
        });
      }
      hash.update(piece);
      await file.write(piece);
    }
  } finally {
    await file.close();
  }
  if (sizeBytes === 0) return err({ code: 'fileEmpty', detail: 'The file is empty.' });
  return ok({ path, sha256: hash.digest('hex'), sizeBytes });
}

/**
 * Bytes that are decoded and parsed in one go. The parser does not give way within a piece, and
 * takes 30 microseconds for a row that has not the header's number of fields: two bytes long.
 */
const pieceBytes = 2_048;

/**
 * Reads a spooled file and hands on its rows in groups. The answer has its columns and count, or
 * what makes it no file of this kind. Requests are answered between two slices of the work.
 */
export async function readRows(
  file: SpooledFile,
  o: {
    readonly kind: ImportKind;
    readonly groupSize: number;
    readonly onGroup: (rows: readonly FileRow[]) => Promise<void>;
  },
): Promise<Result<{ readonly columns: readonly string[]; readonly rows: number }, FileRefusal>> {
  const text = decoded(createReadStream(file.path, { highWaterMark: pieceBytes }));
  let columns: readonly string[] | null = null;
  let secretAt = -1;
  let rows = 0;
  let records = 0;
  let group: FileRow[] = [];
  try {
    for await (const [line, cells] of recordsOf(text)) {
      if (columns === null) {
        if (isBlank(cells)) continue;
        const header = readHeader(o.kind, cells);
        if (!header.ok) return header;
        columns = header.value;
        secretAt = columns.indexOf(secretColumn);
        continue;
      }
      records += 1;
      if (records > fileLimits.rows) return err(tooManyRows);
      if (isBlank(cells)) continue;
      rows += 1;
      group.push([line, cells.map((cell, at) => (at === secretAt ? hashedSecret(cell) : cell))]);
      if (group.length < o.groupSize) continue;
      await o.onGroup(group);
      group = [];
    }
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return err(refusal);
  }
  if (columns === null) return err({ code: 'fileEmpty', detail: 'The file is empty.' });
  if (rows === 0) return err({ code: 'noRows', detail: 'The file has a first line and no rows.' });
  if (group.length > 0) await o.onGroup(group);
  return ok({ columns, rows });
}

const isBlank = (cells: readonly string[]): boolean =>
  cells.length === 1 && cells[0]?.trim() === '';

const tooManyRows: FileRefusal = {
  code: 'tooManyRows',
  detail: `A file may have ${fileLimits.rows} rows. Split it; each part with the first line.`,
};

/** A secret leaves the file as its hash; 'invalid' where its length is wrong, '' where empty. */
export function hashedSecret(cell: string): string {
  const secret = cell.trim();
  if (secret === '') return '';
  if (secret.length < 16 || secret.length > 200) return 'invalid';
  return createHash('sha256').update(secret).digest('hex');
}

class NotText extends Error {}

/** Strict UTF-8 without NUL, which no text column holds; every line ends with a line feed alone. */
async function* decoded(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const giveWay = createCooperativeYield();
  // The parser's own limit counts what fields hold: a million separators in a row are nothing.
  let lineCharacters = 0;
  const boundLine = (text: string): string => {
    const at = text.indexOf('\n');
    lineCharacters += at === -1 ? text.length : at;
    if (lineCharacters > fileLimits.rowCharacters) throw rowTooLong();
    if (at !== -1) lineCharacters = text.length - text.lastIndexOf('\n') - 1;
    return text;
  };
  // A carriage return at the end of a piece: what follows tells what it was.
  let held = '';
  const plain = (text: string, last: boolean): string => {
    if (text.includes('\0')) throw new NotText();
    const all = held + text;
    held = !last && all.endsWith('\r') ? '\r' : '';
    return boundLine(all.slice(0, all.length - held.length).replace(/\r\n?/g, '\n'));
  };
  try {
    for await (const piece of source) {
      yield plain(decoder.decode(piece, { stream: true }), false);
      await giveWay();
    }
    yield plain(decoder.decode(), true);
  } catch (error) {
    throw error instanceof TypeError ? new NotText() : error;
  }
}

const rowTooLong = () =>
  Object.assign(new Error('a row is too long'), { code: 'CSV_MAX_RECORD_SIZE' });

/** Records, each with the line on which it begins; lines without a character are none. */
async function* recordsOf(
  source: AsyncGenerator<string>,
): AsyncGenerator<readonly [line: number, cells: readonly string[]]> {
  const first = await firstLine(source);
  const parser = parse({
    delimiter: separatorOf(first),
    info: true,
    record_delimiter: '\n',
    relax_column_count: true,
    max_record_size: fileLimits.rowCharacters,
    skip_empty_lines: true,
  });
  // Hands a fault of the source on to the parser, and ends the source when the reader stops early.
  pipeline(Readable.from(joined(first, source)), parser, () => {});
  const giveWay = createCooperativeYield();
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    yield [info.lines - lineEndsIn(record), record];
    await giveWay();
  }
}

const lineEndsIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** What comes until the first line is whole, at most a row's characters. */
async function firstLine(source: AsyncGenerator<string>): Promise<string> {
  let text = '';
  while (!text.includes('\n') && text.length < fileLimits.rowCharacters) {
    const next = await source.next();
    if (next.done === true) break;
    text += next.value;
  }
  return text;
}

/** Comma, semicolon or tab: whichever the first line has most of. */
function separatorOf(text: string): string {
  const line = /^[^\n]*/.exec(text)?.[0] ?? '';
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

function refusalOf(error: unknown): FileRefusal | null {
  if (error instanceof NotText) {
    return {
      code: 'notUtf8',
      detail: 'The file is no UTF-8 text. Save it as "CSV UTF-8" and send it again.',
    };
  }
  const { code, lines } = error as { code?: unknown; lines?: unknown };
  if (typeof code !== 'string' || !/^(CSV_|INVALID_OPENING_QUOTE)/.test(code)) return null;
  const where = typeof lines === 'number' ? ` near line ${lines}` : '';
  return {
    code: 'csvSyntax',
    detail:
      code === 'CSV_MAX_RECORD_SIZE'
        ? `A row${where} is too long; a double quote is not closed, perhaps.`
        : `The file is no proper CSV${where}: put a field with a double quote in double quotes and double the one inside.`,
  };
}

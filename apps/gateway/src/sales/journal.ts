// What was sold at the site, as it happened: one line each, appended to a file and on the disk when
// the call returns. A line that a power cut left torn has not happened; nothing is ever rewritten.

import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const minor = z.string().regex(/^\d{1,15}$/);
const atMs = z.number().int();
const saleId = z.string().regex(/^[\x21-\x7e]{8,100}$/);
const clerk = { clerkId: z.string(), clerk: z.string() };

/** What a receipt at the site says of the sale that the server made. */
const made = z.strictObject({
  saleId: z.string(),
  energyWh: z.string(),
  /** All that goes into the meter, in its order. */
  tokens: z.array(z.string().regex(/^\d{20}$/)).max(40),
  /** So many at its end carry the energy; absent: all of them may. */
  credits: z.number().int().min(0).max(40).optional(),
});

const entrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shiftOpened'), atMs, shift: z.number().int(), ...clerk }),
  z.strictObject({
    ...{ kind: z.literal('sale'), atMs, saleId, number: z.number().int(), ...clerk },
    ...{ shift: z.number().int(), meterPan: z.string(), amountMinor: minor },
    promisedWh: z.number().int().min(1),
  }),
  /** The server has made it: its tokens are on the way into the meter. */
  z.strictObject({ kind: z.literal('made'), atMs, saleId, made }),
  /**
   * They are in, and the promise is settled; `refused`: not yet, for that is what the meter said to
   * one of them, or the utility has undone the sale.
   */
  z.strictObject({ kind: z.literal('entered'), atMs, saleId, refused: z.string().nullable() }),
  z.strictObject({ kind: z.literal('refused'), atMs, saleId, refusal: z.string() }),
  z.strictObject({ kind: z.literal('copied'), atMs, saleId }),
  z.strictObject({
    ...{ kind: z.literal('shiftClosed'), atMs, shift: z.number().int() },
    ...{ countedMinor: minor, expectedMinor: minor },
  }),
  /** By the server's: lines before this one were written by a clock that was ahead. */
  z.strictObject({ kind: z.literal('clockRighted'), atMs }),
  /** The server has it as closed. */
  z.strictObject({ kind: z.literal('shiftTold'), atMs, shift: z.number().int() }),
]);
export type Entry = z.output<typeof entrySchema>;

export type Journal = {
  /** All that is in it, once: whoever adds it up keeps it, and not the journal. */
  readonly replay: (take: (entry: Entry) => void) => void;
  /** Throws when the disk does not take it: then it has not happened. */
  readonly append: (entry: Entry) => void;
};

/** Throws where a whole line cannot be read: sales are not guessed. */
export function openJournal(path: string): Journal {
  const isNew = !existsSync(path);
  const file = openSync(path, 'a', 0o600);
  try {
    const text = isNew ? '' : readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    let lengthBytes = Buffer.byteLength(whole);
    if (whole !== text) ftruncateSync(file, lengthBytes);
    fsyncSync(file);
    if (isNew) syncFolder(path);
    let lines: readonly string[] = whole.split('\n').slice(0, -1);
    return {
      replay: (take) => {
        for (const [index, line] of lines.entries()) take(entryOf(line, index));
        lines = [];
      },
      append: (entry) => {
        const line = Buffer.from(`${JSON.stringify(entry)}\n`);
        writeWhole(path, { line, lengthBytes });
        lengthBytes += line.length;
      },
    };
  } finally {
    closeSync(file);
  }
}

/** All of the line or, where the disk has no room, none of it. */
function writeWhole(path: string, o: { readonly line: Buffer; readonly lengthBytes: number }) {
  const file = openSync(path, 'a', 0o600);
  try {
    // What an earlier try left behind goes first.
    ftruncateSync(file, o.lengthBytes);
    for (let done = 0; done < o.line.length; ) done += writeSync(file, o.line, done);
    fsyncSync(file);
  } catch (error) {
    try {
      ftruncateSync(file, o.lengthBytes);
    } catch {
      // The next append, or the next start, cuts it off.
    }
    throw error;
  } finally {
    closeSync(file);
  }
}

function entryOf(line: string, index: number): Entry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    throw new Error(`the journal of sales cannot be read at line ${index + 1}`);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

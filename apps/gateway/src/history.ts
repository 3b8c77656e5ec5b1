// What devices showed at each half-hour, kept for 35 days in files that are only appended to, one a
// day. A line that a power cut tore is left out when they are read; the next one begins anew.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Quantities } from '@prewatt/fieldbus';
import { z } from 'zod';

const record = z.object({
  id: z.string(),
  atMs: z.number().int(),
  importWh: z.number().int().optional(),
  generatedWh: z.number().int().optional(),
  batteryPermille: z.number().int().optional(),
});
export type HistoryRecord = z.output<typeof record>;

export type History = {
  /** Takes a reading; at the turn of a half-hour it writes what the registers were then. */
  readonly take: (id: string, reading: { atMs: number; quantities: Quantities }) => void;
  /** By time, from (and with) one instant to (without) another. */
  readonly between: (fromMs: number, toMs: number) => readonly HistoryRecord[];
};

export const historyStepMs = 1_800_000;
const dayMs = 86_400_000;
const keptDays = 35;
/** Between readings further apart nothing is told of the time in between. */
const longestGapMs = 600_000;

export function createHistory(folder: string): History {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (atMs: number): string =>
    join(folder, `${new Date(atMs).toISOString().slice(0, 10)}.jsonl`);
  const last = new Map<string, { readonly atMs: number; readonly quantities: Quantities }>();
  let cleanedDay = '';
  const write = (line: HistoryRecord): void => {
    // A line of its own first: what a power cut tore before must not swallow this one.
    appendFileSync(fileOf(line.atMs), `\n${JSON.stringify(line)}`, { mode: 0o600 });
    const day = new Date(line.atMs).toISOString().slice(0, 10);
    if (day === cleanedDay) return;
    cleanedDay = day;
    const oldest = `${new Date(line.atMs - keptDays * dayMs).toISOString().slice(0, 10)}.jsonl`;
    for (const file of readdirSync(folder)) {
      if (/^\d{4}-\d{2}-\d{2}\.jsonl$/.test(file) && file < oldest) rmSync(join(folder, file));
    }
  };
  return {
    take: (id, reading) => {
      const before = last.get(id);
      last.set(id, reading);
      if (before === undefined) return;
      const boundary = Math.floor(reading.atMs / historyStepMs) * historyStepMs;
      const span = reading.atMs - before.atMs;
      if (boundary <= before.atMs || span > longestGapMs) return;
      const share = (boundary - before.atMs) / span;
      write({ id, atMs: boundary, ...registersAt(before.quantities, reading.quantities, share) });
    },
    between: (fromMs, toMs) => {
      const lines: HistoryRecord[] = [];
      for (let day = fromMs - (fromMs % dayMs); day < toMs; day += dayMs) {
        lines.push(...linesOf(fileOf(day)).filter(({ atMs }) => fromMs <= atMs && atMs < toMs));
      }
      return lines.sort((a, b) => a.atMs - b.atMs);
    },
  };
}

/** Registers on the straight line between two readings. */
function registersAt(before: Quantities, after: Quantities, share: number) {
  const between = (name: 'importWh' | 'generatedWh') => {
    const [from, to] = [before[name], after[name]];
    return from === undefined || to === undefined || to < from
      ? {}
      : { [name]: Math.round(from + (to - from) * share) };
  };
  const { batteryPermille } = after;
  return {
    ...between('importWh'),
    ...between('generatedWh'),
    ...(batteryPermille === undefined ? {} : { batteryPermille }),
  };
}

function linesOf(file: string): HistoryRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const parsed = record.safeParse(parsedJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

// The load profile in memory: register values at interval ends, as runs of plain numbers, since
// intervals follow each other. A month of half-hours takes a few kilobytes and appending copies one
// run, never the month.

import type { ProfileFlag } from '@prewatt/protocol';
import type { StoredProfileEntry } from './stored.ts';

type Run = {
  readonly firstEndsAtMs: number;
  readonly importWh: readonly number[];
  /** Null while nothing was ever exported in the run. */
  readonly exportWh: readonly number[] | null;
  /** By index in the run; most runs have none. */
  readonly flags: Readonly<Record<number, readonly ProfileFlag[]>> | null;
};

export type ProfileStore = {
  readonly intervalMs: number;
  readonly count: number;
  readonly runs: readonly Run[];
  /** What the running interval has seen. */
  readonly openFlags: readonly ProfileFlag[];
};

export const emptyProfile: ProfileStore = { intervalMs: 0, count: 0, runs: [], openFlags: [] };

const runLength = 48;
const noRuns: readonly Run[] = [];

/** Appends an entry; the oldest beyond `limit` go. */
export function appendEntry(
  store: ProfileStore,
  entry: {
    readonly endsAtMs: number;
    readonly intervalMs: number;
    readonly importWh: number;
    readonly exportWh: number;
  },
): ProfileStore {
  const { openFlags } = store;
  const { intervalMs, importWh, exportWh, endsAtMs } = entry;
  const last = store.runs.at(-1);
  const fits =
    last !== undefined &&
    store.intervalMs === intervalMs &&
    last.importWh.length < runLength &&
    last.firstEndsAtMs + last.importWh.length * intervalMs === endsAtMs &&
    // A run begins to count export when there is some.
    (last.exportWh !== null) === exportWh > 0;
  const before = fits ? store.runs.slice(0, -1) : store.runs;
  const base = fits ? last : { firstEndsAtMs: endsAtMs, importWh: [], exportWh: null, flags: null };
  const run: Run = {
    firstEndsAtMs: base.firstEndsAtMs,
    importWh: [...base.importWh, importWh],
    exportWh: exportWh > 0 ? [...(base.exportWh ?? []), exportWh] : null,
    flags:
      openFlags.length === 0 ? base.flags : { ...base.flags, [base.importWh.length]: openFlags },
  };
  return {
    intervalMs,
    count: store.count + 1,
    runs: [...before, run],
    openFlags: openFlags.length === 0 ? openFlags : [],
  };
}

/** Marks the interval that runs now. */
export function flagInterval(store: ProfileStore, flag: ProfileFlag): ProfileStore {
  if (store.openFlags.includes(flag)) return store;
  return { ...store, openFlags: [...store.openFlags, flag] };
}

/** Takes the oldest entries out. */
export function takeEntries(
  store: ProfileStore,
  count: number,
): { readonly entries: readonly StoredProfileEntry[]; readonly rest: ProfileStore } {
  if (store.count <= count) {
    return { entries: allEntries(store), rest: { ...store, runs: noRuns, count: 0 } };
  }
  const entries: StoredProfileEntry[] = [];
  let { runs } = store;
  while (entries.length < count) {
    const [first] = runs;
    if (first === undefined) break;
    const room = count - entries.length;
    entries.push(...entriesOf(first, store.intervalMs).slice(0, room));
    runs = [
      ...(room < first.importWh.length ? [cutFront(first, room, store)] : []),
      ...runs.slice(1),
    ];
  }
  return { entries, rest: { ...store, runs, count: store.count - entries.length } };
}

/** Everything kept, oldest first. */
export function allEntries(store: ProfileStore): StoredProfileEntry[] {
  return store.runs.flatMap((run) => entriesOf(run, store.intervalMs));
}

function entriesOf(run: Run, intervalMs: number): StoredProfileEntry[] {
  const { exportWh, flags: marks, firstEndsAtMs } = run;
  if (exportWh === null && marks === null) {
    return run.importWh.map((importEnergyWh, index) => ({
      endsAtMs: firstEndsAtMs + index * intervalMs,
      importEnergyWh,
    }));
  }
  return run.importWh.map((importEnergyWh, index) => {
    const exportEnergyWh = run.exportWh?.[index];
    const flags = run.flags?.[index];
    return {
      endsAtMs: run.firstEndsAtMs + index * intervalMs,
      importEnergyWh,
      ...(exportEnergyWh === undefined ? {} : { exportEnergyWh }),
      ...(flags === undefined ? {} : { flags }),
    };
  });
}

function cutFront(run: Run, count: number, { intervalMs }: ProfileStore): Run {
  const flags = Object.entries(run.flags ?? {})
    .filter(([index]) => Number(index) >= count)
    .map(([index, value]) => [Number(index) - count, value] as const);
  return {
    firstEndsAtMs: run.firstEndsAtMs + count * intervalMs,
    importWh: run.importWh.slice(count),
    exportWh: run.exportWh?.slice(count) ?? null,
    flags: flags.length === 0 ? null : Object.fromEntries(flags),
  };
}

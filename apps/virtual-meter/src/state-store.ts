// Each meter's state in two files, the slots of packages/meter (storage.ts). A file is replaced
// whole, so a killed process leaves the old state or the new one; and the slot that is surely on
// the disk is not touched until the other one is, so a machine without power leaves a whole one.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  loadSlots,
  type MeterState,
  nextWrite,
  type RestoreError,
  type SlotIndex,
} from '@prewatt/meter';
import { err, ok, type Result } from '@prewatt/quantities';

export type StateStore = {
  /** The stored state; null when the meter has none yet. */
  readonly load: (meterPan: string) => Result<MeterState | null, RestoreError>;
  /** `durable`: on the disk, not only with the operating system, when this returns. */
  readonly save: (state: MeterState, durable: boolean) => void;
};

/** The last write that is surely on the disk, and the newest generation given to any. */
type Written = { readonly slot: SlotIndex; readonly generation: number } | null;

export function createStateStore(folder: string): StateStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (meterPan: string, slot: SlotIndex) =>
    join(folder, `${meterPan}.state-${slot}.json`);
  const written = new Map<string, Written>();
  const read = (meterPan: string, slot: SlotIndex): string | null => {
    const path = pathOf(meterPan, slot);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  const write = (state: MeterState, last: Written, durable: boolean): Written => {
    const { slot, generation, text } = nextWrite(state, last);
    const path = pathOf(state.config.meterPan, slot);
    const file = openSync(`${path}.tmp`, 'w', 0o600);
    try {
      // Not writeSync: on a disk that is nearly full it writes a part and says so in its answer.
      writeFileSync(file, text);
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.tmp`, path);
    // Until it is on the disk, the next write goes to the same slot: the other one surely is.
    return durable || last === null ? { slot, generation } : { slot: last.slot, generation };
  };
  return {
    load: (meterPan) => {
      // A file of an older version: starting anew beside it would forget its credit.
      if (existsSync(join(folder, `${meterPan}.state.json`))) return err('schema-version');
      const loaded = loadSlots([read(meterPan, 0), read(meterPan, 1)]);
      if (!loaded.ok) return loaded;
      written.set(meterPan, loaded.value);
      return ok(loaded.value?.state ?? null);
    },
    save: (state, durable) => {
      const { meterPan } = state.config;
      const last = written.get(meterPan) ?? null;
      const now = write(state, last, durable || last === null);
      written.set(meterPan, now);
    },
  };
}

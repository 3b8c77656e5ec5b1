// Each meter's state in a file of its own, replaced whole: a reader finds the old state or the new
// one, never half.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type MeterState, type RestoreError, restoreMeter, serialiseMeter } from '@prewatt/meter';
import { ok, type Result } from '@prewatt/quantities';

export type StateStore = {
  /** The stored state; null when the meter has none yet. */
  readonly load: (meterPan: string) => Result<MeterState | null, RestoreError>;
  /** `durable`: on the disk, not only with the operating system, when this returns. */
  readonly save: (state: MeterState, durable: boolean) => void;
};

export function createStateStore(folder: string): StateStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (meterPan: string) => join(folder, `${meterPan}.state.json`);
  return {
    load: (meterPan) => {
      const path = pathOf(meterPan);
      return existsSync(path) ? restoreMeter(readFileSync(path, 'utf8')) : ok(null);
    },
    save: (state, durable) => {
      const path = pathOf(state.config.meterPan);
      const temporary = `${path}.tmp`;
      const file = openSync(temporary, 'w', 0o600);
      try {
        writeSync(file, serialiseMeter(state));
        if (durable) fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    },
  };
}

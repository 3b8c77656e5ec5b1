// Link secrets that meters were given after the factory's: one small file each, for its owner only,
// replaced whole. Beside the meter's state, since the link and not the meter uses it.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type SecretStore = {
  /** Null when the meter still has its factory's. */
  readonly load: (meterPan: string) => string | null;
  readonly save: (meterPan: string, secret: string) => void;
};

export function createSecretStore(folder: string): SecretStore {
  const fileOf = (meterPan: string): string => join(folder, `${meterPan}.link-secret`);
  return {
    load: (meterPan) => {
      try {
        return readFileSync(fileOf(meterPan), 'utf8').trim();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    save: (meterPan, secret) => {
      const file = fileOf(meterPan);
      const handle = openSync(`${file}.new`, 'w', 0o600);
      try {
        writeSync(handle, `${secret}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${file}.new`, file);
    },
  };
}

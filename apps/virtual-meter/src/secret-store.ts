// Link secrets that meters were given after the factory's: one small file each, for its owner only,
// replaced whole. Beside the meter's state, since the link and not the meter uses it.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type SecretStore = {
  /** Null when the meter still has its factory's. */
  readonly load: (meterPan: string) => LinkSecret | null;
  readonly save: (meterPan: string, secret: LinkSecret) => void;
};
/** A secret, and when it was asked for; 0 = before that was told. */
export type LinkSecret = { readonly secret: string; readonly issuedAtMs: number };

export function createSecretStore(folder: string): SecretStore {
  const fileOf = (meterPan: string): string => join(folder, `${meterPan}.link-secret`);
  return {
    load: (meterPan) => {
      try {
        const [secret, issuedAtMs] = readFileSync(fileOf(meterPan), 'utf8').split('\n');
        return { secret: secret ?? '', issuedAtMs: Number(issuedAtMs) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    save: (meterPan, { secret, issuedAtMs }) => {
      const file = fileOf(meterPan);
      const handle = openSync(`${file}.new`, 'w', 0o600);
      try {
        writeSync(handle, `${secret}\n${issuedAtMs}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${file}.new`, file);
    },
  };
}

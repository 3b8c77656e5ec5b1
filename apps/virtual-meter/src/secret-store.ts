// Link secrets that meters were given after the factory's: one small file each, for its owner only,
// replaced whole. Beside the meter's state, since the link and not the meter uses it.

import { join } from 'node:path';
import { readSmallFile, replaceFile } from './small-file.ts';

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
      const text = readSmallFile(fileOf(meterPan));
      if (text === null) return null;
      const [secret, issuedAtMs] = text.split('\n');
      return { secret: secret ?? '', issuedAtMs: Number(issuedAtMs) };
    },
    save: (meterPan, { secret, issuedAtMs }) =>
      replaceFile(fileOf(meterPan), `${secret}\n${issuedAtMs}\n`),
  };
}

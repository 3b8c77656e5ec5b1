// What a meter needs to be read by DLMS: its system title, keys and secrets, and how far its
// invocation counters are. One file for each, for its owner only; made with chance on the first
// start.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newCounters } from '@prewatt/dlms';
import { z } from 'zod';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

const identity = z.strictObject({
  systemTitle: hex(8),
  encryptionKey: hex(16),
  authenticationKey: hex(16),
  keyEncryptionKey: hex(16),
  readerPassword: z.string().min(8).max(64),
  sendFrom: z.number().int().min(0),
  received: z.number().int().min(-1),
});

/** Keys in hexadecimal, as a person copies them into a head-end. */
export type DlmsIdentity = z.output<typeof identity>;

export type IdentityStore = {
  /** As it was kept, or a new one. Throws where the file is not one. */
  readonly load: (meterPan: string) => DlmsIdentity;
  readonly save: (meterPan: string, identity: DlmsIdentity) => void;
};

export function createIdentityStore(
  folder: string,
  random: (count: number) => Uint8Array,
): IdentityStore {
  const fileOf = (meterPan: string): string => join(folder, `${meterPan}.dlms.json`);
  const save: IdentityStore['save'] = (meterPan, kept) => {
    const file = fileOf(meterPan);
    const handle = openSync(`${file}.new`, 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify(kept));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
  };
  return {
    save,
    load: (meterPan) => {
      const file = fileOf(meterPan);
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        const made = newIdentity(meterPan, random);
        save(meterPan, made);
        return made;
      }
      const parsed = identity.safeParse(parse(text));
      if (!parsed.success) throw new Error(`${file} is not what the meter keeps of DLMS`);
      return parsed.data;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const maker = Uint8Array.of(0x50, 0x57, 0x54);

/** The maker's three letters, then the last ten digits of the meter's number. */
function newIdentity(meterPan: string, random: (count: number) => Uint8Array): DlmsIdentity {
  return {
    systemTitle: `${maker.toHex()}${meterPan.slice(-10)}`,
    encryptionKey: random(16).toHex(),
    authenticationKey: random(16).toHex(),
    keyEncryptionKey: random(16).toHex(),
    readerPassword: random(8).toHex(),
    ...newCounters,
  };
}

// What a meter needs to speak LwM2M: the name by which it registers, its secret, and the highest
// counter that its server has used. One file for each, for its owner only; made with chance on the
// first start.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const identity = z.strictObject({
  endpoint: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  received: z.number().int().min(-1),
});
export type Lwm2mIdentity = z.output<typeof identity>;

export type Lwm2mIdentityStore = {
  /** As it was kept, or a new one. Throws where the file is not one. */
  readonly load: (meterPan: string) => Lwm2mIdentity;
  readonly save: (meterPan: string, identity: Lwm2mIdentity) => void;
};

export function createLwm2mIdentityStore(
  folder: string,
  random: (count: number) => Uint8Array,
): Lwm2mIdentityStore {
  const fileOf = (meterPan: string): string => join(folder, `${meterPan}.lwm2m.json`);
  const save: Lwm2mIdentityStore['save'] = (meterPan, kept) => {
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
      const text = readIfThere(fileOf(meterPan));
      if (text === null) {
        const secret = random(32).toHex();
        const made = { endpoint: `urn:dev:prewatt-${meterPan}`, secret, received: -1 };
        save(meterPan, made);
        return made;
      }
      const parsed = identity.safeParse(parse(text));
      if (!parsed.success) {
        throw new Error(`${fileOf(meterPan)} is not what the meter keeps of LwM2M`);
      }
      return parsed.data;
    },
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

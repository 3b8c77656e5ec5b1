// Where the counting of a channel began on the register of its meter: the register less this base
// is what the channel has to have counted. So the meter on the bus is the memory of what was used,
// and a state that a power cut took back counts the rest again, neither more nor less.

import { join } from 'node:path';
import { readSmallFile, replaceFile } from '@prewatt/virtual-meter/small-file';
import { z } from 'zod';

const schema = z.strictObject({
  /** Which meter it was: another one begins anew. */
  meter: z.string(),
  offsetMilliWh: z.number().int(),
  /** Since when there was no reading; null while there is. */
  silentSinceMs: z.number().int().nullable(),
});
export type RegisterBase = z.output<typeof schema>;

export type RegisterBaseStore = {
  readonly load: (meterPan: string) => RegisterBase | null;
  /** On the disk when this returns. */
  readonly save: (meterPan: string, base: RegisterBase) => void;
};

export function createRegisterBaseStore(folder: string): RegisterBaseStore {
  const pathOf = (meterPan: string): string => join(folder, `${meterPan}.register.json`);
  return {
    load: (meterPan) => {
      const text = readSmallFile(pathOf(meterPan));
      return text === null ? null : schema.parse(JSON.parse(text));
    },
    save: (meterPan, base) => replaceFile(pathOf(meterPan), JSON.stringify(base)),
  };
}

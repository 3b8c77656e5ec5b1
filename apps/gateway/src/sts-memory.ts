// What the gateway remembers of an STS meter that takes tokens itself: what waits for the head-end,
// which commands were answered, and the token that is being entered. One small file, replaced whole
// before anything leaves.

import { join } from 'node:path';
import { readSmallFile, replaceFile } from '@prewatt/virtual-meter/small-file';
import { z } from 'zod';

const memorySchema = z.strictObject({
  sequence: z.number().int(),
  eventSequence: z.number().int(),
  /** Messages as they travel, base64, until they are acknowledged. */
  outbox: z.array(z.strictObject({ sequence: z.number().int(), message: z.base64() })),
  /** The newest answers, oldest first. */
  answered: z.array(z.strictObject({ commandId: z.string(), message: z.base64() })),
  /** Marked before the token goes onto the bus: what the meter had been credited by then. */
  entering: z
    .strictObject({
      digits: z.string(),
      creditedWh: z.number().int(),
      commandId: z.string().nullable(),
    })
    .nullable(),
  profileEndMs: z.number().int(),
  totals: z
    .strictObject({
      atMs: z.number().int(),
      balanceWh: z.number().int(),
      totalWh: z.number().int(),
    })
    .nullable(),
});
export type StsMemory = z.output<typeof memorySchema>;

export const newMemory: StsMemory = {
  ...{ sequence: 0, eventSequence: 0, outbox: [], answered: [] },
  ...{ entering: null, profileEndMs: 0, totals: null },
};

export type StsMemoryStore = {
  readonly load: () => StsMemory;
  readonly save: (memory: StsMemory) => void;
};

export function createStsMemoryStore(folder: string, meterPan: string): StsMemoryStore {
  const path = join(folder, `${meterPan}.sts.json`);
  return {
    load: () => {
      const text = readSmallFile(path);
      return text === null ? newMemory : memorySchema.parse(JSON.parse(text));
    },
    save: (memory) => replaceFile(path, JSON.stringify(memory)),
  };
}

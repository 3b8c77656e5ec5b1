// What a meter needs to speak a protocol of others: names, keys and how far its counters are. One
// file for each meter, for its owner only; made on the first start.

import { join } from 'node:path';
import type { z } from 'zod';
import { readSmallFile, replaceFile } from './small-file.ts';

export type IdentityFiles<T> = {
  /** As it was kept, or a new one. Throws where the file is not one. */
  readonly load: (meterPan: string) => T;
  readonly save: (meterPan: string, identity: T) => void;
};

/** Files of `folder` named `<meterPan>.<suffix>`. */
export function createIdentityFiles<T>(
  folder: string,
  o: {
    readonly suffix: string;
    /** For people. */
    readonly protocol: string;
    readonly schema: z.ZodType<T>;
    readonly make: (meterPan: string) => T;
  },
): IdentityFiles<T> {
  const fileOf = (meterPan: string): string => join(folder, `${meterPan}.${o.suffix}`);
  const save = (meterPan: string, identity: T): void =>
    replaceFile(fileOf(meterPan), JSON.stringify(identity));
  return {
    save,
    load: (meterPan) => {
      const file = fileOf(meterPan);
      const text = readSmallFile(file);
      if (text === null) {
        const made = o.make(meterPan);
        save(meterPan, made);
        return made;
      }
      const parsed = o.schema.safeParse(parse(text));
      if (!parsed.success) throw new Error(`${file} is not what the meter keeps of ${o.protocol}`);
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

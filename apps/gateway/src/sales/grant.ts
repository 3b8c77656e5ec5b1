// What the server allowed the site when it was asked last: budget, end, prices and clerks. One
// small file that is replaced whole.

import { siteBudgetSchema } from '@prewatt/api/tills';
import { readSmallFile, replaceFile } from '@prewatt/virtual-meter/small-file';
import { z } from 'zod';

const grantSchema = z.strictObject({
  takenAtMs: z.number().int(),
  /** The number of the last sale that the server could know of. */
  afterNumber: z.number().int(),
  /** Sales until then that it had not made: the budget covers them, too. */
  waiting: z.array(z.string()),
  budget: siteBudgetSchema,
});
export type Grant = z.output<typeof grantSchema>;

export type GrantStore = {
  readonly load: () => Grant | null;
  readonly save: (grant: Grant) => void;
};

export function createGrantStore(path: string): GrantStore {
  return {
    load: () => {
      const text = readSmallFile(path);
      return text === null ? null : grantSchema.parse(JSON.parse(text));
    },
    save: (grant) => replaceFile(path, JSON.stringify(grant)),
  };
}

// What a meter needs to speak LwM2M: the name by which it registers, its secret, and the highest
// counter that its server has used. One file for each, for its owner only; made with chance on the
// first start.

import { z } from 'zod';
import { createIdentityFiles, type IdentityFiles } from '../identity-files.ts';

const identity = z.strictObject({
  endpoint: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  received: z.number().int().min(-1),
});
export type Lwm2mIdentity = z.output<typeof identity>;

export const createLwm2mIdentityStore = (
  folder: string,
  random: (count: number) => Uint8Array,
): IdentityFiles<Lwm2mIdentity> =>
  createIdentityFiles(folder, {
    ...{ suffix: 'lwm2m.json', protocol: 'LwM2M', schema: identity },
    make: (meterPan) => {
      const secret = random(32).toHex();
      return { endpoint: `urn:dev:prewatt-${meterPan}`, secret, received: -1 };
    },
  });

// The identity of a meter on the wire, as operators see and change it.

import { z } from 'zod';
import { instantSchema } from './common.ts';

const asked = {
  requestId: z.string().min(8).max(100),
  reason: z.string().trim().min(5).max(500),
};

/** GET /api/operator/connections/:id/link */
export const linkViewSchema = z.object({
  /** Null: the meter has never said. */
  up: z.boolean().nullable(),
  since: instantSchema.nullable(),
  revoked: z.boolean(),
  /** A new secret is on its way; the old one works until it is used. */
  rotating: z.boolean(),
  history: z.array(
    z.object({
      act: z.enum([
        'claimed',
        'paired',
        'rotationAsked',
        'rotated',
        'revoked',
        'certified',
        'renewed',
      ]),
      by: z.string().nullable(),
      reason: z.string().nullable(),
      at: instantSchema,
    }),
  ),
});
export type LinkView = z.output<typeof linkViewSchema>;

/** POST /api/operator/connections/:id/link/rotate and …/revoke; administrators. */
export const linkBodySchema = z.strictObject(asked);
/** POST /api/operator/connections/:id/link/pair: the SHA-256 of the meter's secret, in hex. */
export const linkPairBodySchema = z.strictObject({
  ...asked,
  sha256Hex: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits in small letters'),
});

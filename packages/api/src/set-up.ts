// What a utility needs before it sells, and how far it is.

import { z } from 'zod';

/** In the order in which they are done. */
export const setUpSteps = [
  ...(['utility', 'people', 'tariff', 'keys', 'homes', 'payment', 'sale'] as const),
] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** GET /api/operator/set-up: each step once, in their order. */
export const setUpSchema = z.object({
  steps: z.array(
    z.object({
      step: z.enum(setUpSteps),
      isDone: z.boolean(),
      /** Things of it that were begun and wait for somebody: an invited person, a second one. */
      waiting: z.number().int(),
    }),
  ),
  /** Whether everything is done that a first sale needs. */
  isComplete: z.boolean(),
});
export type SetUp = z.output<typeof setUpSchema>;

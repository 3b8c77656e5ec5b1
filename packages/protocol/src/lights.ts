// The document of `setLights`: what a circuit of street lamps goes by. Its parts are those of
// `@prewatt/street-light`, which says what each of them means.

import { z } from 'zod';
import { instantMs } from './values.ts';

const level = z.number().int().min(0).max(100);
const share = z.number().int().min(1).max(100);

const moment = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('clock'), minute: z.number().int() }),
  z.strictObject({ by: z.enum(['sunset', 'sunrise']), offsetMinutes: z.number().int() }),
]);

/** As a person writes it; `checkProgramme` says whether it is one. */
export const dimProgrammeDocument = z.strictObject({
  plans: z.array(
    z.strictObject({
      weekdays: z.array(z.number()),
      season: z.strictObject({ from: z.string(), to: z.string() }).nullable().default(null),
      ...{ on: moment, off: moment, levelPercent: z.number() },
      steps: z.array(z.strictObject({ at: moment, levelPercent: z.number() })),
    }),
  ),
});

export const lightPlace = {
  latitudeMicroDeg: z.number().int().min(-90_000_000).max(90_000_000),
  longitudeMicroDeg: z.number().int().min(-180_000_000).max(180_000_000),
};

export const lightsDocument = z.strictObject({
  ...lightPlace,
  programme: dimProgrammeDocument,
  /** Levels in place of the programme's, the newest last. */
  overrides: z
    .array(z.strictObject({ levelPercent: level, fromMs: instantMs, untilMs: instantMs }))
    .max(32),
  /** Little credit: levels are dimmed to this share. Null: there is enough. */
  dimToPercent: share.nullable(),
  /** A level below it is off: a contactor does not dim. */
  onFromPercent: share,
  /** A crossing: on while the sun is down, also without credit. */
  isProtected: z.boolean(),
});
export type LightsDocument = z.output<typeof lightsDocument>;

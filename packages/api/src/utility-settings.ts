// The settings of a utility that its people change, each said once. From its row come the check of
// what is sent, the answer, the command line's options and the console's form; the server keeps it
// in the column of `utilities` that the row names. How to add one: CONTRIBUTING.md.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export type UtilitySetting = {
  /** Under /api/operator/, and the command's name: `prewatt meter silence`. */
  readonly path: string;
  /** Of `utilities`, with a function `set_<column>` that changes it. */
  readonly column: string;
  /** Of the number; its name in JSON and of the command line's option. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** What a new utility has. */
  readonly standard: number;
  readonly mayChange: 'administrator';
  /** What anybody else is told. */
  readonly refused: string;
  /** A title of the form, and of what the command does. */
  readonly title: string;
  /** What holds, as a sentence; `#` stands for the number with its unit. */
  readonly sentence: string;
  readonly note: string;
};

export const utilitySettings = {
  silentAfterHours: {
    path: 'silence',
    column: 'silent_after_hours',
    unit: 'hours',
    least: 1,
    most: 8760,
    standard: 48,
    mayChange: 'administrator',
    refused: 'Only an administrator may change when a meter counts as silent.',
    title: 'When a meter counts as silent',
    sentence: 'A meter counts as silent after # without contact.',
    note: 'Meters report every few minutes; the list is checked each hour',
  },
  identityWarnDays: {
    path: 'identity-warning',
    column: 'identity_warn_days',
    unit: 'days',
    least: 1,
    most: 365,
    standard: 30,
    mayChange: 'administrator',
    refused: 'Only an administrator may change when the end of a certificate is near.',
    title: 'When the end of a certificate is near',
    sentence:
      '# before its end a certificate that its meter has not renewed stands under Attention.',
    note: 'A meter renews by itself when a third of the time is left; the list is checked each hour',
  },
} as const satisfies Record<string, UtilitySetting>;

export type SettingName = keyof typeof utilitySettings;
export const settingNames = Object.keys(utilitySettings) as readonly SettingName[];
type UnitOf<N extends SettingName> = (typeof utilitySettings)[N]['unit'];

const historySchema = z.array(
  z.object({
    before: z.string(),
    after: z.string(),
    by: z.string(),
    reason: z.string(),
    at: instantSchema,
  }),
);
export type SettingHistory = z.output<typeof historySchema>;

/** GET and POST answer with what holds, under the setting's unit, and who set it, newest first. */
export const settingAnswerSchema = <N extends SettingName>(name: N) => {
  const unit: UnitOf<N> = utilitySettings[name].unit;
  const value = { [unit]: z.number().int() } as Record<UnitOf<N>, z.ZodInt>;
  return z.object({ ...value, history: historySchema });
};

/** POST: the number under the setting's unit, and why. */
export const settingBodySchema = <N extends SettingName>(name: N) => {
  const { least, most } = utilitySettings[name];
  const unit: UnitOf<N> = utilitySettings[name].unit;
  const value = { [unit]: z.number().int().min(least).max(most) } as Record<UnitOf<N>, z.ZodInt>;
  return z.strictObject({
    ...value,
    requestId: z.string().min(8).max(100),
    reason: z.string().trim().min(5).max(500),
  });
};

/** The number of an answer or a body. */
export const settingValue = (name: SettingName, json: Readonly<Record<string, unknown>>): number =>
  Number(json[utilitySettings[name].unit]);

/** The body of a change: the number goes under the setting's unit. */
export const settingBody = (
  name: SettingName,
  {
    value,
    ...asked
  }: { readonly value: number; readonly requestId: string; readonly reason: string },
) =>
  ({ ...asked, [utilitySettings[name].unit]: value }) as z.input<
    ReturnType<typeof settingBodySchema<SettingName>>
  >;

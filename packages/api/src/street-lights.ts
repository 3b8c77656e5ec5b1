// Street lights: lighting accounts, their lamps and groups, dim programmes, overrides, and what a
// night will be.

import { z } from 'zod';
import { commandStageSchema, currencySchema, instantSchema, integerString } from './common.ts';

const name = z.string().trim().min(1).max(60);
const level = z.number().int().min(0).max(100);
const reason = z.string().trim().min(5).max(500);

export const lampFaultNames = [
  'dark',
  'burnsByDay',
  'overPower',
  'underPower',
  'flickers',
  'silent',
  'leaps',
] as const;
export type LampFaultName = (typeof lampFaultNames)[number];
export const levelCauses = ['programme', 'override', 'lowCredit', 'noCredit', 'protected'] as const;
export type LevelCauseName = (typeof levelCauses)[number];
/** `late`: it was told, and does not say so yet. */
export const lampStages = ['none', 'asked', 'applied', 'late'] as const;

const moment = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('clock'), minute: z.number().int().min(0).max(1_439) }),
  z.strictObject({
    by: z.enum(['sunset', 'sunrise']),
    offsetMinutes: z.number().int().min(-180).max(180),
  }),
]);
/** A night is named by the day on which it begins; the first plan that fits it holds. */
export const nightPlanSchema = z.strictObject({
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  season: z
    .strictObject({ from: z.string().max(5), to: z.string().max(5) })
    .nullable()
    .default(null),
  on: moment,
  off: moment,
  levelPercent: level,
  steps: z.array(z.strictObject({ at: moment, levelPercent: level })).max(12),
});
export const dimProgrammeSchema = z.strictObject({
  plans: z.array(nightPlanSchema).min(1).max(12),
});
export type DimProgrammeJson = z.output<typeof dimProgrammeSchema>;

export const dueStretchSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  levelPercent: z.number().int(),
  because: z.enum(levelCauses),
});
/** Noon to noon. */
export const nightViewSchema = z.object({
  date: z.string(),
  from: instantSchema,
  to: instantSchema,
  /** Null: the sun does not set. */
  sunset: instantSchema.nullable(),
  sunrise: instantSchema.nullable(),
  stretches: z.array(dueStretchSchema),
});
export type NightView = z.output<typeof nightViewSchema>;

export const lightingStandings = ['enough', 'low', 'usedUp'] as const;
/** lamps: the account's register is the sum of them; meter: a device of its own in the cabinet. */
const meteredBy = z.enum(['lamps', 'meter']);
export type MeteredByName = z.output<typeof meteredBy>;
const accountFields = {
  latitudeMicroDeg: z.number().int().min(-90_000_000).max(90_000_000),
  longitudeMicroDeg: z.number().int().min(-180_000_000).max(180_000_000),
  dimBelowNights: z.number().int().min(0).max(30),
  dimToPercent: z.number().int().min(1).max(99),
};

export const lightingAccountSchema = z.object({
  connectionId: z.string(),
  name: z.string(),
  meterPan: z.string(),
  ...accountFields,
  creditMode: z.enum(['token', 'wallet']),
  meteredBy,
  /** Null: it is open. */
  closedAt: instantSchema.nullable(),
  standing: z.enum(lightingStandings),
  standingSince: instantSchema,
  /** In tenths; null while it is not known. */
  nightsLeftTenths: z.number().int().nullable(),
  /** In wallet mode. */
  balanceMinor: integerString.nullable(),
  /** What the meter of its own says that it holds and delivers; null where lamps are summed. */
  meter: z
    .object({ creditWh: integerString, powerW: integerString, heardAt: instantSchema })
    .nullable(),
  currency: currencySchema,
  lamps: z.number().int(),
  burning: z.number().int(),
  faults: z.number().int(),
  late: z.number().int(),
  protected: z.number().int(),
  powerW: integerString,
  countedWh: integerString,
});
export type LightingAccount = z.output<typeof lightingAccountSchema>;

/** GET /api/operator/lights */
export const lightingListSchema = z.object({ accounts: z.array(lightingAccountSchema) });

export const lampViewSchema = z.object({
  lampId: z.string(),
  name: z.string(),
  group: z.string(),
  fullW: z.number(),
  standbyW: z.number(),
  /** Of a protected crossing. */
  floorPercent: z.number().int().nullable(),
  asked: z
    .object({ levelPercent: z.number().int(), because: z.enum(levelCauses), at: instantSchema })
    .nullable(),
  stage: z.enum(lampStages),
  levelPercent: z.number().int().nullable(),
  powerW: z.number().nullable(),
  /** Since it was added, and in the night that is now. */
  countedWh: integerString,
  nightWh: integerString,
  readAt: instantSchema.nullable(),
  fault: z.object({ what: z.enum(lampFaultNames), since: instantSchema }).nullable(),
  /** Of its controller; null: none is linked. */
  link: z
    .object({
      endpoint: z.string(),
      proof: z.enum(['secret', 'none']),
      heardAt: instantSchema.nullable(),
      /** It listens for a while after it has said something, and not else. */
      sleeps: z.boolean(),
    })
    .nullable(),
});
export type LampView = z.output<typeof lampViewSchema>;

export const lampGroupViewSchema = z.object({
  name: z.string(),
  programme: z.string(),
  lamps: z.number().int(),
  /** Tonight as it will be: programme, overrides and credit. */
  tonight: nightViewSchema,
  tonightWh: integerString,
});
export const lightOverrideViewSchema = z.object({
  overrideId: z.string(),
  group: z.string().nullable(),
  lamp: z.string().nullable(),
  levelPercent: z.number().int(),
  from: instantSchema,
  until: instantSchema,
  reason: z.string(),
  by: z.string(),
});

/** A circuit behind the contactor of the account's own meter, which goes by a group's programme. */
export const lightCircuitViewSchema = z.object({
  group: z.string(),
  fullW: z.number().int(),
  /** A level below it is off: a contactor does not dim. */
  onFromPercent: z.number().int(),
  isProtected: z.boolean(),
  /** What it should be now, and why. */
  isDueOn: z.boolean(),
  because: z.enum(levelCauses),
  tonight: nightViewSchema,
  tonightWh: integerString,
  /** Levels of the programme that it cannot give, and what it does in their place. */
  cannotDim: z.array(z.object({ levelPercent: z.number().int(), isOn: z.boolean() })),
  /** How its meter was told last; null: not yet. */
  told: z
    .object({ at: instantSchema, stage: commandStageSchema, refusal: z.string().nullable() })
    .nullable(),
});
export type LightCircuitView = z.output<typeof lightCircuitViewSchema>;

/** GET /api/operator/lights/:id */
export const lightingViewSchema = z.object({
  account: lightingAccountSchema,
  groups: z.array(lampGroupViewSchema),
  lamps: z.array(lampViewSchema),
  programmes: z.array(z.object({ name: z.string(), document: dimProgrammeSchema })),
  overrides: z.array(lightOverrideViewSchema),
  circuit: lightCircuitViewSchema.nullable(),
  /** Energy of the nights to come by the programmes, tonight first. */
  nightsAhead: z.array(z.object({ date: z.string(), energyWh: integerString })),
});
export type LightingView = z.output<typeof lightingViewSchema>;

/** POST /api/operator/lights/:id: opens the account, or changes where it is and its rules. */
export const lightingAccountBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  reason,
  ...accountFields,
  dimBelowNights: accountFields.dimBelowNights.default(3),
  dimToPercent: accountFields.dimToPercent.default(50),
  /** Left out: as it is, and by its lamps when it is opened. */
  meteredBy: meteredBy.optional(),
});
export type LightingAccountBody = z.input<typeof lightingAccountBodySchema>;
/** POST …/close */
export const lightingCloseBodySchema = z.strictObject({ reason });
/** POST …/programmes: made, or replaced by its name. */
export const programmeBodySchema = z.strictObject({ name, document: dimProgrammeSchema });
/** POST …/preview: the night of a programme that is not kept. */
export const previewBodySchema = z.strictObject({
  document: dimProgrammeSchema,
  /** The day on which the night begins; tonight when left out. */
  date: z.iso.date().optional(),
  /** Its energy is that of the lamps of the groups that go by it; else that of all lamps. */
  programme: name.optional(),
});
export const previewSchema = z.object({
  night: nightViewSchema,
  year: z.object({
    /** How many lamps it is the energy of. */
    lamps: z.number().int(),
    /** True: they are those of all groups, since none goes by a programme of this name. */
    isOfAll: z.boolean(),
    energyWh: integerString,
    /** Of the same lamps by the programmes that they have now. */
    nowEnergyWh: integerString,
    /** In which they burn, at whatever level. */
    burningHours: z.number().int(),
  }),
});
export type LightPreview = z.output<typeof previewSchema>;
/** POST …/groups: made, or given another programme. */
export const lampGroupBodySchema = z.strictObject({ name, programme: name });
/** POST …/circuit: of the account's own meter; `group` null takes it away. */
export const lightCircuitBodySchema = z.union([
  z.strictObject({ group: z.null(), reason }),
  z.strictObject({
    group: name,
    /** Of all its lamps together. */
    fullW: z.number().int().min(1).max(100_000),
    onFromPercent: z.number().int().min(1).max(100).default(1),
    isProtected: z.boolean().default(false),
    reason,
  }),
]);
export type LightCircuitBody = z.input<typeof lightCircuitBodySchema>;
/** POST …/lamps: made, or changed by its name. */
export const lampBodySchema = z.strictObject({
  name,
  group: name,
  fullW: z.number().int().min(1).max(2_000),
  standbyMilliW: z.number().int().min(0).max(50_000).default(500),
  floorPercent: z.number().int().min(1).max(100).nullable().default(null),
  /** Left out: as it is. */
  link: z
    .strictObject({
      endpoint: z.string().regex(/^[!-~]{1,128}$/, 'up to 128 signs without blanks'),
      /** Null: something in front of the server proves who the device is. */
      secret: z
        .string()
        .regex(/^[0-9a-fA-F]{64}$/, '64 hex digits')
        .nullable(),
    })
    .optional(),
});
export type LampBody = z.output<typeof lampBodySchema>;
/** POST …/lamps/file: a list as CSV, with a line that names its columns. */
export const lampFileBodySchema = z.strictObject({ csv: z.string().min(1).max(400_000) });
export const lampRemoveBodySchema = z.strictObject({ name, reason });
/** POST …/overrides: of a group, of a lamp, or of all. */
export const overrideBodySchema = z
  .strictObject({
    requestId: z.string().min(8).max(100),
    group: name.optional(),
    lamp: name.optional(),
    levelPercent: level,
    until: instantSchema,
    reason,
  })
  .refine(({ group, lamp }) => group === undefined || lamp === undefined, 'a group or a lamp');
export const overrideEndBodySchema = z.strictObject({ overrideId: z.uuid() });

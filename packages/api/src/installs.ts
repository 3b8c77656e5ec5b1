// Install jobs: a meter is put up, tested step by step, and the job ends when each step has passed.
// The technician's page, the operator's list and the command line speak these shapes.

import { z } from 'zod';
import { instantSchema, integerString, loadSwitchSchema } from './common.ts';

/** In the order in which a technician goes; a job has those that its kind needs. */
export const installSteps = [
  'oldMeter',
  'meter',
  'exchange',
  'link',
  'carryOver',
  'testToken',
  'remoteRead',
  'switchOpen',
  'switchClose',
  'load',
  'startReading',
] as const;
export const installStepSchema = z.enum(installSteps);
export type InstallStep = z.output<typeof installStepSchema>;

export const installStepStates = ['notStarted', 'running', 'passed', 'failed', 'skipped'] as const;
/** `failed` can be tried again; `passed` and `skipped` stand. */
export type InstallStepState = (typeof installStepStates)[number];

/**
 * newConnection: the home has no meter yet. newMeter: its meter is registered and goes into use.
 * exchange: another meter takes the place of the present one.
 */
export const installKinds = ['newConnection', 'newMeter', 'exchange'] as const;
export type InstallKind = (typeof installKinds)[number];
export const installStates = ['open', 'closed', 'cancelled'] as const;

const requestId = z.string().min(8).max(100);
const energy = z.string().regex(/^\d{1,15}$/, 'watt-hours, digits only');
/** 18 digits, or the 11 or 13 of the number printed on the meter. */
const meterNumber = z.string().regex(/^(\d{11}|\d{13}|\d{18})$/, '11, 13 or 18 digits');
const note = z.string().trim().max(500);
const reason = z.string().trim().min(5).max(500);

/** The meter that the technician brings. */
export const installMeterSchema = z.strictObject({
  /** Null: whichever meter the technician has with them. */
  meterPan: meterNumber.nullable(),
  encryptionAlgorithm: z.enum(['ea07', 'ea11']),
  supplyGroupCode: z.string().regex(/^\d{6}$/, '6 digits'),
  tariffIndex: z.string().regex(/^\d{2}$/, '2 digits'),
  keyRevision: z.number().int().min(1).max(9),
  hasLink: z.boolean(),
  /** SHA-256 of the secret of its link, in hex; null: it is read from the meter at the home. */
  secretSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hex digits in small letters')
    .nullable(),
});

const opened = {
  requestId,
  /** Who goes there; null: any technician may take the job. */
  technicianId: z.string().nullable(),
  note,
  /** The home paid afterwards until now: its grace begins when the job closes. */
  wasPostpaid: z.boolean(),
};

/** POST /api/operator/installs; 201 with the job, 200 when the request id is known. */
export const newInstallSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...opened, kind: z.literal('newMeter'), connectionId: z.string() }),
  z.strictObject({
    ...opened,
    kind: z.literal('exchange'),
    connectionId: z.string(),
    meter: installMeterSchema,
  }),
  z.strictObject({
    ...opened,
    kind: z.literal('newConnection'),
    connection: z.strictObject({
      name: z.string().trim().min(1).max(200),
      address: z.string().trim().min(1).max(500),
      customer: z
        .strictObject({ name: z.string().trim().min(1).max(200), phone: z.string().max(30) })
        .nullable(),
      /** Any version of the tariff. */
      tariffVersionId: z.string(),
    }),
    meter: installMeterSchema,
  }),
]);
export type NewInstall = z.output<typeof newInstallSchema>;

export const confirmedSteps = [
  'carryOver',
  'testToken',
  'switchOpen',
  'switchClose',
  'load',
] as const;

/** POST /api/operator/installs/:id/acts; the job. The same request id again changes nothing. */
export const installActSchema = z.discriminatedUnion('act', [
  /** What the old meter shows before it is taken off; null where nobody can read it. */
  z.strictObject({
    act: z.literal('oldMeter'),
    requestId,
    leftEnergyWh: energy.nullable(),
    creditedEnergyWh: energy.nullable(),
    importEnergyWh: energy.nullable(),
  }),
  /** The number of the meter that hangs there. */
  z.strictObject({
    act: z.literal('identify'),
    requestId,
    meterPan: meterNumber,
    by: z.enum(['scan', 'hand']),
  }),
  /** Begins what the server does: asks the office, sends a command, makes a token. */
  z.strictObject({
    act: z.literal('start'),
    requestId,
    step: z.enum(['exchange', 'testToken', 'carryOver', 'remoteRead', 'switchOpen', 'switchClose']),
  }),
  /**
   * Pairs the meter and waits for its word. `pairingSecret`: the code on its label, where the
   * server has none or another one. `withCertificate`: once it is connected the meter is told to
   * ask for a certificate, and only its use ends the step. `csrPem`: its request (PKCS #10),
   * brought from it; the certificate is then in the step, to be put into the meter.
   */
  z.strictObject({
    act: z.literal('link'),
    requestId,
    pairingSecret: z.string().trim().min(16).max(128).optional(),
    withCertificate: z.boolean().optional(),
    csrPem: z.string().trim().min(1).max(8_000).optional(),
  }),
  /** A load is switched on that takes at least and at most so much. */
  z.strictObject({
    act: z.literal('load'),
    requestId,
    lowW: z.number().int().min(1).max(1_000_000),
    highW: z.number().int().min(1).max(1_000_000),
  }),
  /** What the technician saw with their own eyes. */
  z.strictObject({
    act: z.literal('confirm'),
    requestId,
    step: z.enum(confirmedSteps),
    isRight: z.boolean(),
    saw: reason,
  }),
  /** The import register on the display, against what the meter reported. */
  z.strictObject({ act: z.literal('display'), requestId, importEnergyWh: energy }),
  z.strictObject({
    act: z.literal('startReading'),
    requestId,
    importEnergyWh: energy,
    note,
  }),
  /** It does not work, or no answer comes: the try ends as failed. */
  z.strictObject({ act: z.literal('fail'), requestId, step: installStepSchema, reason }),
]);
export type InstallAct = z.output<typeof installActSchema>;

/** POST /api/operator/installs/:id/assign: operators; null gives it back to all technicians. */
export const installAssignSchema = z.strictObject({
  requestId,
  technicianId: z.string().nullable(),
});
/** POST /api/operator/installs/:id/take: a technician takes a job that is nobody's. */
export const installTakeSchema = z.strictObject({ requestId });
/** POST /api/operator/installs/:id/close: refused with the names of the steps that are open. */
export const installCloseSchema = z.strictObject({ requestId, note });
/** POST /api/operator/installs/:id/cancel: operators. */
export const installCancelSchema = z.strictObject({ requestId, reason });

const personSchema = z.object({ operatorId: z.string(), name: z.string() });

export const installRowSchema = z.object({
  installId: z.string(),
  kind: z.enum(installKinds),
  state: z.enum(installStates),
  name: z.string(),
  address: z.string(),
  /** Null until the connection exists. */
  connectionId: z.string().nullable(),
  /** The meter that hangs there, or the one that should; null: whichever is brought. */
  meterPan: z.string().nullable(),
  assignedTo: personSchema.nullable(),
  openedBy: z.string(),
  openedAt: instantSchema,
  stateAt: instantSchema,
  steps: z.number().int(),
  passed: z.number().int(),
  failed: z.array(installStepSchema),
  /** Open for longer than a week. */
  isOld: z.boolean(),
});
export type InstallRow = z.output<typeof installRowSchema>;
export const installFilters = ['open', 'attention', 'closed', 'cancelled', 'all'] as const;
/**
 * GET /api/operator/installs?state=open|attention|closed|cancelled|all&connection=&cursor=. Open
 * ones oldest first, the others newest first. A technician sees their own and those that are
 * nobody's.
 */
export const installPageSchema = z.object({
  rows: z.array(installRowSchema),
  nextCursor: z.string().nullable(),
});
export type InstallPage = z.output<typeof installPageSchema>;

/** GET /api/operator/installs/technicians: who may be sent. */
export const installTechniciansSchema = z.object({
  rows: z.array(personSchema.extend({ role: z.string() })),
});

export const installStepViewSchema = z.object({
  step: installStepSchema,
  state: z.enum(installStepStates),
  /** Whom a running step waits for. */
  waitsFor: z.enum(['meter', 'technician', 'office']).nullable(),
  tries: z.number().int(),
  by: z.string().nullable(),
  at: instantSchema.nullable(),
  /** What was found, or why it failed or was skipped. */
  words: z.string().nullable(),
  /** Steps that come first. */
  after: z.array(installStepSchema),
  /** Digits to type at the meter, while the step runs. */
  tokens: z.array(z.string()),
  /** Of a request that was brought: to be put into the meter, while the step runs. */
  certificatePem: z.string().nullable(),
});
export type InstallStepView = z.output<typeof installStepViewSchema>;

/** GET /api/operator/installs/:id */
export const installDetailSchema = installRowSchema.extend({
  note: z.string(),
  wasPostpaid: z.boolean(),
  customerName: z.string().nullable(),
  hasLink: z.boolean(),
  /** The server has nothing yet by which the meter could come. */
  needsPairing: z.boolean(),
  /** What the head-end takes from meters here. */
  linkAccepts: z.enum(['secret', 'certificate', 'both']),
  /** The meter that the technician expects; of an exchange also the one that goes. */
  expectedMeterPan: z.string().nullable(),
  oldMeterPan: z.string().nullable(),
  /** What the meter said last: nothing of money. */
  meterState: z
    .object({
      lastContactAt: instantSchema,
      linkUp: z.boolean().nullable(),
      loadSwitch: loadSwitchSchema,
      powerW: integerString,
      isOutOfCredit: z.boolean(),
    })
    .nullable(),
  stepViews: z.array(installStepViewSchema),
  /** Null: it may be closed. Otherwise which steps are open. */
  openSteps: z.array(installStepSchema),
  endedBy: z.string().nullable(),
  endReason: z.string().nullable(),
  mayWork: z.boolean(),
  mayTake: z.boolean(),
  history: z.array(
    z.object({
      at: instantSchema,
      what: z.string(),
      step: installStepSchema.nullable(),
      by: z.string().nullable(),
      words: z.string().nullable(),
    }),
  ),
});
export type InstallDetail = z.output<typeof installDetailSchema>;

/** Steps as people call them. */
export const installStepNames: Readonly<Record<InstallStep, string>> = {
  oldMeter: 'Read the old meter',
  meter: 'Meter number',
  exchange: 'Exchange allowed',
  link: 'Link',
  carryOver: 'Carry credit over',
  testToken: 'Test token',
  remoteRead: 'Remote reading',
  switchOpen: 'Open the switch',
  switchClose: 'Close the switch',
  load: 'Load check',
  startReading: 'Starting reading',
};

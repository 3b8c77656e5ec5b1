// Imports and exports: files of connections, arrears, opening balances and the network in, and the
// books out. An administrator imports; an operator may rehearse and export.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const importKinds = [
  'connections',
  'arrears',
  'openingBalances',
  'networkNodes',
  'networkPlacements',
  'networkReadings',
  'networkVoltages',
] as const;
export const importKindSchema = z.enum(importKinds);
export type ImportKind = z.output<typeof importKindSchema>;

export type ImportColumn = {
  readonly name: string;
  readonly needed: boolean;
  /** What to write, for people. */
  readonly what: string;
};

const column = (name: string, what: string, needed = true): ImportColumn => ({
  name,
  needed,
  what,
});

/** The columns of a file of each kind, in the order of a template. */
export const importColumns: Record<ImportKind, readonly ImportColumn[]> = {
  connections: [
    column('connection_name', 'As operators call the place, up to 100 characters'),
    column('address', 'Up to 200 characters'),
    column(
      'customer_name',
      'Who signs in and gets messages; left out together with the phone',
      false,
    ),
    column('customer_phone', 'Begins with + and the country, like +27825550101', false),
    column('tariff', 'The tariff’s name as it is loaded'),
    column('meter_number', '18 digits, or the 11 or 13 on the meter'),
    column('supply_group_code', '6 digits; its vending key is loaded'),
    column('tariff_index', '00 to 99'),
    column('key_revision', '1 to 9'),
    column('encryption_algorithm', 'ea07 or ea11'),
    column(
      'mqtt_secret',
      '16 to 200 characters, for a meter with a link; only its hash is kept',
      false,
    ),
    column('converted_on', 'The day it turned from post-paid to prepaid, like 2026-11-20', false),
  ],
  arrears: [
    column('meter_number', 'Of a connection that is there'),
    column('label', 'Names the debt, once for a connection'),
    column('amount', 'What is owed, like 1250.00'),
    column('rule', 'How purchases repay it, like: share 25, or instalment 50.00 per month'),
    column('currency', 'The utility’s, when given', false),
  ],
  openingBalances: [
    column('meter_number', 'Of a connection that is there'),
    column('amount', 'What was prepaid in the older system, like 75.50'),
    column('currency', 'The utility’s, when given', false),
  ],
  networkNodes: [
    column('node', 'Its code as it is written on the pole, up to 60 characters'),
    column('name', 'Up to 100 characters'),
    column('kind', 'substation, feeder, transformer, or phase (its name then is L1, L2 or L3)'),
    column('feeder', 'The code of the node that it hangs on, of any kind', false),
    column('since', 'The day from which on it hangs there; empty: always', false),
    column('latitude', 'Degrees, like -26.2041; for the map', false),
    column('longitude', 'Degrees, like 28.0473', false),
  ],
  networkPlacements: [
    column('meter_number', 'Of a connection that is there'),
    column('node', 'The code of the node that it is behind'),
    column('phase', 'L1, L2, L3, or all for a three-phase meter', false),
    column('since', 'The day from which on, like 2026-11-20; empty: always', false),
  ],
  networkReadings: [
    column('node', 'The code of the node whose own meter was read'),
    column('starts_at', 'Beginning of the half-hour, like 2026-11-20T14:30+02:00'),
    column('energy_wh', 'What went through in that half-hour, whole watt-hours'),
  ],
  networkVoltages: [
    column('meter_number', 'Of a connection that is there'),
    column('starts_at', 'Beginning of the half-hour, like 2026-11-20T14:30+02:00'),
    column('voltage_v', 'Mean voltage of that half-hour, like 231.4'),
  ],
};

export const exportKinds = [
  'connections',
  'arrears',
  'openingBalances',
  'customers',
  'sales',
  'payments',
  'transfers',
  'meterIdentities',
] as const;
export const exportKindSchema = z.enum(exportKinds);
/**
 * GET /api/operator/exports/:kind?after=ID answers text/csv, streamed, in a stable order and with
 * stable columns; `after` is the first cell of the last whole row one has. Instants are in the
 * utility's zone with their offset; the last column and the header x-prewatt-time-zone name it.
 */
export type ExportKind = z.output<typeof exportKindSchema>;

/**
 * queued -> running -> done; cancelled from queued or running; resume leads back to queued. Opening
 * balances beyond what their sender may bring in alone are awaiting approval first.
 */
export const importStates = ['awaiting', 'queued', 'running', 'done', 'cancelled'] as const;

/** Most bytes of a file. */
export const importFileLimitBytes = 32 * 1024 * 1024;

/** What is wrong with a row; `column` is null when it is the row as a whole. */
export const rowFaultSchema = z.object({
  column: z.string().nullable(),
  code: z.string(),
  /** What the file says there, shortened; null for an empty field and for secrets. */
  found: z.string().nullable(),
  message: z.string(),
  /** What to write instead. */
  advice: z.string(),
});
export type RowFault = z.output<typeof rowFaultSchema>;

/**
 * POST /api/operator/imports?kind=&dryRun=true|false&fileName= with the file as text/csv (202; 200
 * with the first import for a file that was sent before), GET /api/operator/imports/:id, and POST
 * .../:id/cancel and .../:id/resume.
 */
export const importSchema = z.object({
  importId: z.string(),
  kind: importKindSchema,
  dryRun: z.boolean(),
  fileName: z.string(),
  sha256: z.string(),
  sizeBytes: z.number().int(),
  state: z.enum(importStates),
  rows: z.object({
    total: z.number().int(),
    /** Written; in a dry run, what would be. */
    created: z.number().int(),
    /** There already, with the same particulars. */
    unchanged: z.number().int(),
    refused: z.number().int(),
    waiting: z.number().int(),
  }),
  requestedBy: z.string(),
  createdAt: instantSchema,
  stateAt: instantSchema,
});
export type ImportJson = z.output<typeof importSchema>;

/** GET /api/operator/imports?cursor=, newest first. */
export const importPageSchema = z.object({
  rows: z.array(importSchema),
  nextCursor: z.string().nullable(),
});
export type ImportPage = z.output<typeof importPageSchema>;

/** GET /api/operator/imports/:id/rows?outcome=refused&cursor=, by line. */
export const importRowSchema = z.object({
  line: z.number().int(),
  outcome: z.enum(['created', 'unchanged', 'refused']),
  faults: z.array(rowFaultSchema),
});
export type ImportRowJson = z.output<typeof importRowSchema>;
export const importRowPageSchema = z.object({
  rows: z.array(importRowSchema),
  nextCursor: z.string().nullable(),
});
export type ImportRowPage = z.output<typeof importRowPageSchema>;

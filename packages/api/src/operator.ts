// The operator's API: what the console and the command line read. Every list is paged by `cursor`
// (opaque, null at the end).

import { z } from 'zod';
import { supplyHoldSchema } from './commands.ts';
import {
  commandStageSchema,
  currencySchema,
  instantSchema,
  integerString,
  loadSwitchSchema,
  quoteLineSchema,
  saleStateSchema,
} from './common.ts';

const page = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), nextCursor: z.string().nullable() });

/** GET /api/operator/me */
export const operatorMeSchema = z.object({
  name: z.string(),
  email: z.string(),
  role: z.enum(['administrator', 'operator', 'viewer', 'technician', 'auditor']),
  utility: z.object({ name: z.string(), zone: z.string(), currency: currencySchema }),
  /** Business time now; runs faster than real time in the demo. */
  now: instantSchema,
  clockSpeed: z.number(),
  /** The server's own clock. */
  realNow: instantSchema,
  /** Nothing is changed by this sign-in before it has a second factor. */
  needsSecondFactor: z.boolean(),
});
export type OperatorMe = z.output<typeof operatorMeSchema>;

/** Wrong passwords for one's own sign-in since one last looked at them. */
export const failedSignInsSchema = z.object({
  count: z.number().int(),
  lastAt: instantSchema.nullable(),
});

/** POST /api/operator/me/password: all other sessions end. */
export const changePasswordBodySchema = z.strictObject({
  /** The password until now. */
  current: z.string().min(1).max(128),
  next: z.string().min(12, 'A password has at least 12 characters.').max(128),
});

/** What waits on the page Attention, by what it is; each has its own list. */
export const attentionPartsSchema = z.object({
  /** Paid sales that are stuck, wait at a home that is off, or are named by a failed proof. */
  sales: z.number().int(),
  /** 1: the last proof failed and names no sale. */
  proof: z.number().int(),
  /** Done by one person alone, and not reviewed. */
  emergencies: z.number().int(),
  safetyCuts: z.number().int(),
  /** Parts of the server that are down (the broker, a provider), and work of its own that fails. */
  upkeep: z.number().int(),
  /** Vending keys that end soon and that meters hold. */
  keys: z.number().int(),
  budgets: z.number().int(),
  tickets: z.number().int(),
  /** Free tokens that were refused or not confirmed. */
  grants: z.number().int(),
  meters: z.number().int(),
  /** Install jobs that failed or are open for long. */
  installs: z.number().int(),
  refunds: z.number().int(),
  /** Money that no sale got. */
  unallocated: z.number().int(),
  /** Words of payment providers that could not be acted on. */
  notifications: z.number().int(),
});

/** GET /api/operator/overview */
export const overviewSchema = z.object({
  now: instantSchema,
  meters: z.object({
    total: z.number().int(),
    connected: z.number().int(),
    disconnected: z.number().int(),
    lowCredit: z.number().int(),
    silent: z.number().int(),
  }),
  today: z.object({
    sales: z.number().int(),
    amountMinor: integerString,
    energyWh: integerString,
    customers: z.number().int(),
    /** Of the amount, what was paid for accounts of street lights. */
    lightsMinor: integerString,
    /** Of the amount, what others paid into wallets: it buys no energy until it is used. */
    walletsMinor: integerString,
    /** The rest: sales of energy, or of money on a meter, to homes and shops. */
    sold: z.object({
      sales: z.number().int(),
      amountMinor: integerString,
      energyWh: integerString,
      customers: z.number().int(),
    }),
  }),
  /** The sum of `attentionParts`. */
  attention: z.number().int(),
  attentionParts: attentionPartsSchema,
});
export type Overview = z.output<typeof overviewSchema>;

/** `money`: in the meter, with the tariff inside; `wallet`: the ledger holds it. */
export const meterCreditModeSchema = z.enum(['energy', 'money', 'wallet']);
export type MeterCreditMode = z.output<typeof meterCreditModeSchema>;

export const meterFilterSchema = z.enum([
  'all',
  'connected',
  'disconnected',
  'lowCredit',
  'outOfCredit',
  'silent',
]);

/** The query of GET /api/operator/meters and /api/operator/meters/counts */
export const meterListQuerySchema = z.object({
  search: z.string().max(100).default(''),
  filter: meterFilterSchema.default('all'),
  credit: meterCreditModeSchema.optional(),
  /** Heard before, and not for so many hours; or never heard. */
  silentFor: z.union([z.literal('never'), z.coerce.number().int().min(1).max(8_784)]).optional(),
  firmware: z.string().min(1).max(64).optional(),
  /** By when credit ends: of those alone of which that is known. */
  sort: z.enum(['name', 'creditEnd', 'meter', 'credit', 'power', 'contact']).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  cursor: z.string().max(500).optional(),
});

export type MeterListQuery = z.output<typeof meterListQuerySchema>;

/** GET /api/operator/meters/counts, with the filters of the list */
export const meterFacetsSchema = z.object({
  /** What the filters leave. */
  matching: z.number(),
  /** Without any filter: how many there are of each kind. */
  states: z.record(meterFilterSchema, z.number()),
  credit: z.record(meterCreditModeSchema, z.number()),
  firmware: z.array(z.object({ version: z.string(), meters: z.number() })),
});
export type MeterFacets = z.output<typeof meterFacetsSchema>;

/** GET /api/operator/meters */
export const meterRowSchema = z.object({
  connectionId: z.string(),
  meterPan: z.string(),
  connectionName: z.string(),
  customerName: z.string().nullable(),
  creditMode: meterCreditModeSchema,
  /** Where credit is money: what is left, below zero what is owed. */
  balanceMinor: integerString.nullable(),
  /** Null until the meter has reported once, and for a wallet; of money it is an estimate. */
  availableEnergyWh: integerString.nullable(),
  powerW: integerString.nullable(),
  usedTodayWh: integerString.nullable(),
  /** Where it is not from midnight on: since when it counts. */
  usedTodaySince: instantSchema.nullable(),
  /** No reading lies near midnight: the register there is taken from those around it. */
  usedTodayEstimated: z.boolean(),
  loadSwitch: loadSwitchSchema.nullable(),
  /** What switches does not answer: since when `loadSwitch` is only what is wanted. */
  switchUnknownSince: instantSchema.nullable(),
  creditStatus: z.enum(['inCredit', 'lowCredit', 'outOfCredit']).nullable(),
  /**
   * When credit is expected to end, forecast in the last six hours; null: it has ended, or nobody
   * can say.
   */
  creditEndsAt: instantSchema.nullable(),
  /** Of energy, where the power of this moment ends it much sooner; else null. */
  creditEndsAtPresentUse: instantSchema.nullable(),
  /** Null: it was never heard, and has no link. */
  lastContactAt: instantSchema.nullable(),
  /** It has a link, and no contact for as long as the utility's setting says. */
  silent: z.boolean(),
  firmware: z.string().nullable(),
});
export type MeterRow = z.output<typeof meterRowSchema>;
export const meterPageSchema = page(meterRowSchema);
export type MeterPage = z.output<typeof meterPageSchema>;

/**
 * GET /api/operator/sales?day=YYYY-MM-DD|today&cursor= and GET /api/operator/connections/:id/sales
 */
export const saleRowSchema = z.object({
  saleId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  requestedAt: instantSchema,
  amountMinor: integerString,
  energyWh: integerString.nullable(),
  /** Money on the meter, where it counts its credit in money; null for energy. */
  creditMinor: integerString.nullable(),
  state: saleStateSchema,
  /** Why it is stuck or was refused, in words; null otherwise. */
  reason: z.string().nullable(),
  provider: z.string(),
  /** A wallet's money that became a token when its mode changed: nobody paid it then. */
  carried: z.boolean(),
  /** Last four digits only: a token is bearer money. */
  tokenLastFour: z.string().nullable(),
});
export type SaleRow = z.output<typeof saleRowSchema>;
export const salePageSchema = page(saleRowSchema);
export type SalePage = z.output<typeof salePageSchema>;

export const saleSorts = ['time', 'amount', 'energy', 'connection'] as const;
const saleDay = z.union([z.literal('today'), z.iso.date()]);
const saleFilters = {
  /** One day; `from` and `to` go before it. */
  day: saleDay.default('today'),
  /** Days of the utility's zone, both of them in it; at most 366. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  state: saleStateSchema.optional(),
};
export const saleRangeQuerySchema = z.object(saleFilters);
export const saleListQuerySchema = z.object({
  ...saleFilters,
  sort: z.enum(saleSorts).default('time'),
  order: z.enum(['asc', 'desc']).default('desc'),
  cursor: z.string().max(500).optional(),
});
export type SaleListQuery = z.output<typeof saleListQuerySchema>;

/** GET /api/operator/sales/totals, with the filters of the list: sold is what has a token. */
export const saleTotalsSchema = z.object({
  sales: z.number().int(),
  amountMinor: integerString,
  energyWh: integerString,
  connections: z.number().int(),
  stuck: z.number().int(),
});
export type SaleTotals = z.output<typeof saleTotalsSchema>;

/** POST /api/operator/connections/:id/customer */
export const customerBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** As it is dialled at home, or with the country's code. */
  phone: z.string().trim().min(1).max(40),
  reason: z.string().trim().min(1).max(200),
});
export const customerSchema = z.object({ name: z.string(), phone: z.string() });

/** GET /api/operator/connections/:id */
export const connectionDetailSchema = z.object({
  connectionId: z.string(),
  name: z.string(),
  address: z.string(),
  customer: customerSchema.nullable(),
  customerId: z.string().nullable(),
  meter: z.object({
    meterPan: z.string(),
    supplyGroupCode: z.string(),
    tariffIndex: z.string(),
    keyRevision: z.number().int(),
    keyType: z.number().int(),
    encryptionAlgorithm: z.string(),
  }),
  /** Why nothing is sold to it; null when it may buy. */
  blockedReason: z.string().nullable(),
  /** With the version that prices it today. */
  tariffName: z.string(),
  tariffVersionId: z.string().nullable(),
  prepaidMinor: integerString,
  debtMinor: integerString,
  state: meterRowSchema,
  owedEnergyWh: integerString.nullable(),
  forecast: z
    .object({
      expectedAt: instantSchema,
      /** Ends of the range in which 80 of 100 ends lie. */
      earliestAt: instantSchema,
      latestAt: instantSchema,
      /** The end if power stays as it is, where that comes before the range. */
      atPresentUse: instantSchema.nullable(),
    })
    .nullable(),
  /**
   * Until when supply stays on without credit: now, or from the expected end (`startsAt`) when that
   * is near. `until` null: it is never cut for credit. What will be owed by then is energy, or
   * money in wallet mode.
   */
  promise: z
    .object({
      startsAt: instantSchema.nullable(),
      until: instantSchema.nullable(),
      owedEnergyWh: integerString.nullable(),
      owedMinor: integerString.nullable(),
      /** The same if power stays as it is now, where that is much more. */
      atPresentUse: z
        .object({ owedEnergyWh: integerString.nullable(), owedMinor: integerString.nullable() })
        .nullable(),
    })
    .nullable(),
  supplyHold: supplyHoldSchema.nullable(),
  /** A lighting account: what counts its energy, whether it has ended. Null: no street lights. */
  lighting: z.object({ meteredBy: z.enum(['lamps', 'meter']), isClosed: z.boolean() }).nullable(),
});
export type ConnectionDetail = z.output<typeof connectionDetailSchema>;

/**
 * GET /api/operator/connections/:id/usage?days=N (default 14): one bar per civil day, and the hours
 * of the last two days.
 */
export const usageSchema = z.object({
  daily: z.array(z.object({ date: z.string(), energyWh: integerString })),
  hourly: z.array(z.object({ startsAt: instantSchema, energyWh: integerString })),
});
export type Usage = z.output<typeof usageSchema>;

/** GET /api/operator/connections/:id/tokens */
export const tokenRowSchema = z.object({
  tokenRef: z.string(),
  /** A token belongs to a sale or to a grant. */
  saleId: z.string().nullable(),
  grantId: z.string().nullable(),
  kind: z.enum(['credit', 'keyChange', 'management', 'test']),
  lastFour: z.string(),
  /** Null for key-change and test tokens, which have none. */
  tid: z.number().int().nullable(),
  /** Null for all but credit. */
  energyWh: integerString.nullable(),
  /** Money on the meter, where it counts its credit in money; null for energy. */
  creditMinor: integerString.nullable(),
  issuedAt: instantSchema,
  state: z.enum(['issued', 'accepted', 'refused']),
  stateAt: instantSchema.nullable(),
  origin: z.enum(['keypad', 'remote', 'card']).nullable(),
  refusal: z.string().nullable(),
});
export type TokenRow = z.output<typeof tokenRowSchema>;
export const tokenPageSchema = page(tokenRowSchema);

/** GET /api/operator/connections/:id/events */
export const eventRowSchema = z.object({
  at: instantSchema,
  code: z.string(),
  text: z.string(),
});
export type EventRow = z.output<typeof eventRowSchema>;
export const eventPageSchema = page(eventRowSchema);

/** GET /api/operator/connections/:id/commands */
export const commandRowSchema = z.object({
  commandId: z.string(),
  kind: z.enum([
    'deliverToken',
    'readNow',
    'switchOpen',
    'switchClose',
    'switchArm',
    'setPowerLimit',
    'setEmergencyCredit',
    'setProtection',
    'setTariff',
    'setPaymentMode',
    'setControlMode',
    'setLights',
    'setClock',
    'setLinkSecret',
    'renewCertificate',
  ]),
  stage: commandStageSchema,
  /** 0 goes first. */
  priority: z.number().int(),
  /** The operator who asked for it and why; null when the server did. */
  requestedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** Who took it back and why. */
  cancelledBy: z.string().nullable(),
  cancelReason: z.string().nullable(),
  attempts: z.number().int(),
  queuedAt: instantSchema,
  stageAt: instantSchema,
  expiresAt: instantSchema,
  result: z.string().nullable(),
  history: z.array(z.object({ stage: commandStageSchema, at: instantSchema })),
});
export type CommandRow = z.output<typeof commandRowSchema>;
export const commandPageSchema = page(commandRowSchema);

/** GET /api/operator/connections/:id/messages */
export const messageRowSchema = z.object({
  at: instantSchema,
  kind: z.string(),
  text: z.string(),
  /**
   * Waiting for the end of quiet hours; sent when a gateway took it, delivered when it says so;
   * dropped when something newer overtook it, or the phone wants no messages.
   */
  state: z.enum(['waiting', 'queued', 'sent', 'delivered', 'failed', 'dropped']),
  /** By which gateways, in order: what each did with it, and how often it was handed to it. */
  attempts: z.array(
    z.object({
      gateway: z.string(),
      at: instantSchema,
      outcome: z.enum([
        ...['handing', 'accepted', 'refused', 'later', 'unknown', 'delivered', 'undelivered'],
      ] as const),
      reason: z.string().nullable(),
      tries: z.number().int(),
    }),
  ),
});
export type MessageRow = z.output<typeof messageRowSchema>;
export const messagePageSchema = page(messageRowSchema);

/**
 * GET /api/operator/attention: sales that are stuck and tokens that a meter refused, the list that
 * law 6 speaks of; and sales that the last proof has something against.
 */
export const attentionRowSchema = z.object({
  saleId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  since: instantSchema,
  amountMinor: integerString,
  reason: z.string(),
  /** What the operator can do, in words. */
  advice: z.string(),
  canRetry: z.boolean(),
});
export type AttentionRow = z.output<typeof attentionRowSchema>;
export const attentionPageSchema = page(attentionRowSchema);

/** GET /api/operator/sales/:id */
export const saleDetailSchema = saleRowSchema.extend({
  /** What the meter takes of the tokens for use without credit: one of the two is "0". */
  recoveredEnergyWh: integerString,
  recoveredMinor: integerString,
  lines: z.array(quoteLineSchema),
  remainderMinor: integerString,
  paymentReference: z.string().nullable(),
  timeline: z.array(z.object({ at: instantSchema, text: z.string() })),
});
export type SaleDetail = z.output<typeof saleDetailSchema>;

/**
 * GET /api/operator/live: server-sent events. `data` is one of these; the console re-reads what it
 * shows of it.
 */
export const liveEventSchema = z.discriminatedUnion('kind', [
  /** New state of these meters; rows may be applied as they are. */
  z.object({ kind: z.literal('meters'), rows: z.array(meterRowSchema) }),
  z.object({ kind: z.literal('sale'), connectionId: z.string(), saleId: z.string() }),
  z.object({ kind: z.literal('connection'), connectionId: z.string() }),
  z.object({ kind: z.literal('approval'), approvalId: z.string() }),
]);
export type LiveEvent = z.output<typeof liveEventSchema>;

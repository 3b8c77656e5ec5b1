// Meters that another driver than MQTT speaks to: how one is linked, how its link stands, and what
// its payment objects say.

import { z } from 'zod';
import { instantSchema } from './common.ts';

const asked = {
  requestId: z.string().min(8).max(100),
  reason: z.string().trim().min(5).max(500),
};

export const driverFaults = [
  'unreachable',
  'noAnswer',
  'notLetIn',
  'notProved',
  'otherMeter',
  'replay',
  'tooMuch',
  'malformed',
  'countersUsedUp',
] as const;
export type DriverFaultName = (typeof driverFaults)[number];

const hexOf = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `${digits} hex digits`);
const key = hexOf(32);

/** The server calls an address, or the meter dials in by an id of its own. */
const reach = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('called'),
    host: z.string().trim().min(1).max(253),
    port: z.number().int().min(1).max(65_535),
  }),
  z.strictObject({
    kind: z.literal('dialsIn'),
    deviceId: z.string().regex(/^[A-Za-z0-9]{4,32}$/, '4 to 32 letters and digits'),
  }),
]);

const keys = {
  encryptionKey: key,
  authenticationKey: key,
  /** By it the meter's keys can be changed over the link. */
  keyEncryptionKey: key.optional(),
};

/** How the server is let in. `kept`: by what the server has of this meter already. */
const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('low'), password: z.string().min(1).max(64) }),
  /** High security by GMAC; requests and answers authenticated and encrypted. */
  z.strictObject({
    kind: z.literal('gmac'),
    ...keys,
    /** Both cipher alike; a meter of suite 1 wants it said. Left out: 0. */
    suite: z.union([z.literal(0), z.literal(1)]).optional(),
  }),
  /** High security by signatures (mechanism 7, P-256), of suite 1; protected as with GMAC. */
  z.strictObject({
    kind: z.literal('ecdsa'),
    ...keys,
    /** The server's private key, whose public key the meter knows. */
    signingKey: hexOf(64),
    /** Of the meter: both coordinates. */
    meterPublicKey: hexOf(128),
  }),
  z.strictObject({ kind: z.literal('kept') }),
]);

export const dlmsLinkBodySchema = z.strictObject({
  ...asked,
  driver: z.literal('dlms'),
  reach,
  framing: z.enum(['wrapper', 'hdlc']).default('wrapper'),
  clientSap: z.number().int().min(1).max(127),
  serverSap: z.number().int().min(1).max(16_383).default(1),
  authentication,
  /** 16 hex digits; left out, one is made that no other meter's link has. */
  clientTitle: z
    .string()
    .regex(/^[0-9a-fA-F]{16}$/, '16 hex digits')
    .optional(),
  readEveryMinutes: z.number().int().min(1).max(1_440).default(15),
});
export type DlmsLinkBody = z.output<typeof dlmsLinkBodySchema>;

/** A device that registers by its name; `none`: something in front of the server proves it. */
export const lwm2mLinkBodySchema = z.strictObject({
  ...asked,
  driver: z.literal('lwm2m'),
  endpoint: z.string().regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 visible characters'),
  proof: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('secret'),
      secret: z.string().regex(/^[0-9a-fA-F]{64}$/, '64 hex digits'),
    }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
  readEveryMinutes: z.number().int().min(1).max(1_440).default(15),
});
export type Lwm2mLinkBody = z.output<typeof lwm2mLinkBodySchema>;

/** POST /api/operator/connections/:id/driver; administrators. Keys are sealed and never shown. */
export const driverLinkBodySchema = z.discriminatedUnion('driver', [
  dlmsLinkBodySchema,
  lwm2mLinkBodySchema,
]);
export type DriverLinkBody = z.output<typeof driverLinkBodySchema>;

/** POST /api/operator/connections/:id/driver/end; administrators. */
export const driverEndBodySchema = z.strictObject(asked);

/** Which key goes to the meter first, each in a visit of its own; or both at once. */
export const keyOrders = ['together', 'encryptionFirst', 'authenticationFirst'] as const;

/** POST /api/operator/connections/:id/driver/keys; administrators. The server makes the keys. */
export const driverKeysBodySchema = z.strictObject({
  ...asked,
  order: z.enum(keyOrders).default('together'),
  /** Afterwards the meter is asked to take only what is authenticated and encrypted. */
  raisesPolicy: z.boolean().default(false),
  /** Before the others, the key under which they are wrapped. */
  changesWrappingKey: z.boolean().default(false),
});
export type DriverKeysBody = z.output<typeof driverKeysBodySchema>;

/**
 * waiting: not sent yet. sent: on its way, or nobody knows what the meter has stored; old and new
 * keys are kept, and tried. done: the meter has proved the new ones. refused: it has its old ones.
 */
export const keyChangeStates = ['waiting', 'sent', 'done', 'refused'] as const;

/** As above, of the key under which others are wrapped. */
export const wrappingStates = ['waiting', 'sent', 'done', 'refused'] as const;

export const keyChangeSchema = z.object({
  state: z.enum(keyChangeStates),
  order: z.enum(keyOrders),
  askedAt: instantSchema,
  askedBy: z.string(),
  /** How often keys were sent. */
  transfers: z.number().int(),
  changedAt: instantSchema.nullable(),
  /** In the meter's words, or ours; null where it did not refuse. */
  refusal: z.string().nullable(),
  /** Until a visit has shown which keys the meter has; others cannot be asked for before. */
  isOpen: z.boolean(),
  /** Whether it takes only what is authenticated and encrypted; null: nobody asked it to. */
  policy: z.enum(['wasSo', 'raised', 'refused']).nullable(),
  /** How the key under which others are wrapped stands; null: it was not to be changed. */
  wrapping: z.enum(wrappingStates).nullable(),
});
export type DlmsKeyChange = z.output<typeof keyChangeSchema>;

const amount = z.number().int().nullable();

/** Amounts are the meter's own numbers: `currency.scale` is their power of ten. */
export const dlmsAccountSchema = z.object({
  readAt: instantSchema,
  paymentMode: z.string(),
  accountStatus: z.string(),
  creditInUse: amount,
  creditStatus: z.array(z.string()),
  availableCredit: amount,
  amountToClear: amount,
  aggregatedDebt: amount,
  currency: z.object({ name: z.string(), scale: z.number().int(), unit: z.string() }),
  lowCreditThreshold: amount,
  credits: z.array(
    z.object({
      logicalName: z.string(),
      type: z.string(),
      priority: amount,
      status: z.string(),
      amount,
    }),
  ),
  charges: z.array(
    z.object({ logicalName: z.string(), type: z.string(), paid: amount, left: amount }),
  ),
});
export type DlmsAccount = z.output<typeof dlmsAccountSchema>;

const faultSchema = z.object({
  what: z.enum(driverFaults),
  at: instantSchema,
  /** Tries in a row that ended with one. */
  times: z.number().int(),
});

/** GET /api/operator/connections/:id/driver */
export const driverViewSchema = z.object({
  meterPan: z.string(),
  driver: z.enum(['mqtt', 'dlms', 'lwm2m']),
  /** Null for a meter that is not linked by another driver. */
  dlms: z
    .object({
      /** "10.1.2.3:4059", or the id by which the meter dials in. */
      address: z.string(),
      reach: z.enum(['called', 'dialsIn']),
      framing: z.enum(['wrapper', 'hdlc']),
      clientSap: z.number().int(),
      serverSap: z.number().int(),
      authentication: z.enum(['none', 'low', 'gmac', 'ecdsa']),
      /** Of its ciphering: 0 or 1. */
      suite: z.number().int(),
      clientTitle: z.string(),
      serverTitle: z.string().nullable(),
      deviceName: z.string().nullable(),
      readEveryMinutes: z.number().int(),
      linkedAt: instantSchema,
      lastReadAt: instantSchema.nullable(),
      nextReadAt: instantSchema,
      profileReadTo: instantSchema.nullable(),
      fault: faultSchema.nullable(),
      /** The server has the key by which new ones are wrapped. */
      canChangeKeys: z.boolean(),
      keyChange: keyChangeSchema.nullable(),
      account: dlmsAccountSchema.nullable(),
    })
    .nullable(),
  lwm2m: z
    .object({
      endpoint: z.string(),
      proof: z.enum(['secret', 'none']),
      readEveryMinutes: z.number().int(),
      linkedAt: instantSchema,
      registeredAt: instantSchema.nullable(),
      heardAt: instantSchema.nullable(),
      /** "10.1.2.3:5683": where it was heard last. */
      address: z.string().nullable(),
      serial: z.string().nullable(),
      /** The head-end's own messages in the container, or objects of the registry. */
      speaks: z.enum(['messages', 'objects']).nullable(),
      sleeps: z.boolean().nullable(),
      /** "3/0", "10243/0". */
      objects: z.array(z.string()),
      fault: faultSchema.nullable(),
    })
    .nullable(),
});
export type DriverView = z.output<typeof driverViewSchema>;

// Outgoing webhooks: the events that programs of others are told, each with the scope that opens it
// and its data, and the routes' shapes of endpoints and deliveries. No event has a name, a phone
// number, an address or the digits of a token; identifiers lead to them for a key that may read.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';
import { type IntegrationScope, integrationScopes } from './integration-scopes.ts';
import { requestIdSchema } from './vendor.ts';

export const webhookEventTypes = [
  'sale.paid',
  'token.issued',
  'token.accepted',
  'sale.reversed',
  'payment.refunded',
  'credit.low',
  'supply.off',
  'supply.on',
  'meter.silent',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

const ofHome = { connectionId: z.string() };
const ofSale = { ...ofHome, saleId: z.string() };
const money = { amountMinor: integerString, currency: z.string() };

export const webhookSalePaidSchema = z.object({ ...ofSale, ...money });
export const webhookTokenIssuedSchema = z.object({
  ...ofSale,
  meterPan: z.string(),
  energyWh: integerString,
  /** Money on the meter, where it counts its credit in money. */
  creditMinor: integerString.nullable(),
  tokens: z.number().int(),
});
export const webhookTokenAcceptedSchema = z.object(ofSale);
export const webhookSaleReversedSchema = z.object({
  ...ofSale,
  ...money,
  moneyTo: z.enum(['prepaid', 'refund', 'vendor', 'connection']),
});
export const webhookPaymentRefundedSchema = z.object({
  ...ofSale,
  ...money,
  refundId: z.string(),
  reference: z.string(),
});
export const webhookCreditLowSchema = z.object({ ...ofHome, level: z.enum(['low', 'veryLow']) });
export const webhookSupplySchema = z.object(ofHome);
export const webhookMeterSilentSchema = z.object({ ...ofHome, lastHeardAt: instantSchema });

type EventOf = {
  readonly scope: IntegrationScope;
  readonly says: string;
  readonly data: z.ZodType;
};

export const webhookEvents = {
  'sale.paid': {
    scope: 'sales:read',
    says: 'Money for a sale is in, by a provider or for cash.',
    data: webhookSalePaidSchema,
  },
  'token.issued': {
    scope: 'sales:read',
    says: 'The tokens of a sale are made.',
    data: webhookTokenIssuedSchema,
  },
  'token.accepted': {
    scope: 'sales:read',
    says: 'The meter has taken all tokens of a sale.',
    data: webhookTokenAcceptedSchema,
  },
  'sale.reversed': {
    scope: 'sales:read',
    says: 'A sale was undone.',
    data: webhookSaleReversedSchema,
  },
  'payment.refunded': {
    scope: 'money:read',
    says: 'Money was paid back to whoever paid.',
    data: webhookPaymentRefundedSchema,
  },
  'credit.low': {
    scope: 'meters:read',
    says: 'Credit of a home has become low, or very low.',
    data: webhookCreditLowSchema,
  },
  'supply.off': {
    scope: 'meters:read',
    says: 'Supply of a home is off because its credit is used up.',
    data: webhookSupplySchema,
  },
  'supply.on': {
    scope: 'meters:read',
    says: 'Supply of a home is on again.',
    data: webhookSupplySchema,
  },
  'meter.silent': {
    scope: 'meters:read',
    says: 'Nothing is heard of a meter for as long as the utility has set.',
    data: webhookMeterSilentSchema,
  },
} as const satisfies Record<WebhookEventType, EventOf>;

export type WebhookDataOf<T extends WebhookEventType> = z.output<(typeof webhookEvents)[T]['data']>;

/** What an endpoint can be told, besides its events: that it works. */
export const webhookTestType = 'prewatt.test';

export const webhookEventTypeSchema = z.enum(webhookEventTypes);

/** POST /api/operator/integrations/:id/endpoints */
export const newEndpointSchema = z.strictObject({
  requestId: requestIdSchema,
  url: z.string().trim().min(8).max(2_000),
  events: z
    .array(webhookEventTypeSchema)
    .min(1)
    .refine((events) => new Set(events).size === events.length, 'each event once'),
});
export const endpointStateBodySchema = z.strictObject({ state: z.enum(['on', 'off']) });
export const rotateSecretSchema = z.strictObject({
  requestId: requestIdSchema,
  /** So long both secrets sign. */
  overlapHours: z.number().int().min(0).max(720).default(24),
});

export const webhookEndpointSchema = z.object({
  endpointId: z.string(),
  url: z.string(),
  events: z.array(webhookEventTypeSchema),
  state: z.enum(['on', 'off']),
  /** gone: the receiver answered 410. */
  offReason: z.enum(['byHand', 'gone']).nullable(),
  createdAt: instantSchema,
  waiting: z.number().int(),
  failed: z.number().int(),
});
export type WebhookEndpoint = z.output<typeof webhookEndpointSchema>;
export const endpointPageSchema = z.object({
  rows: z.array(webhookEndpointSchema),
  nextCursor: z.null(),
});
/** The only answer that holds the secret itself. */
export const endpointMadeSchema = z.object({ endpoint: webhookEndpointSchema, secret: z.string() });

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export const deliverySchema = z.object({
  deliveryId: z.string(),
  /** The header webhook-id: the same at each attempt and in a replay. */
  messageId: z.string(),
  type: z.string(),
  eventAt: instantSchema,
  isReplay: z.boolean(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  createdAt: instantSchema,
  /** Of one that waits. */
  nextAt: instantSchema.nullable(),
  /** Of the last attempt: the receiver's status, or what hindered it; null before the first. */
  status: z.number().int().nullable(),
  fault: z.enum(['timeout', 'notPublic', 'unreachable']).nullable(),
  tookMs: z.number().int().nullable(),
  answeredAt: instantSchema.nullable(),
});
export type Delivery = z.output<typeof deliverySchema>;
export const deliveryPageSchema = z.object({
  rows: z.array(deliverySchema),
  nextCursor: z.string().nullable(),
});

/** One delivery, or all events of a span, which the endpoint hears again. */
export const replaySchema = z.union([
  z.strictObject({ deliveryId: z.string() }),
  z.strictObject({ from: instantSchema, to: instantSchema }),
]);
export const replayedSchema = z.object({ deliveries: z.number().int() });

export const scopesOfEvents = (events: readonly WebhookEventType[]): readonly IntegrationScope[] =>
  integrationScopes.filter((scope) => events.some((type) => webhookEvents[type].scope === scope));

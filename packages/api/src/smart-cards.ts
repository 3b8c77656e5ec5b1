// Smart cards of homes: issued, lost, blocked and replaced; loaded with what was sold; and what
// comes back on them.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

export const smartCardStates = ['issued', 'lost', 'blocked', 'replaced'] as const;
export type SmartCardState = (typeof smartCardStates)[number];
/** memory: SLE4442; whoever has a reader can copy it. cpu: proves itself and cannot be copied. */
export const smartCardMedia = ['memory', 'cpu'] as const;
export type SmartCardMedium = (typeof smartCardMedia)[number];

const reason = z.string().trim().min(5).max(500);
export const cardNumberSchema = z.string().regex(/^\d{16}$/, '16 digits');
/** All 256 bytes of a card. */
export const cardImageSchema = z.string().regex(/^[0-9A-Fa-f]{512}$/, '512 hex digits');
const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9A-Fa-f]{${2 * bytes}}$`), `${2 * bytes} hex digits`);

/** What a meter wrote on a card. */
export const smartCardReportSchema = z.object({
  sequence: z.number().int(),
  /** The purchase that it answers; 0: none. */
  count: z.number().int(),
  /** Of each token of that purchase. */
  outcomes: z.array(z.string()),
  /** By the meter's clock. */
  saidAt: instantSchema,
  cameAt: instantSchema,
  availableEnergyWh: integerString.nullable(),
  /** Of a meter that counts money. */
  availableMinor: integerString.nullable(),
  importEnergyWh: integerString,
  /** Conditions and states that stood then: "magnet", "switchOpen"… */
  flags: z.array(z.string()),
});
export type SmartCardReportJson = z.output<typeof smartCardReportSchema>;

export const smartCardSchema = z.object({
  cardNumber: z.string(),
  medium: z.enum(smartCardMedia),
  state: z.enum(smartCardStates),
  stateAt: instantSchema,
  issuedAt: instantSchema,
  replaces: z.string().nullable(),
  /** Its newest purchase; null: nothing was loaded yet. */
  load: z
    .object({
      count: z.number().int(),
      saleId: z.string(),
      tokens: z.number().int(),
      madeAt: instantSchema,
      answeredAt: instantSchema.nullable(),
      outcomes: z.array(z.string()).nullable(),
    })
    .nullable(),
  report: smartCardReportSchema.nullable(),
  seenAt: instantSchema.nullable(),
  /** Why it was refused last, in words. */
  refusal: z.object({ code: z.string(), text: z.string(), at: instantSchema }).nullable(),
});
export type SmartCardJson = z.output<typeof smartCardSchema>;

/** GET /api/operator/connections/:id/cards */
export const smartCardListSchema = z.object({ cards: z.array(smartCardSchema) });

/** POST /api/operator/connections/:id/cards; operators. The same requestId again: the same card. */
export const smartCardIssueSchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  medium: z.enum(smartCardMedia).default('memory'),
  /** The number of the home's card that it takes the place of. */
  replaces: cardNumberSchema.optional(),
  reason,
});
export const smartCardIssuedSchema = z.object({
  card: smartCardSchema,
  /** What a blank card has to hold. */
  image: z.string(),
});

/** POST /api/operator/connections/:id/cards/:cardNumber/state; operators. */
export const smartCardChangeSchema = z.strictObject({
  state: z.enum(['issued', 'lost', 'blocked']),
  reason,
});

/** POST /api/operator/cards/visit: all that is on the card, and the sale that goes onto it. */
export const smartCardVisitSchema = z.strictObject({
  image: cardImageSchema,
  saleId: z.string().optional(),
});
export const smartCardVisitAnswerSchema = z.object({
  card: smartCardSchema,
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  /** What the card has to hold; null: it holds it, or nothing was asked for. */
  image: z.string().nullable(),
  /** For whoever stands at the reader. */
  text: z.string(),
});
export type SmartCardVisitAnswer = z.output<typeof smartCardVisitAnswerSchema>;

/** POST /api/operator/cards/session: both challenges and the card's proof (SCP03). */
export const smartCardSessionSchema = z.strictObject({
  cardNumber: cardNumberSchema,
  hostChallenge: hex(8),
  cardChallenge: hex(8),
  cardCryptogram: hex(8),
});
/** The keys of that one session; the card's own key stays at the server. */
export const smartCardSessionAnswerSchema = z.object({ macKey: z.string(), answerKey: z.string() });

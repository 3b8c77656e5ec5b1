// Statements of a connection, and what an amount would buy: for operators, the command line and the
// customer's page.

import { z } from 'zod';
import { currencySchema, instantSchema, integerString, quoteLineSchema } from './common.ts';

export const statementEntryKinds = [
  'payment',
  'purchase',
  'reversal',
  'moveOut',
  'moveIn',
  'refund',
  'creditNote',
  'openingBalance',
  'openingDebt',
  'charge',
  'writeOff',
  'lateAcceptance',
  'use',
  'carried',
] as const;
export const statementEntryKindSchema = z.enum(statementEntryKinds);
export type StatementEntryKind = z.output<typeof statementEntryKindSchema>;

export const statementEntrySchema = z.object({
  at: instantSchema,
  kind: statementEntryKindSchema,
  /** A sentence for people, without the amount. */
  text: z.string(),
  saleId: z.string().nullable(),
  /** Of a purchase: what the money was for. They add up to what left the prepaid money. */
  parts: z.array(z.object({ label: z.string(), amountMinor: integerString })),
  /** What the entry did to the prepaid money, and to what is owed. */
  prepaidChangeMinor: integerString,
  owedChangeMinor: integerString,
  /** Both as they stood after it. */
  prepaidAfterMinor: integerString,
  owedAfterMinor: integerString,
});
export type StatementEntry = z.output<typeof statementEntrySchema>;

/**
 * GET /api/operator/connections/:id/statement?from=&to=&cursor= and …/statement.csv (all of it).
 * Civil dates of the utility's zone, both included; without them the present month.
 */
export const customerStatementSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  customerName: z.string().nullable(),
  meterPan: z.string(),
  currency: currencySchema,
  zone: z.string(),
  from: z.string(),
  to: z.string(),
  openingPrepaidMinor: integerString,
  openingOwedMinor: integerString,
  closingPrepaidMinor: integerString,
  closingOwedMinor: integerString,
  debts: z.array(
    z.object({
      debtId: z.string(),
      label: z.string(),
      openingMinor: integerString,
      closingMinor: integerString,
    }),
  ),
  rows: z.array(statementEntrySchema),
  nextCursor: z.string().nullable(),
});
export type CustomerStatement = z.output<typeof customerStatementSchema>;
export const customerStatementQuerySchema = z.object({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'digits only')
    .optional(),
});

/**
 * GET /api/operator/connections/:id/trial-quote?amountMinor= : what it would buy. Writes nothing.
 */
export const trialQuoteQuerySchema = z.object({
  amountMinor: z.string().regex(/^[1-9]\d{0,14}$/, 'a positive integer'),
});
export const trialQuoteSchema = z.object({
  amountMinor: integerString,
  broughtForwardMinor: integerString,
  energyWh: integerString,
  /** Money on the meter, where it counts its credit in money; null for energy. */
  creditMinor: integerString.nullable(),
  lines: z.array(quoteLineSchema),
  remainderMinor: integerString,
  tokens: z.number().int(),
});
export type TrialQuote = z.output<typeof trialQuoteSchema>;

/** The customer's page: GET /connections/:id/statement?month=&cursor= */
export type StatementView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  readonly statement: CustomerStatement;
  /** "2026-11", and its neighbours; next is null in the present month. */
  readonly month: string;
  /** Null where the home was somebody else's. */
  readonly previousMonth: string | null;
  readonly nextMonth: string | null;
};

/** The customer's page: GET /connections/:id/price?amount= ; quote is null before an amount. */
export type TrialView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  readonly minimumMinor: string;
  readonly maximumMinor: string;
  readonly amount: string;
  readonly problem: string | null;
  readonly quote: TrialQuote | null;
};

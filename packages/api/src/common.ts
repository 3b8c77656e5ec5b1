// Shapes that every part of the HTTP API shares. Money and energy travel as decimal strings of
// integers.

import { z } from 'zod';

export const integerString = z.string().regex(/^-?\d{1,19}$/, 'an integer, as a text');
export const currencySchema = z.object({ code: z.string(), scale: z.number().int() });
export type CurrencyJson = z.output<typeof currencySchema>;

/** An instant as ISO 8601 in UTC, e.g. "2026-11-24T06:30:00.000Z". */
export const instantSchema = z.iso.datetime();

/**
 * RFC 9457 problem details, with a closed `code` and, where the caller can do something, what to
 * do.
 */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
});
export type Problem = z.output<typeof problemSchema>;

/** Control modes of DLMS class 70: which ways lead from one state of the switch to another. */
export const controlModeSchema = z.literal([0, 1, 2, 3, 4, 5, 6]);
export type ControlMode = z.output<typeof controlModeSchema>;

export const loadSwitchSchema = z.enum(['connected', 'disconnected', 'readyForReconnection']);

export const saleStates = [
  'awaitingPayment',
  'paymentRefused',
  'paymentExpired',
  'issued',
  'delivered',
  'stuck',
  'reversed',
] as const;
export const saleStateSchema = z.enum(saleStates);
/**
 * awaitingPayment -> paymentRefused | paymentExpired | issued | stuck; issued -> delivered | stuck;
 * stuck -> issued | delivered; issued | stuck -> reversed, when its tokens provably are in no meter
 * and come into none. A payment that arrives after paymentExpired still ends in issued or
 * stuck: money in hand always counts.
 */
export type SaleState = z.output<typeof saleStateSchema>;

export const commandStages = [
  'queued',
  'sent',
  'awaitingResult',
  'retry',
  'cancelling',
  'done',
  'refused',
  'cancelled',
  'superseded',
  'expired',
] as const;
export const commandStageSchema = z.enum(commandStages);
export type CommandStage = z.output<typeof commandStageSchema>;

export const quoteLineSchema = z.object({
  kind: z.enum(['energy', 'tax', 'fee', 'debt']),
  label: z.string(),
  amountMinor: integerString,
  energyWh: integerString.nullable(),
  explanation: z.string(),
  /** Of a tax that is a share: how many per cent, "16.5". */
  percent: z.string().optional(),
});
export type QuoteLineJson = z.output<typeof quoteLineSchema>;

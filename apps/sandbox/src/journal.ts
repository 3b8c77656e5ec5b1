// What happened in the sandbox, one JSON object a line, only ever appended: the state is these
// lines read from the start.

import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const currencySchema = z.object({
  code: z.string().regex(/^[A-Z]{3}$/),
  scale: z.number().int().min(0).max(3),
});

/** A payment that a merchant asked for. `openedAtMs` is business time. */
export const checkoutSchema = z.object({
  checkoutId: z.string(),
  reference: z.string(),
  amountMinor: z.string(),
  currency: currencySchema,
  description: z.string(),
  notifyUrl: z.string(),
  returnUrl: z.string(),
  openedAtMs: z.number(),
  /** The merchant may charge the card again. */
  keepsCard: z.boolean().default(false),
});

export const messageSchema = z.object({
  id: z.string(),
  to: z.string(),
  text: z.string(),
  receivedAtMs: z.number(),
});

/** How the person decided; the approvals differ in how the merchant hears of it. */
export const choiceSchema = z.enum([
  'approve',
  'refuse',
  'approveLater',
  'approveThrice',
  'approveLost',
  'approveHalf',
]);

/** What may go wrong with a payment; a developer chooses it for the next one that is approved. */
export const faultSchema = choiceSchema.exclude(['approve']);

// Notifications live on the real clock: the merchant's server and the network do.
export const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('checkoutOpened'), checkout: checkoutSchema }),
  z.object({
    type: z.literal('checkoutDecided'),
    checkoutId: z.string(),
    choice: choiceSchema,
    providerReference: z.string(),
    decidedAtMs: z.number(),
    /** By the fault that was chosen for it, which is used up. */
    isByNextFault: z.boolean().default(false),
  }),
  z.object({
    type: z.literal('nextFaultChosen'),
    /** Null: it goes well. */
    next: z.object({ fault: faultSchema, delaySeconds: z.number() }).nullable(),
  }),
  z.object({
    type: z.literal('notificationPlanned'),
    notificationId: z.string(),
    checkoutId: z.string(),
    dueAtRealMs: z.number(),
  }),
  z.object({
    type: z.literal('notificationTried'),
    notificationId: z.string(),
    atRealMs: z.number(),
    answer: z.string(),
    outcome: z.enum(['delivered', 'retry', 'givenUp']),
  }),
  z.object({ type: z.literal('messageReceived'), message: messageSchema }),
]);

export type Entry = z.output<typeof entrySchema>;

export type Journal = {
  readonly entries: readonly Entry[];
  readonly append: (entry: Entry) => void;
  readonly close: () => void;
};

/**
 * Opens the file, making it and its folder when missing. A last line that a crash cut short is
 * dropped: nobody had an answer for it. Throws for any other damage, naming the line.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+', 0o600);
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const entries = whole
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseEntry(line, `${path}:${index + 1}`));
  return {
    entries,
    append: (entry) => {
      writeSync(file, `${JSON.stringify(entry)}\n`);
    },
    close: () => closeSync(file),
  };
}

function parseEntry(line: string, place: string): Entry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    throw new Error(`${place} is damaged; move the file away to begin anew`);
  }
}

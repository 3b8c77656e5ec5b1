// The routes of a till, called with a vendor's key that somebody typed: for purchases from a file,
// and for cash at the counter. The operator's session does not go along, so that a till decides by
// the key alone.

import { type Receipt, tillApi } from '@prewatt/api';
import { type BulkTill, createBulkTill } from '@prewatt/bulk-purchase';
import { err, type Result } from '@prewatt/quantities';
import { type Client, createClient } from './client.ts';
import { type Failure, failureText } from './failure.ts';
import { orThrow } from './read.ts';

export type ConsoleFailure = { readonly code: string; readonly message: string };
export type ConsoleTill = BulkTill<ConsoleFailure>;

const clientOf = (key: string): Client =>
  createClient((input, init) => {
    const headers = { ...(init?.headers ?? {}), authorization: `Bearer ${key}` };
    return fetch(input, { ...init, headers, credentials: 'omit' });
  });

/** One sale at a counter; opens a shift when none is open. The same request id sells once. */
export async function sellAtCounter(
  key: string,
  body: { readonly requestId: string; readonly meterPan: string; readonly amountMinor: string },
): Promise<Receipt> {
  const client = clientOf(key);
  const { shift } = await orThrow(client.call(tillApi.me));
  if (shift === null) await orThrow(client.call(tillApi.openShift));
  return orThrow(client.call(tillApi.sell, { body }));
}

export function createTill(key: string): ConsoleTill {
  const client = clientOf(key);
  return createBulkTill<ConsoleFailure>({
    me: () => worded(client.call(tillApi.me)),
    meter: (meterPan) => worded(client.call(tillApi.meter, { meterPan })),
    quote: (body) => worded(client.call(tillApi.quote, { body })),
    openShift: () => worded(client.call(tillApi.openShift)),
    sell: (body) => worded(client.call(tillApi.sell, { body })),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

async function worded<T>(calling: Promise<Result<T, Failure>>): Promise<Result<T, ConsoleFailure>> {
  const done = await calling;
  return done.ok ? done : err({ code: codeOf(done.error), message: failureText(done.error) });
}

/** The codes of faults of the way are those that every bulk purchase knows. */
function codeOf(failure: Failure): string {
  if (failure.kind === 'network') return 'unreachable';
  if (failure.kind !== 'problem') return 'answer';
  if (failure.code !== `status-${failure.status}`) return failure.code;
  return failure.status === 429 ? 'tooManyRequests' : 'unavailable';
}

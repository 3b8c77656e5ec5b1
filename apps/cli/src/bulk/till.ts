// What a bulk purchase asks of the server as a till: who am I, is this line well, buy it. A
// purchase whose answer was lost is asked for again under the same request id.

import { createHash } from 'node:crypto';
import { type Receipt, tillApi, type VendorMe, type VendorQuote } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, Failure } from '../command.ts';
import type { HttpClient } from '../http-client.ts';
import type { GoodLine } from './file.ts';

/** 18 digits; the number on the meter is completed by the server. */
type Known = { readonly meterPan: string; readonly quote: VendorQuote };

const attempts = 4;
const waitMs = 2_000;
/** Faults of the way, after which the same request is worth another try. */
const passing = new Set(['unreachable', 'unavailable', 'tooManyRequests', 'internal']);

/** One purchase for each reference, whatever the file is called. */
export const requestIdOf = (reference: string): string =>
  `bulk:${createHash('sha256').update(reference).digest('hex').slice(0, 48)}`;

export type BulkTill = {
  readonly me: () => Promise<Result<VendorMe, Failure>>;
  /** What the line would buy, or the code of the refusal. */
  readonly look: (line: GoodLine) => Promise<Result<Known, Failure>>;
  readonly openShift: () => Promise<Result<unknown, Failure>>;
  readonly buy: (line: GoodLine, meterPan: string) => Promise<Result<Receipt, Failure>>;
};

export function createBulkTill(client: HttpClient, context: CommandContext): BulkTill {
  const again = async <T>(work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> => {
    let last = await work();
    for (let nth = 1; nth < attempts && !last.ok && passing.has(last.error.code); nth++) {
      await context.sleep(waitMs * nth);
      last = await work();
    }
    return last;
  };
  return {
    me: () => again(() => client.call(tillApi.me)),
    look: async (line) => {
      const meter = await again(() => client.call(tillApi.meter, { meterPan: line.meter }));
      if (!meter.ok) return meter;
      const { meterPan, blocked } = meter.value;
      if (blocked) return err({ exitCode: 1, code: 'meterBlocked', message: 'blocked' });
      const body = { meterPan, amountMinor: line.amountMinor.toString() };
      const quote = await again(() => client.call(tillApi.quote, { body }));
      return quote.ok ? ok({ meterPan, quote: quote.value }) : quote;
    },
    openShift: () => again(() => client.call(tillApi.openShift)),
    buy: (line, meterPan) => {
      const requestId = requestIdOf(line.reference);
      const body = { requestId, meterPan, amountMinor: line.amountMinor.toString() };
      return again(() => client.call(tillApi.sell, { body }));
    },
  };
}

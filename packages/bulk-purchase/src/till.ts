// What a bulk purchase asks of the server as a till: who am I, is this line well, buy it. A
// purchase whose answer was lost is asked for again under the same request id.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { AnswerOf, Receipt, tillApi, VendorMe, VendorQuote } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { GoodLine } from './file.ts';

/** A refusal of the server by its code, or `unreachable` without an answer; words for a person. */
export type BulkFailure = { readonly code: string; readonly message: string };

/** The routes of a till that a bulk purchase calls, each once and with the vendor's key. */
export type TillCalls<F extends BulkFailure> = {
  readonly me: () => Promise<Result<VendorMe, F>>;
  /** By 18 digits, or by the 11 or 13 that stand on the meter. */
  readonly meter: (number: string) => Promise<Result<AnswerOf<typeof tillApi.meter>, F>>;
  readonly quote: (body: Purchase) => Promise<Result<VendorQuote, F>>;
  readonly openShift: () => Promise<Result<unknown, F>>;
  readonly sell: (body: Purchase & { readonly requestId: string }) => Promise<Result<Receipt, F>>;
  readonly sleep: (ms: number) => Promise<void>;
};

type Purchase = { readonly meterPan: string; readonly amountMinor: string };

/** 18 digits; the number on the meter is completed by the server. */
type Known = { readonly meterPan: string; readonly quote: VendorQuote };

const attempts = 4;
const waitMs = 2_000;
/** Faults of the way, after which the same request is worth another try. */
const passing = new Set(['unreachable', 'unavailable', 'tooManyRequests', 'internal']);

/** One purchase for each reference, whatever the file is called. */
export const requestIdOf = (reference: string): string =>
  `bulk:${bytesToHex(sha256(utf8ToBytes(reference))).slice(0, 48)}`;

export type BulkTill<F extends BulkFailure> = {
  readonly me: () => Promise<Result<VendorMe, F>>;
  /** What the line would buy; `blocked` where the meter is; else the refusal. */
  readonly look: (line: GoodLine) => Promise<Result<Known | 'blocked', F>>;
  readonly openShift: () => Promise<Result<unknown, F>>;
  readonly buy: (line: GoodLine, meterPan: string) => Promise<Result<Receipt, F>>;
};

export function createBulkTill<F extends BulkFailure>(calls: TillCalls<F>): BulkTill<F> {
  const again = async <T>(work: () => Promise<Result<T, F>>): Promise<Result<T, F>> => {
    let last = await work();
    for (let nth = 1; nth < attempts && !last.ok && passing.has(last.error.code); nth++) {
      await calls.sleep(waitMs * nth);
      last = await work();
    }
    return last;
  };
  return {
    me: () => again(calls.me),
    look: async (line) => {
      const meter = await again(() => calls.meter(line.meter));
      if (!meter.ok) return meter;
      const { meterPan, blocked } = meter.value;
      if (blocked) return ok('blocked');
      const body = { meterPan, amountMinor: line.amountMinor.toString() };
      const quote = await again(() => calls.quote(body));
      return quote.ok ? ok({ meterPan, quote: quote.value }) : quote;
    },
    openShift: () => again(calls.openShift),
    buy: (line, meterPan) => {
      const requestId = requestIdOf(line.reference);
      const body = { requestId, meterPan, amountMinor: line.amountMinor.toString() };
      return again(() => calls.sell(body));
    },
  };
}

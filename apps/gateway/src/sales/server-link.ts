// The gateway as a till of the server: asks for the budget, reports sales, checks a PIN, closes a
// shift. Every answer is checked; whatever is no answer is "away" and is tried again.

import {
  type AnsweringRoute,
  type AnswerOf,
  pathOf,
  type SiteBudget,
  type SiteSaleAnswer,
  tillApi,
} from '@prewatt/api/tills';
import { err, ok, type Result } from '@prewatt/quantities';

/** `away`: no link, or a server that cannot work now. Else the code of its refusal. */
export type Refused = { readonly code: string };
type Answer<T> = Promise<Result<T, Refused>>;

export type SaleReport = {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: string;
  readonly promisedWh: string;
  readonly soldAt: string;
  readonly clerkId: string;
};

export type ServerLink = {
  readonly takeBudget: (o: {
    readonly meterPans: readonly string[];
    readonly amountsMinor: readonly string[];
  }) => Answer<SiteBudget>;
  readonly reportSale: (sale: SaleReport) => Answer<SiteSaleAnswer>;
  readonly checkPin: (o: {
    readonly clerkId: string;
    readonly pin: string;
    readonly newPin?: string;
  }) => Answer<{ readonly pinIsOwn: boolean }>;
  /** Closes the shift that is open at the server; without one there is nothing to close. */
  readonly closeShift: (countedMinor: string) => Answer<void>;
};

/** A request with the till's key: a body makes it a POST. */
export type Ask = (
  url: URL,
  o: {
    readonly key: string;
    readonly body: string | null;
    readonly longestMs: number;
    readonly longestAnswer: number;
  },
) => Promise<{ readonly status: number; readonly text: string }>;

const away: Result<never, Refused> = err({ code: 'away' });
const longestMs = 20_000;
const longestAnswer = 2_000_000;

export function createServerLink(o: {
  readonly server: string;
  readonly key: string;
  /** Throws when there is no answer. */
  readonly ask: Ask;
}): ServerLink {
  async function call<R extends AnsweringRoute>(
    route: R,
    { path, body }: { readonly path: string; readonly body?: object },
  ): Answer<AnswerOf<R>> {
    try {
      const { status, text } = await o.ask(new URL(path, o.server), {
        ...{ key: o.key, longestMs, longestAnswer },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const json: unknown = JSON.parse(text);
      if (status >= 200 && status < 300) return ok(route.answer.parse(json) as AnswerOf<R>);
      const code = (json as { code?: unknown } | null)?.code;
      if (status >= 500 || status === 429) return away;
      return typeof code === 'string' ? err({ code }) : away;
    } catch {
      return away;
    }
  }
  return {
    takeBudget: (body) => call(tillApi.takeSiteBudget, { path: tillApi.takeSiteBudget.path, body }),
    reportSale: (body) => call(tillApi.reportSiteSale, { path: tillApi.reportSiteSale.path, body }),
    checkPin: ({ clerkId, ...body }) =>
      call(tillApi.checkClerkPin, { path: pathOf(tillApi.checkClerkPin, { clerkId }), body }),
    closeShift: async (countedMinor) => {
      const open = await call(tillApi.currentShift, { path: tillApi.currentShift.path });
      if (!open.ok) return open.error.code === 'unknownShift' ? ok(undefined) : open;
      const path = pathOf(tillApi.closeShift, { shiftId: open.value.shiftId });
      const closed = await call(tillApi.closeShift, { path, body: { countedMinor } });
      return closed.ok ? ok(undefined) : closed;
    },
  };
}

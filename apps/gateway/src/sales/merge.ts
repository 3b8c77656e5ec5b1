// What is done when there is a link: each sale is reported until the server has made it, its tokens
// are entered, shifts are closed there, and the budget is asked for anew. In the order of the
// journal; what fails is tried again the next time, and nothing of it can happen twice.

import type { Receipt } from '@prewatt/api/tills';
import type { Logger } from 'pino';
import type { Channel } from '../channel.ts';
import { type Book, clockSlackMs, lastNumberOf, type SiteSale, salesOf, unmadeOf } from './book.ts';
import type { Grant } from './grant.ts';
import type { Entry } from './journal.ts';
import type { ServerLink } from './server-link.ts';

const everyMs = 60_000;

export type MergeState = {
  /** When the server answered last, and why it did not the last time; null: it did. */
  readonly answeredAtMs: number | null;
  readonly fault: string | null;
};

type MergeDeps = {
  readonly link: ServerLink;
  readonly log: Logger;
  readonly book: () => Book;
  readonly add: (entry: Entry) => boolean;
  readonly now: () => number;
  readonly find: (meterPan: string) => Channel | undefined;
  readonly promise: (sale: SiteSale) => boolean | null;
  readonly pans: readonly string[];
  readonly amountsMinor: readonly bigint[];
  readonly took: (grant: Grant) => void;
};

/** Looks for the server each minute, and at once when the process begins. */
export function startMerging(desk: { readonly sync: () => Promise<void> }): () => void {
  void desk.sync();
  const timer = setInterval(() => void desk.sync(), everyMs);
  return () => clearInterval(timer);
}

export function createMerge(deps: MergeDeps): {
  readonly sync: () => Promise<void>;
  readonly recover: () => void;
  readonly state: () => MergeState;
} {
  let state: MergeState = { answeredAtMs: null, fault: null };
  let running: Promise<void> | null = null;
  const answered = (fault: string | null): boolean => {
    const isAway = fault === 'away';
    state = { answeredAtMs: isAway ? state.answeredAtMs : deps.now(), fault };
    return fault === null;
  };
  const sync = async (): Promise<void> => {
    recover(deps);
    for (const sale of unmadeOf(deps.book())) {
      if (!(await closeBefore(deps, sale.shift, answered))) return;
      if (!answered(await report(deps, sale))) return;
    }
    if (!(await closeBefore(deps, Number.POSITIVE_INFINITY, answered))) return;
    answered(await askBudget(deps));
  };
  return {
    state: () => state,
    recover: () => recover(deps),
    sync: () => {
      running ??= sync()
        .catch((error: unknown) => {
          deps.log.error({ error: String(error) }, 'sales of the site could not be merged');
        })
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}

/** Brings the meters to what the journal says. */
function recover(deps: MergeDeps): void {
  for (const sale of salesOf(deps.book())) {
    if (sale.made === null) deps.promise(sale);
    else if (!sale.isEntered) enterTokens(deps, sale.saleId);
  }
}

/** Null once the server has answered about the sale, whatever it said; else what is in the way. */
async function report(deps: MergeDeps, sale: SiteSale): Promise<string | null> {
  const { saleId, meterPan, amountMinor, promisedWh, clerkId } = sale;
  const answer = await deps.link.reportSale({
    ...{ requestId: saleId, meterPan, amountMinor, clerkId, promisedWh: promisedWh.toString() },
    soldAt: new Date(sale.atMs).toISOString(),
  });
  if (!answer.ok) {
    const { code } = answer.error;
    if (code === 'away' || code === 'keyRefused') return code;
    noteRefusal(deps, sale, code);
    return null;
  }
  const { receipt, refusal } = answer.value;
  if (receipt === null) {
    noteRefusal(deps, sale, refusal ?? 'unknown');
    return null;
  }
  const made = { saleId: receipt.saleId, energyWh: receipt.energyWh, tokens: tokensOf(receipt) };
  if (!deps.add({ kind: 'made', atMs: deps.now(), saleId, made })) return 'diskFull';
  enterTokens(deps, saleId);
  return null;
}

/** All that goes into the meter, in its order. */
const tokensOf = (receipt: Receipt): string[] => [
  ...receipt.keyChangeTokens,
  ...receipt.liftTokens,
  ...receipt.tokens.map(({ token }) => token),
];

function noteRefusal(deps: MergeDeps, sale: SiteSale, refusal: string): void {
  if (sale.refusal === refusal) return;
  deps.log.warn({ saleId: sale.saleId, refusal }, 'the server does not make a sale of the site');
  deps.add({ kind: 'refused', atMs: deps.now(), saleId: sale.saleId, refusal });
}

/** Tokens first, then the end of the promise: between the two the home has more, never less. */
function enterTokens(deps: MergeDeps, saleId: string): void {
  const sale = deps.book().sales.get(saleId);
  const channel = sale === undefined ? undefined : deps.find(sale.meterPan);
  if (sale === undefined || sale.made === null || channel === undefined) return;
  let refused: string | null = null;
  for (const token of sale.made.tokens) {
    const outcome = channel.enter(token);
    // Not stored: it has not happened, and is done again.
    if (outcome === null) return;
    if (outcome.result === 'accepted') continue;
    // Wrong digits, typed by anybody, lock entry for a while. Given up now, the token could be
    // typed later beside its promise, and give its energy twice.
    if (outcome.refusal === 'lockout') return;
    // By the link it may have come before.
    if (outcome.refusal !== 'used') refused = outcome.refusal;
  }
  if (refused !== null) {
    deps.log.error({ saleId, refused }, 'a meter refuses the token of a sale at the site');
  } else if (channel.promise({ kind: 'settle', saleId }) === null) return;
  deps.add({ kind: 'entered', atMs: deps.now(), saleId, refused });
}

/** Shifts before the one that is reported next. */
async function closeBefore(
  deps: MergeDeps,
  shift: number,
  answered: (fault: string | null) => boolean,
): Promise<boolean> {
  for (const each of deps.book().shifts) {
    if (each.closed === null || each.isTold || each.shift >= shift) continue;
    // Its own sales go first.
    const waits = salesOf(deps.book()).some(
      (sale) => sale.shift === each.shift && sale.made === null && sale.refusal === null,
    );
    if (waits) continue;
    const later = salesOf(deps.book()).some(
      (sale) => sale.shift > each.shift && sale.made !== null,
    );
    if (!later) {
      const told = await deps.link.closeShift(each.closed.countedMinor.toString());
      if (!told.ok && told.error.code !== 'shiftClosed') return answered(told.error.code);
    }
    deps.add({ kind: 'shiftTold', atMs: deps.now(), shift: each.shift });
  }
  return true;
}

async function askBudget(deps: MergeDeps): Promise<string | null> {
  const afterNumber = lastNumberOf(deps.book());
  const waiting = unmadeOf(deps.book()).map(({ saleId }) => saleId);
  const answer = await deps.link.takeBudget({
    meterPans: deps.pans,
    amountsMinor: deps.amountsMinor.map(String),
  });
  if (!answer.ok) return answer.error.code;
  const atMs = Date.parse(answer.value.at);
  // Else nothing is sold until the time has come that a wrong clock once showed.
  if (deps.book().lastAtMs > atMs + clockSlackMs && !deps.add({ kind: 'clockRighted', atMs })) {
    return 'diskFull';
  }
  const takenAtMs = deps.now();
  deps.took({ takenAtMs, afterNumber, waiting, budget: answer.value });
  return null;
}

// What is done when there is a link: each sale is reported until the server has made it, its tokens
// are entered, shifts are closed there, and the budget is asked for anew. In the order of the
// journal; what fails is tried again the next time, and nothing of it can happen twice.

import type { Receipt } from '@prewatt/api/tills';
import type { Logger } from 'pino';
import type { Channel } from '../channel.ts';
import {
  type Book,
  clockSlackMs,
  coveredBy,
  lastNumberOf,
  type SiteSale,
  salesOf,
  undone,
  unmadeOf,
} from './book.ts';
import type { Grant } from './grant.ts';
import type { Entry } from './journal.ts';
import type { ServerLink } from './server-link.ts';

const everyMs = 60_000;
/** Prices of every home cost the server something: without a need they are asked for so seldom. */
const pricesEveryMs = 15 * 60_000;
/** A token that its meter refuses is tried again so often: wrong digits lock the entry. */
const tokenEveryMs = 3_600_000;

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
  readonly grant: () => Grant | null;
  /** Whether nothing can be sold now: a new answer may change that. */
  readonly trouble: () => boolean;
};

type Merging = MergeDeps & {
  /** When the token of a sale that its meter refused may be tried again. */
  readonly tryAgainAtMs: Map<string, number>;
};

/** Looks for the server each minute, and at once when the process begins. */
export function startMerging(desk: { readonly sync: () => Promise<void> }): () => void {
  void desk.sync();
  const timer = setInterval(() => void desk.sync(), everyMs);
  return () => clearInterval(timer);
}

export function createMerge(o: MergeDeps): {
  readonly sync: () => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly recover: () => void;
  readonly state: () => MergeState;
} {
  const deps: Merging = { ...o, tryAgainAtMs: new Map() };
  let state: MergeState = { answeredAtMs: null, fault: null };
  let running: Promise<void> | null = null;
  const answered = (fault: string | null): boolean => {
    const isAway = fault === 'away';
    state = { answeredAtMs: isAway ? state.answeredAtMs : deps.now(), fault };
    return fault === null;
  };
  const sync = async (): Promise<void> => {
    const stuck = stuckOf(deps);
    recover(deps);
    for (const sale of unmadeOf(deps.book())) {
      if (!(await closeBefore(deps, sale.shift, answered))) return;
      if (!answered(await report(deps, sale))) return;
    }
    for (const sale of stuck) if (!answered(await lookWhetherUndone(deps, sale))) return;
    if (!(await closeBefore(deps, Number.POSITIVE_INFINITY, answered))) return;
    if (wantsBudget(deps, state)) answered(await askBudget(deps));
  };
  const alone = (work: () => Promise<void>): Promise<void> => {
    running ??= work()
      .catch((error: unknown) => {
        deps.log.error({ error: String(error) }, 'sales of the site could not be merged');
      })
      .finally(() => {
        running = null;
      });
    return running;
  };
  return {
    state: () => state,
    recover: () => recover(deps),
    sync: () => alone(sync),
    refresh: async () => {
      await running;
      await alone(async () => {
        answered(await askBudget(deps));
      });
    },
  };
}

/** Brings the meters to what the journal says. */
function recover(deps: Merging): void {
  for (const sale of salesOf(deps.book())) {
    if (sale.made === null) deps.promise(sale);
    else if (!sale.isEntered) enterTokens(deps, sale.saleId);
  }
}

/** Null once the server has answered about the sale, whatever it said; else what is in the way. */
async function report(deps: Merging, sale: SiteSale): Promise<string | null> {
  const { saleId } = sale;
  const answer = await deps.link.reportSale(reportOf(sale));
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
  const made = {
    ...{ saleId: receipt.saleId, energyWh: receipt.energyWh, tokens: tokensOf(receipt) },
    credits: receipt.tokens.length,
  };
  if (!deps.add({ kind: 'made', atMs: deps.now(), saleId, made })) return 'diskFull';
  enterTokens(deps, saleId);
  return null;
}

function reportOf(sale: SiteSale): Parameters<ServerLink['reportSale']>[0] {
  const { saleId, meterPan, amountMinor, promisedWh, clerkId, atMs } = sale;
  return {
    ...{ requestId: saleId, meterPan, amountMinor, clerkId, promisedWh: promisedWh.toString() },
    soldAt: new Date(atMs).toISOString(),
  };
}

const isRefusedByMeter = ({ made, isEntered, tokenRefused }: SiteSale): boolean =>
  made !== null && !isEntered && tokenRefused !== null;

/** Sales whose token its meter refuses, and which it is time to look at again. */
const stuckOf = (deps: Merging): readonly SiteSale[] =>
  salesOf(deps.book()).filter((sale) => isRefusedByMeter(sale) && mayTry(deps, sale.saleId));

const mayTry = ({ tryAgainAtMs, now }: Merging, saleId: string): boolean =>
  (tryAgainAtMs.get(saleId) ?? 0) <= now();

/** The token of a sale that was undone comes no more: nor is its promise waited for. */
async function lookWhetherUndone(deps: Merging, { saleId }: SiteSale): Promise<string | null> {
  const sale = deps.book().sales.get(saleId);
  if (sale === undefined || !isRefusedByMeter(sale)) return null;
  const answer = await deps.link.reportSale(reportOf(sale));
  if (!answer.ok) {
    const { code } = answer.error;
    return code === 'away' || code === 'keyRefused' ? code : null;
  }
  const isUndone = answer.value.receipt !== null && answer.value.receipt.reversedAt !== null;
  if (isUndone) settle(deps, sale, undone);
  return null;
}

/** Its promise ends, and then it is so in the journal. */
function settle(deps: Merging, { saleId, meterPan }: SiteSale, refused: string | null): void {
  if (deps.find(meterPan)?.promise({ kind: 'settle', saleId }) === null) return;
  deps.add({ kind: 'entered', atMs: deps.now(), saleId, refused });
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

/**
 * Tokens first, then the end of the promise: between the two the home has more, never less. The
 * promise ends when the meter has the energy, and not before: a token that it refuses now (its
 * credit is at the most, it has another key) can be typed later, beside a promise that stands.
 */
function enterTokens(deps: Merging, saleId: string): void {
  const sale = deps.book().sales.get(saleId);
  const channel = sale === undefined ? undefined : deps.find(sale.meterPan);
  if (sale === undefined || sale.made === null || channel === undefined) return;
  if (sale.isEntered || !mayTry(deps, saleId)) return;
  const { tokens, credits = tokens.length } = sale.made;
  let refused: string | null = null;
  for (const [index, token] of tokens.entries()) {
    const outcome = channel.enter(token);
    // Not stored: it has not happened, and is done again.
    if (outcome === null) return;
    if (outcome.result === 'accepted') continue;
    // Wrong digits, typed by anybody, lock entry for a while.
    if (outcome.refusal === 'lockout') return;
    // By the link it may have come before. Those of a key are refused after they did their work:
    // what carries the energy says whether they did.
    const carries = index >= tokens.length - credits;
    if (outcome.refusal !== 'used' && carries) refused ??= outcome.refusal;
  }
  if (refused === null) {
    settle(deps, sale, null);
    return;
  }
  deps.tryAgainAtMs.set(saleId, deps.now() + tokenEveryMs);
  if (sale.tokenRefused === refused) return;
  deps.log.error({ saleId, refused }, 'a meter refuses the token of a sale at the site');
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

/** After a sale, while nothing can be sold, when the server was away, and else now and then. */
function wantsBudget({ book, grant, trouble, now }: Merging, state: MergeState): boolean {
  const known = grant();
  if (known === null || state.answeredAtMs === null || state.fault !== null || trouble())
    return true;
  if (coveredBy(known, book()).length > 0) return true;
  return Math.abs(now() - known.takenAtMs) >= pricesEveryMs;
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

// Tills that sell without a pause, and payments that come in, while something is done to those who
// serve them; how long nobody sold, and whether every answer stands.

import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Pair } from './pair.ts';
import type { LoadPlan, LoadRecord, TillRequest } from './plan.ts';
import { ChaosFailed, load } from './rounds.ts';
import { openPayment } from './shops.ts';
import { verifyRound } from './verify.ts';

const salesPerSecond = 20;
const paymentsPerPiece = 10;
const pieceMs = 10_000;
const calmMs = 3_000;

export type Sold = {
  readonly sold: number;
  readonly paid: number;
  /** Tries without an answer; each was tried again and got one. */
  readonly silences: number;
  readonly checks: number;
  /** The longest time in which no sale was answered. */
  readonly gapMs: number;
};

/** Throws ChaosFailed with all that was wrong in the first bad piece of load. */
export async function sellWhile(
  pair: Pair,
  o: { readonly round: number; readonly random: Random; readonly strike: () => Promise<void> },
): Promise<Sold> {
  // How long it takes is not known before: the load is in pieces, one after the other.
  let isOver = false;
  const over = pause(calmMs)
    .then(o.strike)
    .finally(() => {
      isOver = true;
    });
  over.catch(() => undefined);
  const done = { sold: 0, paid: 0, silences: 0, checks: 0, gapMs: 0 };
  for (let piece = 1; piece === 1 || !isOver; piece += 1) {
    const plan = await planPiece(pair, { ...o, piece });
    const record = await load(plan);
    const { faults, counts } = await verifyRound({ ownerUrl: pair.ownerUrl, plan, record });
    if (faults.length > 0) {
      throw new ChaosFailed(`round ${o.round}:\n  ${faults.slice(0, 20).join('\n  ')}`);
    }
    done.sold += counts.sold;
    done.paid += counts.paid;
    done.checks += counts.checks;
    done.silences += record.silences;
    done.gapMs = Math.max(done.gapMs, longestGap(record));
  }
  await over;
  const lastWords = pair.lastWords();
  if (lastWords !== null) throw new ChaosFailed(`a server ended by itself, ${lastWords}`);
  return done;
}

async function planPiece(
  pair: Pair,
  o: { readonly round: number; readonly piece: number; readonly random: Random },
): Promise<LoadPlan> {
  const { random } = o;
  const { shops } = pair;
  const notifications: LoadPlan['notifications'][number][] = [];
  const prepared = pair.version.openServices(pair);
  for (let i = 0; i < paymentsPerPiece; i += 1) {
    // The database may be away for a while: what is prepared is asked for until it is there.
    const payment = await insist(() =>
      openPayment(prepared.services, random.pick(shops.places), random),
    );
    notifications.push({ ...payment, times: 2, atMs: random.integer(0, pieceMs) });
  }
  await prepared.close();
  const count = (salesPerSecond * pieceMs) / 1_000;
  const requests = Array.from(
    { length: count },
    (_, index): TillRequest => ({
      requestId: `round-${o.round}-piece-${o.piece}-request-${index}`,
      key: random.pick(shops.keys),
      meterPan: random.pick(shops.places).meterPan,
      amountMinor: String(random.integer(1_000, 30_000)),
      times: 1,
      atMs: Math.round((index * pieceMs) / count),
    }),
  );
  return { origin: pair.origin, webhookSecret: pair.webhookSecret, notifications, requests };
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 120) throw error;
      await pause(500);
    }
  }
}

/** From the first request on, the longest time in which no sale was answered. */
function longestGap({ sales }: LoadRecord): number {
  const times = sales
    .flatMap(({ answers }) => answers.map(({ atMs }) => atMs))
    .sort((a, b) => a - b);
  return times.reduce(
    ({ gap, before }, atMs) => ({ gap: Math.max(gap, atMs - before), before: atMs }),
    { gap: 0, before: 0 },
  ).gap;
}

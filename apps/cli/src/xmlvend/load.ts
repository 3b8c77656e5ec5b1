// Sales at a steady rate, whether or not earlier ones are answered, and how long each took from the
// moment when it was due: a server that is slow for a while is seen in every sale that waited.

import { requestText } from '@prewatt/rails/xmlvend-written';
import { type Asker, createMessages, readAnswer } from './messages.ts';
import type { Heard } from './wire.ts';

export type LoadPlan = {
  readonly asker: Asker;
  /** Each sale is for the next of them. */
  readonly meters: readonly string[];
  readonly count: number;
  readonly perSecond: number;
  /** Requests under way at most; what is due then waits, and its wait counts. */
  readonly atOnce: number;
  /** False: trials, by which nothing is sold. */
  readonly sell: boolean;
};

export type LoadReport = {
  readonly asked: number;
  readonly done: number;
  /** By the server's fault, or by why nothing came. */
  readonly refused: Readonly<Record<string, number>>;
  readonly unanswered: Readonly<Record<string, number>>;
  /** Answers with a token that another answer had. */
  readonly doubled: number;
  readonly perSecond: number;
  readonly ms: { readonly p50: number; readonly p90: number; readonly p99: number; most: number };
};

type Deps = {
  readonly post: (xml: string) => Promise<Heard>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Of a clock that only goes on. */
  readonly nowMs: () => number;
};

export async function runLoad(plan: LoadPlan, deps: Deps): Promise<LoadReport> {
  const make = createMessages(plan.asker);
  const tally = createTally();
  const startMs = deps.nowMs();
  const dueMs = (nth: number): number => startMs + (nth * 1_000) / plan.perSecond;
  let next = 0;
  const turn = async (): Promise<void> => {
    for (let nth = next++; nth < plan.count; nth = next++) {
      const waitMs = dueMs(nth) - deps.nowMs();
      if (waitMs > 0) await deps.sleep(waitMs);
      const msno = plan.meters[nth % plan.meters.length] ?? '';
      const asked = make(plan.sell ? 'creditVendReq' : 'trialCreditVendReq', { msno });
      const heard = await deps.post(requestText('1.1', asked));
      tally.add(asked.sent, heard, deps.nowMs() - dueMs(nth));
    }
  };
  await Promise.all(Array.from({ length: Math.min(plan.atOnce, plan.count) }, turn));
  return tally.report((deps.nowMs() - startMs) / 1_000);
}

function createTally() {
  let done = 0;
  let doubled = 0;
  const refused: Record<string, number> = {};
  const unanswered: Record<string, number> = {};
  const tokens = new Set<string>();
  const times: number[] = [];
  const count = (of: Record<string, number>, name: string): void => {
    of[name] = (of[name] ?? 0) + 1;
  };
  return {
    add: (sent: Parameters<typeof readAnswer>[0], heard: Heard, ms: number): void => {
      if (heard.kind === 'nothing') {
        count(unanswered, heard.why);
        return;
      }
      times.push(ms);
      const said = readAnswer(sent, heard);
      if (said.outcome !== 'vended' && said.outcome !== 'trial-ok') {
        count(refused, said.faultType ?? said.outcome);
        return;
      }
      done += 1;
      const given = said.outcome === 'vended' ? (said.receipt?.tokens ?? []) : [];
      if (given.some((token) => tokens.has(token))) doubled += 1;
      for (const token of given) tokens.add(token);
    },
    report: (seconds: number): LoadReport => {
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number): number =>
        Math.round(
          (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10,
        ) / 10;
      const asked = times.length + Object.values(unanswered).reduce((sum, n) => sum + n, 0);
      const perSecond = Math.round((times.length / Math.max(seconds, 0.001)) * 10) / 10;
      const ms = { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
      return { ...{ asked, done, refused, unanswered, doubled }, perSecond, ms };
    },
  };
}

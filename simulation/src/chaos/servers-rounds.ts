// Rounds of chaos on two servers behind a balancer: tills sell while one server is killed, halted,
// or both are started anew one after the other. Somebody must always sell, and the laws hold.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import type { Pair } from './pair.ts';
import { type PairReport, type RoundsAsked, runPairRounds } from './pair-rounds.ts';
import { ChaosFailed } from './rounds.ts';

/** Longer than others wait before they take a server for lost. */
const haltMs = 25_000;
/** The balancer looks twice a second. */
const noticedMs = 1_500;

const blows = ['kill', 'halt', 'upgrade'] as const;
type Blow = (typeof blows)[number];

/** Throws ChaosFailed with what was wrong; ProgramMissing without HAProxy. */
export const runServersChaos = (asked: RoundsAsked): Promise<PairReport<Blow>> =>
  runPairRounds(asked, {
    ...{ name: 'servers', blows, before: callersAreApart },
    prepare: async (folder) => {
      const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
      return {
        ownerUrl: postgres.url,
        strike: (blow, { pair, random }) =>
          strikeServers(pair, blow, random.integer(0, 1) === 0 ? 0 : 1),
        close: postgres.stop,
      };
    },
  });

/** More than the servers take from one address in a minute. */
const callers = 1_300;

/** Who stands behind the proxies is told apart: limits are of each caller, not of the balancer. */
async function callersAreApart({ origin }: Pair): Promise<void> {
  const refused = new Set<number>();
  for (let n = 0; n < callers; n += 1) {
    const headers = { 'x-forwarded-for': `10.0.${n >> 8}.${n & 255}` };
    const { status } = await fetch(`${origin}/sign-in`, { headers });
    if (status !== 200) refused.add(status);
  }
  if (refused.size === 0) return;
  throw new ChaosFailed(`callers behind the balancer were refused: ${[...refused].join(', ')}`);
}

/** Resolves once both servers work again. */
async function strikeServers(pair: Pair, blow: Blow, index: 0 | 1): Promise<void> {
  if (blow === 'halt') {
    const { pid } = pair.server(index);
    process.kill(pid, 'SIGSTOP');
    await pause(haltMs);
    process.kill(pid, 'SIGCONT');
  } else if (blow === 'kill') {
    await pair.server(index).kill();
    await pair.start(index);
  } else {
    for (const each of [0, 1] as const) {
      await pair.server(each).stop();
      await pair.start(each);
      await pause(noticedMs);
    }
  }
}

// Rounds of chaos on two servers behind a balancer, with two brokers: tills sell and meters take
// their tokens while a server or a broker is killed or halted, or both servers are started anew one
// after the other. Somebody must always sell, each token is in its meter once, and the laws hold.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import { createField, type Field } from './field.ts';
import type { Pair } from './pair.ts';
import { type PairReport, type RoundsAsked, runPairRounds } from './pair-rounds.ts';
import { ChaosFailed } from './rounds.ts';

/** Longer than others wait before they take a server for lost. */
const haltMs = 25_000;
/** Longer than meters wait before they give a broker up. */
const brokerHaltMs = 70_000;
const brokerGoneMs = 15_000;
/** The balancer looks twice a second. */
const noticedMs = 1_500;

const blows = ['kill', 'halt', 'upgrade', 'broker', 'hungBroker'] as const;
type Blow = (typeof blows)[number];

export type ServersReport = PairReport<Blow> & {
  /** The longest time until all meters were linked again after their broker was lost. */
  readonly longestApartMs: number;
};

/** Throws ChaosFailed with what was wrong; ProgramMissing without HAProxy or Mosquitto. */
export async function runServersChaos(asked: RoundsAsked): Promise<ServersReport> {
  let longestApartMs = 0;
  const strikeBroker = async ({ brokers, meters }: Field, blow: Blow, at: 0 | 1): Promise<void> => {
    const watched = meters().watch();
    if (blow === 'hungBroker') await brokers.halt(at, brokerHaltMs);
    else await brokers.kill(at, brokerGoneMs);
    const apartMs = await watched.stop();
    longestApartMs = Math.max(longestApartMs, apartMs);
    asked.say(`broker ${at + 1} lost: all meters were linked again after ${apartMs} ms`);
  };
  const report = await runPairRounds<Blow>(asked, {
    ...{ name: 'servers', blows, before: callersAreApart },
    prepare: async (folder) => {
      const field = await createField(folder);
      const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
      return {
        ...{ ownerUrl: postgres.url, field },
        strike: (blow, { pair, random }) => {
          const at = random.integer(0, 1) === 0 ? 0 : 1;
          return blow === 'broker' || blow === 'hungBroker'
            ? strikeBroker(field, blow, at)
            : strikeServers(pair, blow, at);
        },
        close: postgres.stop,
      };
    },
  });
  return { ...report, longestApartMs };
}

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

// Rounds of chaos on two servers behind a balancer: tills sell while one server is killed, halted,
// or both are started anew one after the other. Somebody must always sell, and the laws hold.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import { createRandom, seedFrom } from '../random.ts';
import { createPair, type Pair } from './pair.ts';
import { chaosFolder } from './rounds.ts';
import { type Sold, sellWhile } from './steady-load.ts';

/** Longer than others wait before they take a server for lost. */
const haltMs = 25_000;
/** The balancer looks twice a second. */
const noticedMs = 1_500;

const blows = ['kill', 'halt', 'upgrade'] as const;
type Blow = (typeof blows)[number];

export type ServersReport = Omit<Sold, 'gapMs'> & {
  readonly seed: number;
  readonly rounds: number;
  /** The longest time in which no sale was answered, by what was done meanwhile. */
  readonly longestGapMs: Readonly<Record<Blow, number>>;
};

/** Throws ChaosFailed with what was wrong; ProgramMissing without HAProxy. */
export async function runServersChaos(o: {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<ServersReport> {
  const folder = chaosFolder();
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  let pair: Pair | null = null;
  const total = { sold: 0, paid: 0, silences: 0, checks: 0 };
  const longestGapMs: Record<Blow, number> = { kill: 0, halt: 0, upgrade: 0 };
  try {
    pair = await createPair({ folder, ownerUrl: postgres.url });
    for (let round = 1; round <= o.rounds; round += 1) {
      const random = createRandom(seedFrom(o.seed, `servers ${round}`));
      const blow = blows[(round - 1) % blows.length] ?? 'kill';
      const index = random.integer(0, 1) === 0 ? 0 : 1;
      const struck = pair;
      const strike = () => strikeServers(struck, blow, index);
      const done = await sellWhile(pair, { round, random, strike });
      for (const name of ['sold', 'paid', 'silences', 'checks'] as const) {
        total[name] += done[name];
      }
      longestGapMs[blow] = Math.max(longestGapMs[blow], done.gapMs);
      o.say(
        `round ${round}/${o.rounds}, ${blow}: ${done.sold} sold, ${done.paid} paid, ` +
          `${done.silences} without an answer at first, no sale for ${done.gapMs} ms at most`,
      );
    }
    return { seed: o.seed, rounds: o.rounds, ...total, longestGapMs };
  } finally {
    await pair?.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
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

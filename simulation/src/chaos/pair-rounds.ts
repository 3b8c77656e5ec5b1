// Rounds on two servers: in each one thing is done to those who serve the tills, in turn, while
// they sell; what came of it is added up.

import { rmSync } from 'node:fs';
import { createRandom, type Random, seedFrom } from '../random.ts';
import type { Field } from './field.ts';
import { createPair, type Pair } from './pair.ts';
import { ChaosFailed, chaosFolder } from './rounds.ts';
import { type Sold, sellWhile } from './steady-load.ts';
import type { Version } from './version.ts';

export type PairReport<Blow extends string> = Omit<Sold, 'gapMs'> & {
  readonly seed: number;
  readonly rounds: number;
  /** The longest time in which no sale was answered, by what was done meanwhile. */
  readonly longestGapMs: Readonly<Record<Blow, number>>;
};

/** The database that both servers stand on, and what is in the field. */
export type Ground<Blow> = {
  readonly ownerUrl: string;
  readonly field: Field;
  readonly hasStandbys?: boolean;
  /** What both servers are at first; absent: this version. */
  readonly version?: Version;
  /** Does it, and resolves once everything works again. */
  readonly strike: (
    blow: Blow,
    o: { readonly pair: Pair; readonly random: Random },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type RoundsAsked = {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
};

/** Throws ChaosFailed with all that was wrong in the first bad round. */
export async function runPairRounds<Blow extends string>(
  asked: RoundsAsked,
  o: {
    readonly name: string;
    readonly blows: readonly [Blow, ...Blow[]];
    readonly prepare: (folder: string) => Promise<Ground<Blow>>;
    /** Once, before the first round. */
    readonly before?: (pair: Pair) => Promise<void>;
  },
): Promise<PairReport<Blow>> {
  const { seed, rounds, say } = asked;
  const folder = chaosFolder();
  const ground = await o.prepare(folder);
  let pair: Pair | null = null;
  const total = { sold: 0, paid: 0, silences: 0, checks: 0 };
  const gaps = new Map<Blow, number>(o.blows.map((blow) => [blow, 0]));
  try {
    pair = await createPair({
      folder,
      ownerUrl: ground.ownerUrl,
      brokers: ground.field.brokers,
      hasStandbys: ground.hasStandbys,
      version: ground.version,
    });
    await o.before?.(pair);
    await ground.field.startMeters(pair);
    for (let round = 1; round <= rounds; round += 1) {
      const random = createRandom(seedFrom(seed, `${o.name} ${round}`));
      const blow = o.blows[(round - 1) % o.blows.length] ?? o.blows[0];
      const at = { pair, random };
      const done = await sellWhile(pair, {
        ...{ round, random },
        strike: () => ground.strike(blow, at),
      });
      const faults = await ground.field.settled(pair);
      if (faults.length > 0) throw new ChaosFailed(`round ${round}:\n  ${faults.join('\n  ')}`);
      for (const name of ['sold', 'paid', 'silences', 'checks'] as const) {
        total[name] += done[name];
      }
      gaps.set(blow, Math.max(gaps.get(blow) ?? 0, done.gapMs));
      say(
        `round ${round}/${rounds}, ${blow}: ${done.sold} sold, ${done.paid} paid, ` +
          `${done.silences} without an answer at first, no sale for ${done.gapMs} ms at most`,
      );
    }
    const longestGapMs = Object.fromEntries(gaps) as Record<Blow, number>;
    return { seed, rounds, ...total, longestGapMs };
  } finally {
    await pair?.close();
    await ground.field.close();
    await ground.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

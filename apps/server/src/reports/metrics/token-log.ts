// The figures of the token logs: entries of all utilities together, and of what is late that of the
// utility that is worst off.

import type { PartReport } from '../../base/parts.ts';
import type { LogFigures } from '../../registry/token-log/index.ts';
import { type Figure, figure } from './text.ts';

const ofWitness = 'witness-';

/** A witness that is no longer asked stays in the database, and has no figure. */
export function createLogSum(parts: readonly Pick<PartReport, 'name'>[]) {
  const unsigned = new Map<string, number>(
    parts.flatMap(({ name }) =>
      name.startsWith(ofWitness) ? [[name.slice(ofWitness.length), 0]] : [],
    ),
  );
  let [entries, waiting, waitingS, headAgeS] = [0, 0, 0, 0];
  return {
    add: (log: LogFigures): void => {
      entries += log.size;
      waiting += log.waiting;
      waitingS = Math.max(waitingS, log.waitingS);
      headAgeS = Math.max(headAgeS, log.headAgeS ?? 0);
      for (const [name, age] of log.unsignedS) {
        const worst = unsigned.get(name);
        if (worst !== undefined) unsigned.set(name, Math.max(worst, age));
      }
    },
    figures: (): readonly Figure[] => [
      figure('gauge', ['log_entries', 'Entries of the token logs under a signed head.'], entries),
      figure(
        'gauge',
        ['log_waiting', 'Leaves that are committed and have no place in their log yet.'],
        waiting,
      ),
      figure('gauge', ['log_waiting_seconds', 'Since the oldest of them was made.'], waitingS),
      figure(
        'gauge',
        ['log_head_age_seconds', 'Since the newest head was signed; nothing new needs none.'],
        headAgeS,
      ),
      figure(
        'gauge',
        ['log_unsigned_seconds', 'Since a witness last signed, while it lacks the newest head.'],
        [...unsigned].map(([witness, value]) => ({ of: { witness }, value })),
      ),
    ],
  };
}

// A run of the proof in words, and where its findings lead.

import type { ProofLaw, ProofRun } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export function runLabel(run: Pick<ProofRun, 'state' | 'result' | 'percentDone'>): Label {
  if (run.result !== null) {
    return run.result.holds
      ? { text: 'All laws hold', tone: 'good' }
      : { text: 'Failed', tone: 'bad' };
  }
  if (run.state === 'superseded') return { text: 'Postponed', tone: 'quiet' };
  return { text: `Under way, ${run.percentDone} %`, tone: 'busy' };
}

/** How many rows a law was checked on, over all its rules. */
export const checkedOf = (law: ProofLaw): bigint =>
  law.rules.reduce((sum, rule) => sum + BigInt(rule.checked), 0n);

/** "12345" -> "12 345": counts that may be long. */
export const groupedText = (count: bigint): string =>
  count.toString().replace(/\B(?=(\d{3})+$)/g, '\u202f');

// The report of a run, as data: what was tried, what was expected and seen, the bytes both ways.

import type { Target } from './bench.ts';
import type { ScenarioReport } from './run-bench.ts';
import { type Verdict, verdicts } from './scenario.ts';

export type ConformReport = {
  readonly tool: 'prewatt conform';
  readonly version: string;
  readonly target: Target;
  /** As the person at the bench names the device. */
  readonly device: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Who did what is done from outside: a control hook, a person, or nobody. */
  readonly hands: 'control' | 'person' | 'nobody';
  readonly counts: Readonly<Record<Verdict, number>>;
  /** The last token identifier that was used: another run begins above it. */
  readonly lastTid: number;
  readonly scenarios: readonly ScenarioReport[];
};

export function countsOf(scenarios: readonly ScenarioReport[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict): number =>
    scenarios.filter((each) => each.verdict === verdict).length;
  const counted = verdicts.map((verdict) => [verdict, count(verdict)] as const);
  return Object.fromEntries(counted) as Readonly<Record<Verdict, number>>;
}

export const verdictWords: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  notOffered: 'not offered',
  needsHand: 'needs a hand',
};

export const wordsOfCounts = (counts: ConformReport['counts']): string =>
  verdicts.map((verdict) => `${counts[verdict]} ${verdictWords[verdict]}`).join(', ');

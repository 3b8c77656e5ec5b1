// The bench for makers of meters: scenarios, the port that a target fills, and the report.

export {
  type ActDone,
  type Bench,
  type BenchAct,
  type CutMoment,
  cutMoments,
  type Target,
  targets,
  type WireRecord,
} from './bench.ts';
export { htmlOf } from './html.ts';
export { createKeyRing, type HeldKey, type KeyRing } from './key-ring.ts';
export { type ConformReport, countsOf, verdictWords, wordsOfCounts } from './report.ts';
export { runBench, type ScenarioReport, type StepReport } from './run-bench.ts';
export { type Kit, type Scenario, type Verdict, wordsOfAct } from './scenario.ts';
export { scenarios } from './scenarios/index.ts';

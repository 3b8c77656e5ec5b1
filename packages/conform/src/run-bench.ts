// Runs scenarios one after the other. After a step that was not passed the rest of its scenario is
// left, but for what puts the device back.

import type { Bench, WireRecord } from './bench.ts';
import type { Kit, Scenario, Step, Verdict } from './scenario.ts';

export type StepReport = {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
  readonly verdict: Verdict;
  readonly clause: string | null;
  readonly wire: readonly WireRecord[];
};

export type ScenarioReport = {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly verdict: Verdict;
  readonly steps: readonly StepReport[];
};

/** `told` is called after each scenario. */
export async function runBench(
  kit: Kit,
  scenarios: readonly Scenario[],
  told: (report: ScenarioReport) => void = () => undefined,
): Promise<readonly ScenarioReport[]> {
  const reports: ScenarioReport[] = [];
  for (const scenario of scenarios) {
    const report = await runScenario(kit, scenario);
    reports.push(report);
    told(report);
  }
  return reports;
}

async function runScenario(kit: Kit, scenario: Scenario): Promise<ScenarioReport> {
  const { id, title, why } = scenario;
  const missing = missingOf(kit.bench, scenario);
  if (missing !== null) {
    const step = notOffered(missing);
    return { id, title, why, verdict: 'notOffered', steps: [step] };
  }
  const steps: StepReport[] = [];
  let verdict: Verdict = 'passed';
  for (const step of scenario.steps()) {
    if (verdict !== 'passed' && step.always !== true) continue;
    const report = await runStep(kit, step);
    steps.push(report);
    if (verdict === 'passed' || report.verdict === 'failed') verdict = report.verdict;
  }
  return { id, title, why, verdict, steps };
}

async function runStep(kit: Kit, step: Step): Promise<StepReport> {
  const { verdict, seen } = await step.run(kit);
  return {
    ...{ what: step.what, expected: step.expected, seen, verdict },
    clause: step.clause ?? null,
    wire: kit.bench.takeWire(),
  };
}

/** What the device's protocol cannot do of what the scenario needs; null: it can. */
function missingOf(bench: Bench, { needs, needsRules, needsSwitch }: Scenario): string | null {
  const { abilities } = bench.channel.capabilities;
  const missing = needs.filter((need) => !abilities.includes(need));
  if (needsRules === true && bench.setRules === null) return 'rules on cuts';
  if (needsSwitch === true && !bench.tellsSwitch) return 'how the switch stands';
  return missing.length === 0 ? null : missing.join(', ');
}

const notOffered = (missing: string): StepReport => ({
  ...{ what: 'Look at what the protocol offers', expected: 'all that the scenario needs' },
  ...{ seen: `not offered: ${missing}`, verdict: 'notOffered', clause: null, wire: [] },
});

// `prewatt conform`: a device of any maker through the scenarios that our own meter passes, and a
// report of what was expected and seen.

import {
  type Bench,
  type ConformReport,
  countsOf,
  createKeyRing,
  htmlOf,
  runBench,
  type ScenarioReport,
  scenarios,
  verdictWords,
  wordsOfCounts,
} from '@prewatt/conform';
import manifest from '../../package.json' with { type: 'json' };
import {
  type CommandContext,
  type CommandLine,
  type CommandResult,
  type Options,
  refused,
} from '../command.ts';
import { createSingle } from '../dispatch.ts';
import { type Device, openDevice } from './devices.ts';
import { ControlFailed, createHands, type Hands } from './hands.ts';
import { conformHelp } from './help.ts';
import { conformOptions, type Plan, planOf } from './options.ts';
import { createWireLog, type WireLog } from './wire-log.ts';

const command: CommandLine = {
  options: conformOptions,
  positionals: [],
  summary: 'a device of any maker through the scenarios that our own meter passes',
  help: conformHelp,
};

export const conformGroup = createSingle({
  name: 'conform',
  command,
  common: {},
  run: async (_, options, context) => {
    if (options.flag('list')) return listed();
    const plan = planOf(options, context);
    if (!plan.ok) return wrongBy(plan.error);
    const wire = createWireLog(context.nowMs);
    const device = await openDevice({ plan: plan.value, options, context, wire });
    if (!device.ok) return wrongBy(device.error);
    try {
      return await runOn(device.value, { plan: plan.value, options, context, wire });
    } finally {
      await device.value.close();
    }
  },
});

const wrongBy = ({
  exitCode,
  message,
}: {
  readonly exitCode: 1 | 2;
  readonly message: string;
}): CommandResult => ({ ok: false, error: { exitCode, code: 'conform', message } });

function listed(): CommandResult {
  const lines = scenarios.map(({ id, title }) => `${id.padEnd(18)} ${title}`);
  const rows = scenarios.map(({ id, title, why, needs }) => ({ id, title, why, needs }));
  return { ok: true, value: { lines, json: rows } };
}

type Running = {
  readonly plan: Plan;
  readonly options: Options;
  readonly context: CommandContext;
  readonly wire: WireLog;
};

async function runOn(device: Device, running: Running): Promise<CommandResult> {
  const { plan, context } = running;
  const hands = createHands(context, plan);
  if (context.asJson !== true) context.printError(`${device.said}\n`);
  if (!(await device.isThere())) {
    return refused('device', 'the device does not answer', 'Look at address, keys and cabling.');
  }
  try {
    const report = await reportOf(device, hands, running);
    return written(report, running);
  } catch (error) {
    if (!(error instanceof ControlFailed)) throw error;
    return refused('control', error.message, 'Look at the log of what answers there.');
  }
}

async function reportOf(
  device: Device,
  hands: Hands,
  { plan, context, wire }: Running,
): Promise<ConformReport> {
  const startedAt = new Date(context.nowMs()).toISOString();
  const { channel, refusals, tellsParts, tellsSwitch, setRules } = device;
  const bench: Bench = {
    ...{ target: plan.target, channel, refusals, tellsParts, tellsSwitch, setRules },
    act: async (act) => {
      const done = await hands.act(act);
      if (done !== null) device.noticed(act);
      return done;
    },
    takeWire: wire.take,
  };
  const keys = createKeyRing({ own: plan.key, baseDate: plan.baseDate, firstTid: plan.firstTid });
  wire.take();
  const wanted = scenarios.filter(({ id }) => plan.only.length === 0 || plan.only.includes(id));
  const told = (report: ScenarioReport): void => {
    if (context.asJson !== true) context.printError(`${lineOf(report)}\n`);
  };
  const done = await runBench({ bench, keys, zone: plan.zone, nowMs: context.nowMs }, wanted, told);
  return {
    ...{ tool: 'prewatt conform', version: manifest.version, target: plan.target },
    ...{ device: plan.device, startedAt, endedAt: new Date(context.nowMs()).toISOString() },
    hands: hands.kind,
    counts: countsOf(done),
    lastTid: keys.lastTid(),
    scenarios: done,
  };
}

const lineOf = ({ verdict, id, title, steps }: ScenarioReport): string => {
  const halted = steps.find((step) => step.verdict !== 'passed');
  const why = halted === undefined ? '' : ` (${halted.what}: ${halted.seen})`;
  return `${verdictWords[verdict].padEnd(12)} ${id}: ${title}${why}`;
};

function written(report: ConformReport, { plan, context }: Running): CommandResult {
  const lines = [wordsOfCounts(report.counts)];
  if (plan.out !== null) {
    const files = [
      [`${plan.out}.json`, `${JSON.stringify(report, null, 2)}\n`],
      [`${plan.out}.html`, htmlOf(report)],
    ] as const;
    for (const [path, text] of files) {
      try {
        context.replaceFile(path, text, {});
      } catch {
        return refused('file', `${path} cannot be written`);
      }
      lines.push(path);
    }
  }
  return { ok: true, value: { lines, json: report, failed: report.counts.failed > 0 } };
}

// `npm run abuse`: attacks on a real server process over loopback, one after the other and then all
// at once, while good clients go on. Fails when they have to wait, or are refused.

import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { attacks, type Done, type Target } from './attacks.ts';
import { type Good, startGoodClients } from './good-clients.ts';

const healthGoalMs = 250;
const quietMs = 3_000;
const stolenMeters = 5;
const names = Object.keys(attacks);
const help = `Attacks on a real server process over loopback, while good clients go on: one after the other, then
all at once. Fails when /health takes ${healthGoalMs} ms or more for one in a hundred, or anybody good is refused.

  npm run abuse -- [--seconds N] [--json] [ATTACK...]

  --seconds N  of attack, in all (default: 40)
  --json       the last line is one JSON object
  ATTACK       ${names.join(', ')} (default: all)`;

type Phase = { readonly name: string; readonly attacks: readonly string[]; readonly ms: number };

/** Of latencies in milliseconds; 0 of none. */
const p99 = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.max(0, Math.ceil(of.length * 0.99) - 1)] ?? 0;

async function attack(target: Target, phase: Phase): Promise<Done> {
  const workers = phase.attacks.map(
    (name) => new Worker(new URL('attacker.ts', import.meta.url), { workerData: { name, target } }),
  );
  await pause(phase.ms);
  const done = await Promise.all(
    workers.map(
      (worker) =>
        new Promise<Done>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.postMessage('end');
        }),
    ),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  return Object.assign({}, ...done);
}

async function run(
  phases: readonly Phase[],
): Promise<{ healthP99Ms: number; goodRefused: number }> {
  // Loaded when it is needed: help and a slip are answered at once.
  const { startBenchServer } = await import('../readings/server.ts');
  const server = await startBenchServer(stolenMeters + 60, {
    nodeFlags: [],
    logLevel: 'fatal',
  });
  const { mqttPort, httpPort } = server;
  // Only Linux has the whole of 127.0.0.0/8 without being asked.
  const attackersAddress = process.platform === 'linux' ? '127.0.0.66' : '127.0.0.1';
  const target: Target = { mqttPort, httpPort, attackersAddress, stolenMeters };
  const good = startGoodClients(target);
  const under: Good[] = [];
  try {
    for (const phase of phases) {
      const done = await attack(target, phase);
      const seen = good.take();
      if (phase.attacks.length > 0) under.push(seen);
      const { healthMs, served, refused, why } = seen;
      console.log(
        `${phase.name.padEnd(16)} /health p99 ${p99(healthMs).toFixed(1)} ms, worst ` +
          `${Math.max(0, ...healthMs).toFixed(1)} ms; ${served} served, ${refused} refused; ` +
          JSON.stringify(done),
      );
      for (const each of new Set(why)) console.log(`  ${each}`);
    }
  } finally {
    await good.stop();
    await server.close();
  }
  return {
    healthP99Ms: Math.round(p99(under.flatMap(({ healthMs }) => healthMs)) * 10) / 10,
    goodRefused: under.reduce((sum, { refused }) => sum + refused, 0),
  };
}

function phasesOf(chosen: readonly string[], seconds: number): readonly Phase[] {
  const each = (seconds * 1_000) / (chosen.length === 1 ? 1 : chosen.length + 1);
  return [
    { name: 'nobody', attacks: [], ms: quietMs },
    ...chosen.map((name) => ({ name, attacks: [name], ms: each })),
    ...(chosen.length === 1 ? [] : [{ name: 'all at once', attacks: chosen, ms: each }]),
  ];
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '40' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const seconds = Number(values.seconds);
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`what is "${unknown}"?`);
    if (!Number.isInteger(seconds) || seconds < 1) throw new Error('--seconds is a whole number');
    return { ...values, seconds, chosen: positionals.length === 0 ? names : positionals };
  } catch (error) {
    console.error(`abuse: ${(error as Error).message}; --help says more`);
    process.exit(2);
  }
}

const { seconds, chosen, json, help: isHelp } = read();
if (isHelp) {
  console.log(help);
} else {
  const figures = await run(phasesOf(chosen, seconds));
  const { healthP99Ms, goodRefused } = figures;
  if (healthP99Ms >= healthGoalMs || goodRefused > 0) {
    console.error(`abuse: /health p99 ${healthP99Ms} ms, ${goodRefused} good clients refused`);
    process.exitCode = 1;
  }
  if (json) console.log(JSON.stringify(figures));
}

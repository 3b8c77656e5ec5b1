// Rounds of chaos under a seed: load from a process of its own while the server and PostgreSQL are
// killed with SIGKILL at random moments and started again; then everything is looked at.

import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom, type Random, seedFrom } from '../random.ts';
import { faultsOfLog } from '../verified-log.ts';
import { createMachine, type Machine, type Victim } from './machine.ts';
import type { LoadPlan, LoadRecord, TillRequest } from './plan.ts';
import { openPayment, openServices } from './shops.ts';
import { type Counts, verifyRound } from './verify.ts';

/** How long a round's requests take to begin, all of them. */
const roundMs = 2_500;
const paymentsPerRound = 10;

export class ChaosFailed extends Error {}

export type ChaosReport = {
  readonly seed: number;
  readonly rounds: number;
  readonly kills: number;
  readonly sold: number;
  readonly refused: number;
  readonly paid: number;
  readonly silences: number;
  readonly checks: number;
};

/** Of a run. Under root PostgreSQL runs as another account, which must be able to enter. */
export function chaosFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-chaos-'));
  chmodSync(folder, 0o711);
  return folder;
}

type Kill = { readonly victim: Victim; readonly atMs: number };

/** Throws ChaosFailed with all that was wrong in the first bad round. */
export async function runChaos(o: {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<ChaosReport> {
  const folder = chaosFolder();
  const machine = await createMachine({ folder });
  try {
    return await runSalesRounds(machine, o);
  } finally {
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same on a machine that runs; other rounds may have gone before. */
export async function runSalesRounds(
  machine: Machine,
  o: Parameters<typeof runChaos>[0],
): Promise<ChaosReport> {
  const total = { kills: 0, sold: 0, refused: 0, paid: 0, silences: 0, checks: 0 };
  for (let round = 1; round <= o.rounds; round++) {
    const random = createRandom(seedFrom(o.seed, `round ${round}`));
    const kills = planKills(random);
    const { counts, silences } = await runRound(machine, { round, random, kills });
    total.kills += kills.length;
    total.silences += silences;
    for (const name of ['sold', 'refused', 'paid', 'checks'] as const) total[name] += counts[name];
    const victims = kills.map(({ victim, atMs }) => `${victim} at ${atMs} ms`).join(', ');
    o.say(
      `round ${round}/${o.rounds}: ${counts.sold} sold, ${counts.refused} refused, ` +
        `${counts.paid} paid, ${silences} without an answer at first; killed ${victims}`,
    );
  }
  await checkLog(machine);
  return { seed: o.seed, rounds: o.rounds, ...total };
}

/** At the end of a run: what the auditor would find in the books of its shops. */
export async function checkLog(machine: Machine): Promise<void> {
  const { appUrl, ownerUrl, masterKey, origin: publicUrl, shops } = machine;
  const { utilityId } = shops;
  const of = { appUrl, ownerUrl, masterKey, publicUrl, utilityId, nowMs: Date.now };
  const faults = await faultsOfLog(of);
  if (faults.length > 0) throw new ChaosFailed(`  ${faults.slice(0, 20).join('\n  ')}`);
}

async function runRound(
  machine: Machine,
  o: { readonly round: number; readonly random: Random; readonly kills: readonly Kill[] },
): Promise<{ readonly counts: Counts; readonly silences: number }> {
  const plan = await planRound(machine, o);
  const startMs = performance.now();
  const killing = (async () => {
    for (const { victim, atMs } of o.kills) {
      await pause(Math.max(0, startMs + atMs - performance.now()));
      await machine.kill(victim);
    }
  })();
  const [loaded] = await Promise.allSettled([load(plan), killing]);
  await killing;
  const lastWords = machine.lastWords();
  if (lastWords !== null) throw new ChaosFailed(`the server ended by itself, ${lastWords}`);
  if (loaded.status === 'rejected') throw loaded.reason;
  const record = loaded.value;
  const { faults, counts } = await verifyRound({ ownerUrl: machine.ownerUrl, plan, record });
  if (faults.length === 0) return { counts, silences: record.silences };
  throw new ChaosFailed(`round ${o.round}:\n  ${faults.slice(0, 20).join('\n  ')}`);
}

function planKills(random: Random): readonly Kill[] {
  const count = random.integer(1, 2);
  const kills = Array.from({ length: count }, () => ({
    victim: random.pick<Victim>(['server', 'postgres', 'both']),
    atMs: random.integer(100, roundMs),
  }));
  return kills.sort((a, b) => a.atMs - b.atMs);
}

async function planRound(
  machine: Machine,
  o: { readonly round: number; readonly random: Random },
): Promise<LoadPlan> {
  const { random } = o;
  const { shops } = machine;
  const prepared = openServices(machine);
  const notifications: LoadPlan['notifications'][number][] = [];
  for (let i = 0; i < paymentsPerRound; i++) {
    const payment = await openPayment(prepared.services, random.pick(shops.places), random);
    notifications.push({ ...payment, times: 3, atMs: random.integer(0, roundMs) });
  }
  await prepared.close();
  const one = random.pick(shops.places);
  let requests = 0;
  const request = (with_: Partial<TillRequest>): TillRequest => {
    requests += 1;
    return {
      requestId: `round-${o.round}-request-${requests}`,
      key: random.pick(shops.keys),
      meterPan: random.pick(shops.places).meterPan,
      amountMinor: String(random.integer(1_000, 30_000)),
      times: 1,
      atMs: random.integer(0, roundMs),
      ...with_,
    };
  };
  const many = (count: number, with_: () => Partial<TillRequest>) =>
    Array.from({ length: count }, () => request(with_()));
  return {
    origin: machine.origin,
    webhookSecret: machine.webhookSecret,
    notifications,
    requests: [
      ...many(2, () => ({ times: 20 })),
      ...many(40, () => ({ meterPan: one.meterPan })),
      ...many(60, () => ({})),
      ...many(15, () => ({ key: shops.poorKey, times: 2 })),
    ],
  };
}

/** The load of a round, in a process of its own. */
export function load(plan: LoadPlan): Promise<LoadRecord> {
  const child = fork(new URL('./load.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    child.once('message', (record) => resolve(record as LoadRecord));
    child.once('exit', (code) => reject(new ChaosFailed(`the load ended with ${code}`)));
    child.send(plan);
  });
}

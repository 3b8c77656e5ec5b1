// Rounds of chaos on two servers behind a balancer: tills sell while one server is killed, halted,
// or both are started anew one after the other. Somebody must always sell, and the laws hold.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import { createRandom, type Random, seedFrom } from '../random.ts';
import { startBalancer } from './balancer.ts';
import type { LoadPlan, LoadRecord, TillRequest } from './plan.ts';
import { ChaosFailed, chaosFolder, load } from './rounds.ts';
import { freePorts, type ServerProcess, secretsIn, startServerProcess } from './server-process.ts';
import { createShops, openPayment, openServices, type Shops } from './shops.ts';
import { verifyRound } from './verify.ts';

const drainS = 3;
/** Longer than others wait before they take a server for lost. */
const haltMs = 25_000;
const salesPerSecond = 20;
const paymentsPerRound = 10;
const calmMs = 3_000;

const blows = ['upgrade', 'halt', 'kill'] as const;
type Blow = (typeof blows)[number];

export type ServersReport = {
  readonly seed: number;
  readonly rounds: number;
  readonly sold: number;
  readonly paid: number;
  /** Tries without an answer; each was tried again and got one. */
  readonly silences: number;
  /** The longest time in which no sale was answered, by what was done meanwhile. */
  readonly longestGapMs: Readonly<Record<Blow, number>>;
  readonly checks: number;
};

type Servers = {
  readonly origin: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly masterKey: Buffer;
  readonly webhookSecret: string;
  readonly shops: Shops;
  /** Does it, and resolves once both servers work again. */
  readonly strike: (blow: Blow, index: 0 | 1) => Promise<void>;
  readonly lastWords: () => string | null;
  readonly close: () => Promise<void>;
};

async function createServers(folder: string): Promise<Servers> {
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  const ownerUrl = postgres.url;
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const { file: secretsFile, secrets } = secretsIn(folder);
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const running: ServerProcess[] = [];
  let closeBalancer = async (): Promise<void> => {};
  const close = async (): Promise<void> => {
    await closeBalancer();
    await Promise.all(running.map((server) => server.kill()));
    await postgres.stop();
  };
  try {
    await migrate(ownerUrl);
    const prepared = openServices({ appUrl: app.href, masterKey });
    const shops = await createShops({ ownerUrl, masterKey, services: prepared.services });
    await prepared.close();
    const ports = [await freePorts(), await freePorts()] as const;
    const start = (index: 0 | 1) =>
      startServerProcess({
        ...{ databaseUrl: app.href, secretsFile, ports: ports[index] },
        sandboxUrl: 'http://127.0.0.1:9',
        environment: {
          PREWATT_DRAIN_SECONDS: String(drainS),
          PREWATT_SERVER_NAME: `server ${index + 1}`,
        },
      });
    running.push(await start(0), await start(1));
    const balancer = await startBalancer({ folder, ports: [ports[0].http, ports[1].http] });
    closeBalancer = balancer.close;
    const strike = async (blow: Blow, index: 0 | 1): Promise<void> => {
      const server = running[index];
      if (server === undefined) throw new Error('a server is missing');
      if (blow === 'halt') {
        process.kill(server.pid, 'SIGSTOP');
        await pause(haltMs);
        process.kill(server.pid, 'SIGCONT');
      } else if (blow === 'kill') {
        await server.kill();
        running[index] = await start(index);
      } else {
        for (const each of [0, 1] as const) {
          await running[each]?.stop();
          running[each] = await start(each);
          // The balancer looks twice a second.
          await pause(1_500);
        }
      }
    };
    return {
      ...{ origin: `http://127.0.0.1:${balancer.port}`, ownerUrl, appUrl: app.href, masterKey },
      ...{ webhookSecret: secrets.sandboxWebhookSecret, shops, strike, close },
      lastWords: () => running.map((server) => server.lastWords()).find(Boolean) ?? null,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Throws ChaosFailed with what was wrong in the first bad round; NoBalancer without HAProxy. */
export async function runServersChaos(o: {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<ServersReport> {
  const folder = chaosFolder();
  const servers = await createServers(folder);
  const total = { sold: 0, paid: 0, silences: 0, checks: 0 };
  const longestGapMs: Record<Blow, number> = { kill: 0, halt: 0, upgrade: 0 };
  try {
    for (let round = 1; round <= o.rounds; round += 1) {
      const random = createRandom(seedFrom(o.seed, `servers ${round}`));
      const blow = blows[(round - 1) % blows.length] ?? 'kill';
      const done = await runRound(servers, { round, random, blow });
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
    await servers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runRound(
  servers: Servers,
  o: { readonly round: number; readonly random: Random; readonly blow: Blow },
) {
  // How long a blow takes is not known before: the load is in pieces, one after the other.
  const struck = pause(calmMs).then(() =>
    servers.strike(o.blow, o.random.integer(0, 1) === 0 ? 0 : 1),
  );
  let isOver = false;
  const over = struck.finally(() => {
    isOver = true;
  });
  over.catch(() => undefined);
  const done = { sold: 0, paid: 0, silences: 0, checks: 0, gapMs: 0 };
  for (let piece = 1; piece === 1 || !isOver; piece += 1) {
    const plan = await planPiece(servers, { ...o, piece });
    const record = await load(plan);
    const { faults, counts } = await verifyRound({ ownerUrl: servers.ownerUrl, plan, record });
    if (faults.length > 0) {
      throw new ChaosFailed(`round ${o.round}:\n  ${faults.slice(0, 20).join('\n  ')}`);
    }
    done.sold += counts.sold;
    done.paid += counts.paid;
    done.checks += counts.checks;
    done.silences += record.silences;
    done.gapMs = Math.max(done.gapMs, longestGap(record));
  }
  await over;
  const lastWords = servers.lastWords();
  if (lastWords !== null) throw new ChaosFailed(`a server ended by itself, ${lastWords}`);
  return done;
}

const pieceMs = 10_000;

async function planPiece(
  servers: Servers,
  o: { readonly round: number; readonly piece: number; readonly random: Random },
): Promise<LoadPlan> {
  const { random } = o;
  const { shops } = servers;
  const prepared = openServices(servers);
  const notifications: LoadPlan['notifications'][number][] = [];
  for (let i = 0; i < paymentsPerRound; i += 1) {
    const payment = await openPayment(prepared.services, random.pick(shops.places), random);
    notifications.push({ ...payment, times: 2, atMs: random.integer(0, pieceMs) });
  }
  await prepared.close();
  const count = (salesPerSecond * pieceMs) / 1_000;
  const requests = Array.from(
    { length: count },
    (_, index): TillRequest => ({
      requestId: `round-${o.round}-piece-${o.piece}-request-${index}`,
      key: random.pick(shops.keys),
      meterPan: random.pick(shops.places).meterPan,
      amountMinor: String(random.integer(1_000, 30_000)),
      times: 1,
      atMs: Math.round((index * pieceMs) / count),
    }),
  );
  return { origin: servers.origin, webhookSecret: servers.webhookSecret, notifications, requests };
}

/** From the first request on, the longest time in which no sale was answered. */
function longestGap({ sales }: LoadRecord): number {
  const times = sales
    .flatMap(({ answers }) => answers.map(({ atMs }) => atMs))
    .sort((a, b) => a - b);
  return times.reduce(
    ({ gap, before }, atMs) => ({ gap: Math.max(gap, atMs - before), before: atMs }),
    { gap: 0, before: 0 },
  ).gap;
}

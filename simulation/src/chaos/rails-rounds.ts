// Rounds of chaos on the rails: purchases and sales go on while the payment provider, the message
// centre, the receiver of webhooks and now and then the server are killed. Then all of it is looked
// at: money, tokens, messages and events.

import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { webhookEventTypes } from '@prewatt/api';
import { expectOk, parseId, uuidOf } from '@prewatt/quantities';
import { createSandboxProvider } from '@prewatt/server/services';
import { createRandom, type Random, seedFrom } from '../random.ts';
import { createMachine, type Machine } from './machine.ts';
import { createOutside, type Outside, type OutsideName } from './outside.ts';
import type { LoadPlan } from './plan.ts';
import {
  type Purchase,
  type RailsCounts,
  tellAllNow,
  untilQuiet,
  verifyRails,
} from './rails-verify.ts';
import { ChaosFailed, chaosFolder, checkLog, load } from './rounds.ts';
import { clocks, openServices } from './shops.ts';
import { verifyRound } from './verify.ts';

const roundMs = 1_500;
const purchasesPerRound = 8;
const salesPerRound = 30;
const patienceMs = 120_000;

export type RailsReport = RailsCounts & {
  readonly seed: number;
  readonly rounds: number;
  readonly kills: number;
};

type Victim = OutsideName | 'server';
type Kill = { readonly victim: Victim; readonly atMs: number; readonly awayMs: number };
type World = { readonly machine: Machine; readonly outside: Outside };

/** Throws ChaosFailed with all that was wrong in the first bad round. */
export async function runRailsChaos(o: {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
  /** More to do with the machine before it is taken down. */
  readonly afterwards?: (machine: Machine) => Promise<void>;
}): Promise<RailsReport> {
  const folder = chaosFolder();
  const outside = await createOutside(folder);
  let machine: Machine | null = null;
  const total = { kills: 0, bought: 0, sold: 0, messages: 0, repeats: 0, events: 0, pending: 0 };
  try {
    machine = await createMachine({
      ...{ folder, sandboxUrl: urlOf(outside, 'provider') },
      environment: { PREWATT_WEBHOOK_REACH: 'any' },
      secrets: { messageGateways: [centreOf(outside)] },
    });
    const world = { machine, outside };
    await openOutside(world);
    for (let round = 1; round <= o.rounds; round++) {
      const random = createRandom(seedFrom(o.seed, `rails round ${round}`));
      const kills = planKills(random);
      const counts = await runRound(world, { round, random, kills });
      total.kills += kills.length;
      total.bought += counts.bought;
      total.sold += counts.sold;
      // Messages and events are those of all rounds so far.
      const { messages, repeats, events, pending } = counts;
      Object.assign(total, { messages, repeats, events, pending });
      const victims = kills.map(({ victim, atMs }) => `${victim} at ${atMs} ms`).join(', ');
      o.say(
        `round ${round}/${o.rounds}: ${counts.bought} bought, ${counts.sold} sold at tills, ` +
          `${counts.messages} messages (${counts.repeats} again, marked), ` +
          `${counts.events} events (${counts.pending} pending); killed ${victims}`,
      );
    }
    await tellTheRest(world);
    total.pending = 0;
    if (o.afterwards === undefined) await checkLog(machine);
    else await o.afterwards(machine);
    return { seed: o.seed, rounds: o.rounds, ...total };
  } finally {
    await machine?.close();
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const urlOf = ({ ports }: Outside, name: OutsideName): string => `http://127.0.0.1:${ports[name]}`;

const centreOf = ({ ports }: Outside) => ({
  kind: 'smpp',
  host: '127.0.0.1',
  port: ports.centre,
  systemId: 'prewatt',
  password: 'secret',
  source: '22345',
});

/** With nobody killed any more: an event that waited for a later try is told, and none is lost. */
async function tellTheRest({ machine, outside }: World): Promise<void> {
  const { ownerUrl, shops } = machine;
  await tellAllNow({ ownerUrl, patienceMs });
  const o = { ownerUrl, outside, bought: [], utilityId: shops.utilityId };
  const { faults, counts } = await verifyRails(o);
  const untold = counts.pending === 0 ? [] : [`${counts.pending} events were told to nobody`];
  const all = [...faults, ...untold];
  if (all.length > 0) throw new ChaosFailed(`at the end:\n  ${all.slice(0, 20).join('\n  ')}`);
}

/** Starts those outside; an integration listens to all that is told. */
async function openOutside({ machine, outside }: World): Promise<void> {
  const { utilityId, people } = machine.shops;
  const { services, close } = openServices(machine);
  const secret = await services.database.inUtility(utilityId, async (tx) => {
    const made = await services.integrations.make(tx, people.asker, {
      ...{ requestId: 'chaos-integration', name: 'Receiver', requestsPerMinute: 600 },
      ...{ scopes: ['sales:read', 'meters:read', 'money:read'], expiresInDays: null },
    });
    const { integrationId } = expectOk(made, 'integration').integration;
    const endpoint = await services.webhooks.managing.make(tx, {
      ...{ utilityId, requestId: 'chaos-endpoint', url: `${urlOf(outside, 'receiver')}/hook` },
      integrationId: uuidOf(expectOk(parseId('integration', integrationId), 'integration')),
      events: [...webhookEventTypes],
    });
    return expectOk(endpoint, 'endpoint').secret;
  });
  await close();
  await outside.start('provider', { environment: { PREWATT_SERVER_URL: machine.origin } });
  await outside.start('centre', {});
  await outside.start('receiver', { secret });
}

/** The server is one in seven. */
const outsiders = ['provider', 'centre', 'receiver'] as const;
const victims: readonly [Victim, ...Victim[]] = [...outsiders, ...outsiders, 'server'];

/** Each of the three outside at least now and then; the server less often, since it starts long. */
function planKills(random: Random): readonly Kill[] {
  const count = random.integer(1, 3);
  const kills = Array.from({ length: count }, () => ({
    victim: random.pick(victims),
    atMs: random.integer(50, roundMs),
    awayMs: random.integer(0, 800),
  }));
  return kills.sort((a, b) => a.atMs - b.atMs);
}

async function runRound(
  world: World,
  o: { readonly round: number; readonly random: Random; readonly kills: readonly Kill[] },
): Promise<RailsCounts> {
  const { machine, outside } = world;
  const startMs = performance.now();
  const plan = planSales(machine, o);
  const killing = (async () => {
    for (const { victim, atMs, awayMs } of o.kills) {
      await pause(Math.max(0, startMs + atMs - performance.now()));
      await (victim === 'server' ? machine.kill('server') : outside.kill(victim, awayMs));
    }
  })();
  const [bought, record] = await Promise.all([buyAll(world, o), load(plan), killing]);
  const lastWords = machine.lastWords();
  if (lastWords !== null) throw new ChaosFailed(`the server ended by itself, ${lastWords}`);
  const { ownerUrl, shops } = machine;
  await untilQuiet({ ownerUrl, bought, patienceMs });
  const tills = await verifyRound({ ownerUrl, plan, record });
  const rails = await verifyRails({ ownerUrl, outside, bought, utilityId: shops.utilityId });
  const faults = [...tills.faults, ...rails.faults];
  if (faults.length === 0) return { ...rails.counts, sold: tills.counts.sold };
  throw new ChaosFailed(`round ${o.round}:\n  ${faults.slice(0, 20).join('\n  ')}`);
}

const planSales = (
  machine: Machine,
  { round, random }: { readonly round: number; readonly random: Random },
): LoadPlan => ({
  origin: machine.origin,
  webhookSecret: machine.webhookSecret,
  notifications: [],
  requests: Array.from({ length: salesPerRound }, (_, i) => ({
    requestId: `rails-${round}-request-${i}`,
    key: random.pick(machine.shops.keys),
    meterPan: random.pick(machine.shops.places).meterPan,
    amountMinor: String(random.integer(1_000, 30_000)),
    times: 1,
    atMs: random.integer(0, roundMs),
  })),
});

/** Customers buy and approve at the provider, and go on asking until each step is done. */
async function buyAll(
  { machine, outside }: World,
  { random }: { readonly random: Random },
): Promise<readonly Purchase[]> {
  const { secrets, shops } = machine;
  const baseUrl = urlOf(outside, 'provider');
  const { services, close } = openServices({
    ...machine,
    publicUrl: machine.origin,
    provider: createSandboxProvider({
      ...{ baseUrl, clocks, apiKey: secrets.sandboxApiKey },
      webhookSecret: secrets.sandboxWebhookSecret,
    }),
  });
  const startMs = performance.now();
  const insist = async <T>(what: string, step: () => Promise<T | null>): Promise<T> => {
    for (;;) {
      const done = await step().catch(() => null);
      if (done !== null) return done;
      if (performance.now() - startMs > patienceMs) throw new ChaosFailed(`${what} never went`);
      await pause(100 + Math.random() * 200);
    }
  };
  const wishes = Array.from({ length: purchasesPerRound }, () => ({
    place: random.pick(shops.places),
    amountMinor: BigInt(random.integer(3_000, 40_000)),
    atMs: random.integer(0, roundMs),
    choice: random.pick(['approve', 'approve', 'approveThrice', 'approveLost']),
  }));
  const bought = await Promise.all(
    wishes.map(async ({ place, amountMinor, atMs, choice }) => {
      await pause(atMs);
      const { quoteId } = await insist('an offer', async () => {
        const quote = await services.vending.makeQuote(place, amountMinor);
        return quote.ok ? quote.value : null;
      });
      const request = { quoteId, requestId: `quote:${quoteId}` };
      const { saleId, checkoutUrl } = await insist('a purchase', async () => {
        const started = await services.payments.startPurchase(place, request);
        return started.ok ? started.value : null;
      });
      await insist('an approval', async () => {
        const answer = await fetch(`${checkoutUrl}/decision`, {
          method: 'POST',
          redirect: 'manual',
          headers: { origin: baseUrl, 'content-type': 'application/x-www-form-urlencoded' },
          body: `choice=${choice}`,
        });
        return answer.status === 303 ? true : null;
      });
      return { place, amountMinor, saleId };
    }),
  );
  await close();
  return bought;
}

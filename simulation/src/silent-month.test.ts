// A month without a link: a meter of packages/meter keeps its half-hours and events, and a server
// on a real database has each of them once when it is back, over a network that loses, repeats and
// reorders in both directions.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allEntries, type MeterInput, type StoredEvent, step } from '@prewatt/meter';
import { decodeDown, decodeUp, encodeUp, type UpMessage } from '@prewatt/protocol';
import { createOnboarding } from '@prewatt/server/onboarding';
import {
  accepted,
  createDatabase,
  createLog,
  createNewUuid,
  createServices,
  type Database,
  oneWayGateway,
  type Services,
} from '@prewatt/server/services';
import { sql } from 'kysely';
import { createTownDatabase, type TownDatabase } from './database.ts';
import { createNetwork } from './network.ts';
import { townPlan } from './plan.ts';
import { createFakeProvider } from './provider.ts';
import { createRandom } from './random.ts';
import { createUtility, type TownHome } from './utility.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Wednesday 2026-11-18 12:00 in the town. */
const noonMs = Date.UTC(2026, 10, 18, 10);
const silentDays = 30;
const faults = { loss: 0.3, repeat: 0.2, maximumDelayTicks: 4, longDelay: 0 };
const networkOf = <T>(seed: number) => createNetwork<T>(faults, { seed, ticksPerDay: 1440 });

let storage: TownDatabase;
let owner: Database;
let database: Database;
let services: Services;
let home: TownHome;
let nowMs = noonMs;
let tick = 0;
const clock = { nowMs: () => nowMs };
const up = networkOf<Uint8Array>(11);
const down = networkOf<Uint8Array>(12);

before(async () => {
  storage = await createTownDatabase();
  owner = createDatabase({ url: storage.ownerUrl, maximumConnections: 2 });
  database = createDatabase({ url: storage.appUrl, maximumConnections: 4 });
  const ids = createRandom(5);
  const masterKey = Buffer.alloc(32, 7);
  services = createServices({
    database,
    clocks: { business: clock, real: clock, speed: 1 },
    random: ids.bytes,
    provider: createFakeProvider(5),
    gateways: [oneWayGateway(async () => accepted())],
    transport: {
      send: async (_, payload) => {
        down.send('down', payload, tick);
      },
    },
    masterKey,
    publicUrl: 'https://utility.invalid',
    log: createLog({ name: 'silent month', level: 'silent' }),
  });
  const newUuid = createNewUuid(clock, ids.bytes);
  const onboarding = createOnboarding({ owner, masterKey, newUuid, nowMs: clock.nowMs });
  const plan = { ...townPlan(1), profileIntervalMinutes: 30 as const, resendAfterMs: 5 * minuteMs };
  const { homes } = await createUtility({
    plan,
    onboarding,
    database,
    secretBytes: (length) => ids.bytes(length),
    nowMs,
  });
  const [first] = homes;
  assert.ok(first);
  home = first;
  await services.upkeep();
});
after(async () => {
  await database.close();
  await owner.close();
  await storage.drop();
});

/** What the meter's own log says happened, by number. */
const happened = new Map<number, StoredEvent>();
const messages: UpMessage[] = [];
function live(input: MeterInput): void {
  const { state, outputs } = step(home.meter, input);
  home.meter = state;
  for (const event of outputs.events) happened.set(event.sequence, event);
  messages.push(...outputs.messages);
}

/** A month of ordinary days, in steps of ten minutes, with the mains gone for an hour a week. */
function liveWithoutLink(): void {
  // Its credit would not last a month; its answer is lost with the link.
  const action = {
    kind: 'setPaymentMode',
    paymentMode: 'credit',
    creditUnit: 'energy',
    balance: 'keep',
  } as const;
  const commandId = 'command_0190a000-0000-7000-8000-000000000001';
  const command = { kind: 'command', commandId, expiresAtMs: noonMs + dayMs, action } as const;
  live({ atMs: noonMs, linkUp: true, received: [command] });
  messages.length = 0;
  for (let at = noonMs + 10 * minuteMs; at <= noonMs + silentDays * dayMs; at += 10 * minuteMs) {
    const dark = Math.floor((at - noonMs) / hourMs) % 168 === 90;
    live({
      atMs: at,
      linkUp: false,
      powerPresent: !dark,
      demandMilliWh: dark ? 0 : 40_000 + ((at / minuteMs) % 7) * 1_000,
    });
  }
  nowMs = home.meter.inputAtMs;
}

/** The link is back: what either side says goes through the bad network, minute by minute. */
async function talk(): Promise<void> {
  for (tick = 1; tick <= 2_000; tick += 1) {
    nowMs += minuteMs;
    const received = down.deliver(tick).map((payload) => {
      const message = decodeDown(payload);
      assert.ok(message.ok);
      return message.value;
    });
    messages.length = 0;
    live({ atMs: nowMs, linkUp: true, powerPresent: true, received });
    for (const message of messages) up.send('up', encodeUp(message), tick);
    for (const payload of up.deliver(tick)) {
      const message = decodeUp(payload);
      if (message.ok && message.value.kind !== 'state') said.push(message.value);
      services.ingest.receive(home.meterPan, payload);
    }
    await services.ingest.drained();
    const { outbox, profile, pendingEvents } = home.meter;
    if (outbox.length + profile.count + pendingEvents.length === 0) return;
  }
  throw new Error('the meter never came to an end');
}
const said: Exclude<UpMessage, { kind: 'state' }>[] = [];

test('after 30 days without a link the server has each half-hour and each event once, in order', async () => {
  liveWithoutLink();
  assert.equal(messages.length, 0, 'nothing leaves without a link');
  assert.deepEqual([home.meter.lostProfileEntries, home.meter.lostEvents], [0, 0]);
  const kept = allEntries(home.meter.profile);
  // No interval ends while the mains are gone; each other one does.
  const missing = silentDays * 48 - kept.length;
  assert.ok(missing > 0 && missing <= 4 * 3, `${missing} half-hours are missing`);
  assert.ok((kept.at(-1)?.importEnergyWh ?? 0) > 100_000, 'energy flowed');
  const endMs = nowMs;
  await talk();
  const { counts } = up;
  assert.ok(counts.lost > 0 && counts.repeated > 0 && counts.delayed > 0, 'the network was bad');
  assert.ok(down.counts.lost > 0, 'acknowledgements were lost');
  const sequences = said.map(({ sequence }) => sequence);
  assert.ok(new Set(sequences).size < sequences.length, 'the server heard repeats');

  const { rows: readings } = await sql<{ at: number; value: bigint }>`
    SELECT read_at AS at, value FROM prewatt.readings
    WHERE meter_id = ${home.meterId}::uuid AND register = 1 AND read_at <= ${new Date(endMs)}
    ORDER BY read_at`.execute(owner.directories);
  assert.deepEqual(
    readings.map(({ at, value }) => [at, Number(value)]),
    [
      // The answer to the change of payment mode tells the register, too.
      [noonMs, 0],
      ...kept.map(({ endsAtMs, importEnergyWh }) => [endsAtMs, importEnergyWh]),
    ],
  );
  const { rows: events } = await sql<{ sequence: bigint; code: string; at: number }>`
    SELECT sequence, code, at FROM prewatt.meter_events
    WHERE meter_id = ${home.meterId}::uuid ORDER BY sequence`.execute(owner.directories);
  const expected = [...happened.values()].sort((a, b) => a.sequence - b.sequence);
  assert.ok(expected.length >= 8, 'a month has events');
  assert.deepEqual(
    events.map(({ sequence, code, at }) => [Number(sequence), code, at]),
    expected.map(({ sequence, code, atMs }) => [sequence, code, atMs]),
  );
});

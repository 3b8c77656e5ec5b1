// The drivers against virtual meters and a gateway in processes of their own: what every driver
// must do, and by DLMS and by a gateway the whole road: a sale's token applied, readings stored,
// the switch moved.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { expectOk } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import {
  createDlmsDriver,
  createLwm2mDriver,
  createMqttDriver,
  type DlmsDriver,
  driverViewOf,
  joinDrivers,
  type Lwm2mDriver,
} from '../src/metering/drivers/index.ts';
import { type Broker, createBroker, type MqttLink } from '../src/metering/headend/index.ts';
import { registerNumbers } from '../src/metering/readings/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { driverConformance } from './driver-conformance.ts';
import { createHarness, type Harness, meterPanOf, startMs } from './harness.ts';
import { buyAndPay } from './purchases.ts';
import {
  startGatewaySite,
  startVirtualMeters,
  tokenOf,
  type VirtualMeters,
} from './virtual-meters.ts';

let h: Harness;
let broker: Broker;
let meters: VirtualMeters;
let dlms: DlmsDriver;
let lwm2m: Lwm2mDriver;
let lwm2mMeters: VirtualMeters;
let byLwm2m: MeterPlace & { meterPan: string };
let link: MqttLink | null = null;
let byDlms: MeterPlace & { meterPan: string };
let site: Awaited<ReturnType<typeof startGatewaySite>>;
let atSite: MeterPlace & { meterPan: string };
const faults: string[] = [];
/** Ten minutes a second, here and in the meters. */
const speed = 600;
const realAnchorMs = Date.now();
const nowMs = (): number => startMs + Math.floor((Date.now() - realAnchorMs) * speed);

before(async () => {
  h = await createHarness({
    link: () => ({
      send: async (meterPan, payload, o) => {
        if (link === null) throw new Error('not up yet');
        await link.send(meterPan, payload, o);
      },
    }),
  });
  Object.defineProperty(h.clock, 'nowMs', { get: nowMs });
  byDlms = await h.addConnection();
  atSite = await h.addConnection();
  byLwm2m = await h.addConnection();
  const { mayConnect, clocks, utilities } = h.services;
  broker = await createBroker({ mayConnect, host: '127.0.0.1', port: 0, tls: null });
  const world = {
    mqttUrl: `mqtt://127.0.0.1:${broker.port}`,
    clock: `${realAnchorMs}:${startMs}:${speed}`,
  };
  [meters, site] = await Promise.all([
    startVirtualMeters({ ...world, meterPans: [h.meterPan, byDlms.meterPan] }),
    startGatewaySite({ ...world, meterPan: atSite.meterPan }),
  ]);
  const common = {
    ...{ database: h.database, clocks, utilities: utilities.list, random: systemRandom },
    masterKey: Buffer.alloc(32, 7),
    onFault: (meterPan: string, fault: string) => faults.push(`${meterPan} ${fault}`),
    onMended: () => {},
    onLamp: async () => {},
    log: createLog({ name: 'test', level: 'silent' }),
  };
  dlms = createDlmsDriver({ ...common, parallel: 8 });
  // Lifetimes and repeats of LwM2M are counted by real time.
  const real = { nowMs: Date.now };
  lwm2m = createLwm2mDriver({ ...common, clocks: { ...clocks, real } });
  await lwm2m.open('127.0.0.1', 0);
  lwm2mMeters = await startVirtualMeters({
    ...{ ...world, meterPans: [byLwm2m.meterPan], mqttUrl: 'mqtt://127.0.0.1:1' },
    lwm2mServer: `127.0.0.1:${lwm2m.port()}`,
  });
  await linkByDlms();
  await linkByLwm2m();
});
after(async () => {
  await dlms.close();
  await lwm2m.close();
  await broker.close();
  await Promise.all([meters.close(), lwm2mMeters.close(), site.close()]);
  await h.close();
});

async function linkByDlms(o: { readonly framing?: 'wrapper' | 'hdlc' } = {}): Promise<void> {
  const { framing = 'wrapper' } = o;
  const { encryptionKey, authenticationKey } = meters.keysOf(byDlms.meterPan);
  const { meterPan, ...place } = byDlms;
  const by = { name: 'Ada', role: 'administrator' as const };
  const request = { place, meterPan, by, requestId: randomUUID(), reason: 'A test asks for it' };
  const linked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.link(tx, request, {
      ...{ requestId: request.requestId, reason: request.reason, driver: 'dlms', framing },
      reach: { kind: 'called', host: '127.0.0.1', port: meters.ports(1)[framing] },
      ...{ clientSap: 1, serverSap: 1, readEveryMinutes: 15 },
      authentication: { kind: 'gmac', encryptionKey, authenticationKey },
    }),
  );
  expectOk(linked, 'link');
  await dlms.refresh();
}

async function linkByLwm2m(): Promise<void> {
  const { endpoint, secret } = lwm2mMeters.lwm2mOf(byLwm2m.meterPan);
  const { meterPan, ...place } = byLwm2m;
  const asked = { requestId: randomUUID(), reason: 'A test asks for it' };
  const by = { name: 'Ada', role: 'administrator' as const };
  const linked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.link(
      tx,
      { place, meterPan, by, ...asked },
      {
        ...{ ...asked, driver: 'lwm2m', endpoint, readEveryMinutes: 15 },
        proof: { kind: 'secret', secret },
      },
    ),
  );
  expectOk(linked, 'link');
  await lwm2m.refresh();
}

const simulatorOf = (meterPan: string, hurry: () => Promise<void>) => ({
  ...{ meterPan, strangerPan: meterPanOf(9_999), nowMs, hurry },
  tokenOf: (creditWh: number, n: number) => tokenOf(meterPan, creditWh, n),
});

driverConformance('mqtt', () => ({
  driver: createMqttDriver(broker.link),
  simulator: simulatorOf(h.meterPan, async () => {}),
}));

driverConformance('a gateway by mqtt', () => ({
  driver: createMqttDriver(broker.link),
  simulator: simulatorOf(atSite.meterPan, async () => {}),
}));

driverConformance('dlms', () => ({
  driver: dlms,
  simulator: simulatorOf(byDlms.meterPan, () => dlms.sweep()),
}));

driverConformance('lwm2m', () => ({
  driver: lwm2m,
  simulator: simulatorOf(byLwm2m.meterPan, () => lwm2m.sweep()),
}));

test('a meter by LwM2M is shown with what it has, and without its secret', async () => {
  const { meterPan, ...place } = byLwm2m;
  const view = await h.database.inUtility(h.utilityId, (tx) =>
    driverViewOf(tx, { ...place, meterPan }),
  );
  assert.equal(view.driver, 'lwm2m');
  assert.deepEqual([view.lwm2m?.speaks, view.lwm2m?.serial], ['messages', meterPan]);
  assert.deepEqual(view.lwm2m?.objects, ['1/0', '3/0', '19/0', '19/1', '3312/0', '10243/0']);
  assert.equal(view.lwm2m?.fault, null);
  assert.ok(!JSON.stringify(view).includes(lwm2mMeters.lwm2mOf(meterPan).secret));
});

test('the whole road by DLMS: a sale is applied, readings are stored, the switch moves', async () => {
  const { ingest, links, commands } = h.services;
  link = joinDrivers(createMqttDriver(broker.link), [dlms]);
  await link.listen({ up: ingest.receive, link: links.changed });
  const { meterPan, ...place } = byDlms;
  await h.services.upkeep();
  const saleId = await buyAndPay(h, 20_000n, 'by-dlms-1', place);
  const delivered = await until('the sale is delivered', async () => {
    await commands.sweep(h.utilityId);
    await dlms.sweep();
    await pause(100);
    return h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('tokens')
        .select(['state', 'origin'])
        .where('sale_id', '=', saleId)
        .where('state', '=', 'accepted')
        .executeTakeFirst(),
    );
  });
  assert.deepEqual(delivered, { state: 'accepted', origin: 'remote' });
  const read = await until('readings', async () => {
    await dlms.sweep();
    await pause(100);
    return h.database.inUtility(h.utilityId, async (tx) => {
      const state = await tx
        .selectFrom('meter_states')
        .selectAll()
        .where('meter_id', '=', place.meterId)
        .executeTakeFirst();
      const rows = await tx
        .selectFrom('readings')
        .select('read_at')
        .where('meter_id', '=', place.meterId)
        .execute();
      return state !== undefined && rows.length > 4 ? { state, rows: rows.length } : null;
    });
  });
  assert.ok(read.state.available_energy_wh > 20_000n, `${read.state.available_energy_wh} Wh`);
  assert.equal(read.state.load_switch, 'connected');
  await h.database.inUtility(h.utilityId, (tx) =>
    commands.enqueue(tx, {
      ...{ place, requestId: randomUUID(), kind: 'switchOpen', word: 'operator' },
      ...{ action: { kind: 'switchOpen', cause: 'operator' }, expiresAtMs: nowMs() + 86_400_000 },
      asked: { by: 'Ada', reason: 'A test asks for it' },
    }),
  );
  await until('the switch is open', async () => {
    await commands.sweep(h.utilityId);
    await pause(100);
    return h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('meter_states')
        .select('load_switch')
        .where('meter_id', '=', place.meterId)
        .where('load_switch', '=', 'disconnected')
        .executeTakeFirst(),
    );
  });
  const view = await h.database.inUtility(h.utilityId, (tx) =>
    driverViewOf(tx, { ...place, meterPan }),
  );
  assert.equal(view.dlms?.fault, null);
  assert.equal(view.dlms?.account?.currency.name, 'kWh');
  assert.ok((view.dlms?.account?.credits.length ?? 0) > 0);
  assert.ok(!JSON.stringify(view).includes(meters.keysOf(meterPan).encryptionKey));
  assert.deepEqual(faults, []);
});

test('a sale reaches the home of a gateway, and its use is on record', async () => {
  const { ingest, links, commands } = h.services;
  link = joinDrivers(createMqttDriver(broker.link), [dlms]);
  await link.listen({ up: ingest.receive, link: links.changed });
  const { meterPan: _, ...place } = atSite;
  const saleId = await buyAndPay(h, 20_000n, 'by-gateway-1', place);
  await until('the sale is delivered', async () => {
    await commands.sweep(h.utilityId);
    await pause(100);
    return h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('tokens')
        .select('state')
        .where('sale_id', '=', saleId)
        .where('state', '=', 'accepted')
        .executeTakeFirst(),
    );
  });
  const used = await until('use is on record', async () => {
    await pause(100);
    return h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('readings')
        .select('value')
        .where('meter_id', '=', place.meterId)
        .where('register', '=', registerNumbers.importEnergyWh)
        .where('value', '>', 200n)
        .executeTakeFirst(),
    );
  });
  assert.ok(used.value < 100_000n, 'what the bus had counted before is nobody’s use');
});

async function until<T>(what: string, probe: () => Promise<T | null | undefined>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const value = await probe();
    if (value !== null && value !== undefined) return value;
  }
  throw new Error(`waited in vain: ${what}`);
}

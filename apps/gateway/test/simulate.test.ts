// The bus without a wire: it answers as the meters of the site's file, at the bus's own address.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import {
  createBus,
  encodeDlt645,
  enterSanxingToken,
  findDlt645,
  findSunSpec,
  readMeter,
  readSunSpec,
  shippedMaps,
} from '@prewatt/fieldbus';
import { createContactor } from '../src/contactor.ts';
import { localParts } from '../src/gateway.ts';
import { createModbus } from '../src/modbus.ts';
import { openPort } from '../src/ports.ts';
import { startSimulation } from '../src/simulate.ts';
import { startStsMeters } from '../src/simulate-sts.ts';
import type { LoadedSite } from '../src/site.ts';
import { channelOf, firstPan, loadSite, siteOf, temporaryFolder, tokenOf } from './fixtures.ts';

const folder = temporaryFolder();
after(folder.remove);
const own12 = '202612030001';
/** Numbers with their two check digits. */
const ends = ['181', '264', '348', '421', '595', '678', '751', '835', '918'];
const numbered = (nth: number): string => `600727000000000${ends[nth - 1]}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  server.close();
  await once(server, 'close');
  return typeof at === 'object' && at !== null ? at.port : 0;
}

const [shopPan, shopAddress] = [numbered(8), '045070929414'];
const shop = { mqttSecret: 'secret-of-the-shop', bus: 'row', kind: 'sanxing' } as const;

const siteAt = (port: number): LoadedSite => {
  const at = { kind: 'tcp', host: '127.0.0.1', port, framing: 'bytes' } as const;
  const coil = (nth: number) => ({ kind: 'coil', bus: 'row', unit: 101, coil: nth }) as const;
  const own = { kind: 'meterSwitch', password: '02123456', operator: '00000001' } as const;
  const maps = [...shippedMaps.values()].filter(({ protocol }) => protocol !== 'dlt645-2007');
  return loadSite(
    folder.path,
    siteOf({
      buses: [
        { ...at, name: 'row' },
        { kind: 'serial', name: 'wire', path: '/dev/ttyUSB0' },
      ],
      channels: [
        channelOf(firstPan, { address: own12, map: 'dlt645-2007', contactor: own }),
        ...maps.map(({ name, protocol }, nth) =>
          channelOf(firstPan, {
            ...{ meterPan: numbered(nth + 1), name, map: name, contactor: coil(nth) },
            address: protocol === 'dlt645-1997' ? own12.replace('1', '2') : `${nth + 1}`,
          }),
        ),
      ],
      mainMeter: { bus: 'row', address: '60', map: 'eastron-three-phase' },
      power: [{ bus: 'row', unit: 61 }],
      stsMeters: [
        { ...shop, meterPan: shopPan, name: 'Shop', address: shopAddress },
        { ...shop, meterPan: numbered(9), name: 'Mill', address: '045070929415' },
      ],
    }),
  );
};

test('each shipped map is read off its simulated meter, and switches move', async () => {
  const loaded = siteAt(await freePort());
  const { name: _, mqttSecret: __, protection: ___, ...key } = channelOf(shopPan);
  const stsKeys = [key];
  const simulated = await startSimulation({ ...loaded, stsKeys }, 'row');
  assert.ok(simulated.ok, simulated.ok ? '' : simulated.error);
  const { address, meters, leftOut, close } = simulated.value;
  after(close);
  const { channels, buses, mainMeter } = loaded.site;
  assert.deepEqual(
    [meters, leftOut],
    [channels.length + 3, ['Mill (its key is not in simulated-sts.json)']],
  );
  const [row = assert.fail()] = buses;
  const port = openPort(row);
  assert.match(address, /^127\.0\.0\.1:\d+$/);
  const timers = {
    nowMs: Date.now,
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const bus = createBus({ port, clock: timers, echo: false, quietMs: 0, lateMs: 20, tries: 1 });
  await bus.run(async (talk) => {
    const modbus = createModbus(talk, { framing: 'bytes' });
    for (const meter of [...channels, mainMeter ?? assert.fail()]) {
      const map = loaded.maps.get(meter.map) ?? assert.fail();
      const read = await readMeter(talk, modbus, { map, address: meter.address });
      assert.ok(read.ok, `${meter.map}: ${read.ok ? '' : read.error}`);
      const { importWh = 0, voltageMvL1, powerW, powerWL1 } = read.value;
      assert.deepEqual([importWh, voltageMvL1], [1_000_000, 230_000], meter.map);
      assert.equal(powerW ?? powerWL1, 0, meter.map);
    }
    for (const setting of channels.slice(0, 2)) {
      const { line } = loaded.maps.get(setting.map) ?? assert.fail();
      const contactor = createContactor(setting, {
        ...{ meterLine: line, localTime: () => localParts(Date.now(), 'UTC') },
      });
      assert.deepEqual(await contactor?.drive(talk, modbus, true), { ok: true, value: true });
    }
    const entered = { address: shopAddress, digits: tokenOf(shopPan, 5_000, 1) };
    const first = await enterSanxingToken(talk, entered);
    assert.ok(first.ok && first.value.kind === 'accepted' && first.value.creditedWh === 5_000);
    const again = await enterSanxingToken(talk, entered);
    assert.deepEqual(again, { ok: true, value: { kind: 'used' } });
    const registers = (from: number, count: number) =>
      modbus.readRegisters({ unit: 61, function: 3, at: from, count });
    const device = await findSunSpec(registers);
    assert.ok(device.ok);
    const plant = await readSunSpec(registers, device.value);
    assert.ok(plant.ok);
    assert.equal(plant.value.quantities.batteryPermille, 800);
    assert.deepEqual([plant.value.inverter, plant.value.charge], ['producing', 'charging']);
  });
  await port.close();
  const taken = await startSimulation(loaded, 'row');
  assert.ok(!taken.ok && /EADDRINUSE/.test(taken.error));
});

test('an STS meter of a simulated bus counts what is drawn in any steps', () => {
  const { name: _, mqttSecret: __, protection: ___, ...key } = channelOf(shopPan);
  const setting = { ...shop, meterPan: shopPan, name: 'Shop', address: shopAddress };
  const { meters } = startStsMeters([{ ...setting, everySeconds: 60 }], [key]);
  const [meter = assert.fail()] = meters;
  const entered = [1, 0xe0, ...new TextEncoder().encode(tokenOf(shopPan, 5_000, 1))];
  const ask = (data: readonly number[]) =>
    meter.answer(encodeDlt645({ address: shopAddress, control: 0, data: Uint8Array.from(data) }));
  ask(entered);
  for (let nth = 0; nth < 60; nth += 1) meter.act({ kind: 'wait', ms: 1_000 });
  for (let nth = 0; nth < 354; nth += 1) meter.act({ kind: 'wait', ms: 10_000 });
  const said = findDlt645(ask([2, 0xe0, 0x30, 0x30, 0x31]) ?? assert.fail())?.frame.data;
  // One hour of a kilowatt, in hundredths of a kilowatt-hour, low byte first: credit, register.
  assert.equal(said?.slice(-8).toHex(), '9001000064000000');
});

test('a bus that is no converter here is said so', async () => {
  const site = siteAt(1);
  const [wire, none] = [await startSimulation(site, 'wire'), await startSimulation(site, 'none')];
  assert.ok(!wire.ok && /no converter/.test(wire.error));
  assert.ok(!none.ok && /no bus "none"/.test(none.error));
});

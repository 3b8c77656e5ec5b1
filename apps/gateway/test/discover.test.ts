// Discovery on a bus with meters of two protocols, a contactor, and addresses that collide.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BusClock, shippedMaps } from '@prewatt/fieldbus';
import { ok } from '@prewatt/quantities';
import { discover, textOfDevice } from '../src/discovery.ts';
import { createSimulatedBus, type SimulatedBus } from '../src/simulated-bus.ts';
import { fillSunSpec } from '../src/simulated-meter.ts';
import type { BusSetting } from '../src/site.ts';

/** Time that is over at once: the bus answers within the write, or not at all. */
function hastyClock(): BusClock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after: (ms, run) => {
      const soon = setImmediate(() => {
        nowMs += ms;
        run();
      });
      return () => clearImmediate(soon);
    },
  };
}

async function found(bus: SimulatedBus): Promise<string[]> {
  const setting: BusSetting = {
    ...({ kind: 'tcp', framing: 'bytes' } as const),
    ...{ name: 'row', host: 'none', port: 1, quietMs: 0 },
  };
  const devices = await discover(setting, {
    maps: shippedMaps.values(),
    clock: hastyClock(),
    openPort: () => {
      let hear: (bytes: Uint8Array) => void = () => undefined;
      return {
        setLine: async () => ok(undefined),
        write: async (sent) => {
          const answer = bus.answer(sent);
          if (answer !== null) hear(answer);
          return ok(undefined);
        },
        onBytes: (listener) => {
          hear = listener;
        },
        close: async () => undefined,
      };
    },
  });
  return devices.map((device) => textOfDevice(device, setting));
}

test('meters are found with the maps that read them, a contactor as one that answers', async () => {
  const bus = createSimulatedBus();
  bus.unit(7);
  bus.unit(101).registers.clear();
  bus.unit(101).coils.set(0, false);
  bus.unit(102).registers.clear();
  bus.unit(103).registers.clear();
  fillSunSpec(bus, 103, { generationW: 10, batteryPermille: 500 });
  for (const address of ['202611240001', '202611240002', '202611249902', '000000000055']) {
    bus.dlt645(address).set('00010000', '56341200');
  }
  bus.dlt645('000000000055').clear();
  for (const address of ['000000111301', '000000221301']) bus.dlt645(address).set('9010', '785634');
  // The converter has the speed, so that each device answers at all of them, and is named once.
  assert.deepEqual(await found(bus), [
    'modbus 7: ytl-single-phase',
    'modbus 101: no meter; it has coils, as for contactors',
    'modbus 102: no map reads it',
    'modbus 103: an inverter or battery by SunSpec',
    ...['000000000055', '202611240001', '202611240002', '202611249902'].map(
      (address) => `dlt645-2007 ${address}: dlt645-2007`,
    ),
    ...['000000111301', '000000221301'].map((address) => `dlt645-1997 ${address}: dlt645-1997`),
  ]);
});

test('an empty bus has nobody', async () => {
  assert.deepEqual(await found(createSimulatedBus()), []);
});

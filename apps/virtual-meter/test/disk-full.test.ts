// A meter on a disk that is full: what it cannot keep has not happened, and it goes on afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeterState } from '@prewatt/meter';
import type { UpMessage } from '@prewatt/protocol';
import { ok } from '@prewatt/quantities';
import { factoryFile } from '../src/factory.ts';
import { loadHomes } from '../src/homes.ts';
import { createVirtualMeter } from '../src/virtual-meter.ts';
import { factory, tokenOf } from './bench.ts';

const [made] = factoryFile.parse(factory).meters;
const home = loadHomes().find(({ id }) => id === made?.homeProfile);
assert.ok(made !== undefined && home !== undefined);

/** The meter, and the disk that it writes to. */
function meterOn(disk: { isFull: boolean; fault?: Error }) {
  let kept: MeterState | null = null;
  const said: boolean[] = [];
  const sent: UpMessage[] = [];
  let nowMs = Date.UTC(2026, 10, 18, 10);
  assert.ok(made !== undefined && home !== undefined);
  const meter = createVirtualMeter(made, home, {
    clock: { nowMs: () => nowMs },
    speed: 1,
    store: {
      load: () => ok(null),
      save: (state) => {
        if (disk.fault !== undefined) throw disk.fault;
        if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
        kept = state;
      },
    },
    send: (message) => sent.push(message),
    changed: () => undefined,
    onDiskFull: (_, full) => said.push(full),
  });
  const type = (digits: string) => {
    nowMs += 60_000;
    return meter.advance({ keypad: digits });
  };
  return { meter, said, sent, type, kept: () => kept };
}

test('a token that cannot be kept is not taken, and is good once there is room', () => {
  const disk = { isFull: false };
  const { meter, said, sent, type, kept } = meterOn(disk);
  type(tokenOf(12_300, 1));
  const before = meter.state().creditedMilliWh;
  assert.equal(before, 12_300_000);
  const told = sent.length;
  disk.isFull = true;
  const token = tokenOf(5_000, 2);
  type(token);
  type(token);
  meter.store();
  assert.equal(meter.state().creditedMilliWh, before, 'nothing was credited');
  assert.equal(sent.length, told, 'and nobody was told of any');
  assert.deepEqual(said, [true], 'which is said once');
  assert.ok(meter.standsStill(), 'its page says so');
  assert.equal(kept()?.creditedMilliWh, before);
  disk.isFull = false;
  const { keypadOutcome } = type(token);
  assert.equal(keypadOutcome?.result, 'accepted');
  assert.equal(meter.state().creditedMilliWh, before + 5_000_000);
  assert.equal(kept()?.creditedMilliWh, before + 5_000_000);
  assert.deepEqual(said, [true, false]);
  assert.equal(meter.standsStill(), false);
});

test('another fault of the disk is not taken for a full one', () => {
  const { type } = meterOn({ isFull: false, fault: new Error('EIO') });
  assert.throws(() => type(tokenOf(1_000, 1)), /EIO/);
});

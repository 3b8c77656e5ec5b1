// Power loss at any instant loses nothing: a life is stored write by write, each write is cut at a
// random character, and what is restored is what stood before the write or after it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandAction } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  loadSlots,
  type MeterInput,
  type MeterState,
  nextWrite,
  type SlotIndex,
  serialiseMeter,
  step,
} from '../src/index.ts';
import {
  deliver,
  firstTid,
  friendly,
  hourMs,
  managementTokenOf,
  moneyTokenOf,
  newMeter,
  noonMs,
  tokenOf,
  told,
} from './fixtures.ts';

type Device = { slots: [string | null, string | null] };
type Last = { readonly slot: SlotIndex; readonly generation: number } | null;

/**
 * A write of which power leaves so many characters: the rest is missing (a file), or as it was
 * before (a page of memory).
 */
function writeCut(
  device: Device,
  o: { slot: SlotIndex; text: string; cut: number; page: boolean },
) {
  const kept = Math.floor(o.cut * (o.text.length - 1));
  const before = o.page ? (device.slots[o.slot] ?? '') : '';
  device.slots[o.slot] = o.text.slice(0, kept) + before.slice(kept);
}

const inputs = (state: MeterState, n: number): MeterInput => {
  const atMs = state.inputAtMs + hourMs / 4;
  const tid = firstTid + (n % 7);
  switch (n % 4) {
    case 0:
      return { atMs, keypad: tokenOf(1_000 + 100 * (n % 30), tid), linkUp: true };
    case 1:
      return { atMs, received: [deliver(n, tokenOf(2_000, tid), atMs + hourMs)] };
    case 2:
      return { atMs, demandMilliWh: 777_777 };
    default:
      return { atMs, powerPresent: false };
  }
};

test('power cut at every write, at any character, loses nothing and repeats nothing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ act: fc.nat(200), cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) }),
        {
          minLength: 1,
          maxLength: 25,
        },
      ),
      (life) => {
        const device: Device = { slots: [null, null] };
        let state = newMeter();
        let last: Last = null;
        // The factory stores the new meter; only then does it leave.
        for (const _ of [1, 2]) {
          const write = nextWrite(state, last);
          device.slots[write.slot] = write.text;
          last = write;
        }
        const credited = new Set<number>();
        for (const { act, cut } of life) {
          const next = step(state, inputs(state, act));
          const write = nextWrite(next.state, last);
          if (cut === null) {
            device.slots[write.slot] = write.text;
          } else {
            writeCut(device, { ...write, cut, page: act % 2 === 0 });
            const found = expectOk(loadSlots(device.slots), 'load');
            assert.ok(found !== null);
            const isBefore = serialiseMeter(found.state) === serialiseMeter(state);
            assert.ok(isBefore, 'what stood before');
            // Power is back: the same input comes again, as a person or a head-end would repeat it.
            state = found.state;
            last = found;
            continue;
          }
          for (const event of next.outputs.events) {
            if (event.code !== 'token' || event.outcome.result !== 'accepted') continue;
            const tid = event.outcome.tid ?? -1;
            assert.ok(!credited.has(tid), 'credited once');
            credited.add(tid);
          }
          state = next.state;
          last = write;
          const found = expectOk(loadSlots(device.slots), 'load');
          assert.deepEqual(found?.state, state, 'what was written is what is found');
        }
      },
    ),
    { numRuns: 60 },
  );
});

/** One life with each kind of change: tokens, commands, hands, tamper, mains, clock, unit. */
function* wholeLife(): Generator<(state: MeterState) => MeterInput> {
  const later = (input: Omit<MeterInput, 'atMs'>) => (state: MeterState) => ({
    atMs: state.inputAtMs + hourMs,
    ...input,
  });
  const asked = (action: CommandAction) => (state: MeterState) =>
    told(state.inputAtMs + hourMs, action);
  yield later({ keypad: tokenOf(6_000), linkUp: true });
  yield later({ demandMilliWh: 4_000_000, demandW: 4_000 });
  yield later({ keypad: '890' });
  yield later({ sensors: { coverOpen: true, magnet: true } });
  yield later({ powerPresent: false, sensors: { coverOpen: false } });
  yield later({ demandMilliWh: 3_000_000, demandW: 3_000 });
  yield later({ keypad: tokenOf(9_000, firstTid + 1) });
  yield asked({ kind: 'setPowerLimit', limitW: 2_000 });
  yield asked({ kind: 'switchOpen', cause: 'safety' });
  yield asked({ kind: 'switchClose' });
  yield asked({ kind: 'setClock', atMs: noonMs + 12 * hourMs });
  yield asked({ kind: 'setTariff', documentJson: tariffJson, activatesAtMs: noonMs });
  yield asked({
    ...{ kind: 'setPaymentMode', paymentMode: 'prepayment', creditUnit: 'money' },
    ...{ balance: 'keep', microMinorPerKwh: 200_000_000n },
  } as const);
  yield later({ demandMilliWh: 1_234_567 });
  yield later({ keypad: moneyTokenOf(1_000_000, firstTid + 2) });
  yield later({ keypad: managementTokenOf({ kind: 'clearTamper' }, firstTid + 3) });
  yield later({ keypad: '898' });
}

const tariffJson = JSON.stringify({
  schema: 'prewatt-tariff-1',
  ...{ id: 'flat', version: 1, utility: 'Bench', country: 'ZA', customerClass: 'Domestic' },
  ...{ zone: 'Africa/Johannesburg', currency: { code: 'ZAR', scale: 2 } },
  ...{ effectiveFrom: '2020-01-01', invented: true },
  energy: { schedules: [{ code: 'all', blocks: [{ uptoKwh: null, rate: '2.00' }] }] },
  charges: [{ code: 'service', label: 'Service', per: 'day', amount: '0.50' }],
});

test('each write of a whole life is cut from its first character to its last', () => {
  const device: Device = { slots: [null, null] };
  let state = newMeter({ protection: { ...friendly, emergencyCreditWh: '3000' } });
  let last: Last = null;
  for (const _ of [1, 2]) {
    const write = nextWrite(state, last);
    device.slots[write.slot] = write.text;
    last = write;
  }
  for (const input of wholeLife()) {
    const next = step(state, input(state));
    assert.notDeepEqual(next.state, state, 'each step changes something');
    const write = nextWrite(next.state, last);
    const before = serialiseMeter(state);
    const { length } = write.text;
    // The head holds schema, generation and checksum: each character of it; then every so often.
    const cuts = new Set([...Array(80).keys(), length - 2, length - 1]);
    for (let kept = 80; kept < length; kept += 211) cuts.add(kept);
    for (const kept of cuts) {
      for (const page of [false, true]) {
        const torn: Device = { slots: [...device.slots] };
        const rest = page ? (torn.slots[write.slot] ?? '').slice(kept) : '';
        torn.slots[write.slot] = write.text.slice(0, kept) + rest;
        const found = expectOk(loadSlots(torn.slots), 'load');
        assert.ok(found !== null && serialiseMeter(found.state) === before, `cut at ${kept}`);
      }
    }
    device.slots[write.slot] = write.text;
    assert.deepEqual(expectOk(loadSlots(device.slots), 'load')?.state, next.state);
    state = next.state;
    last = write;
  }
  assert.ok(state.money !== null && state.money.creditedMicro > 0, 'the life went its way');
});

test('the very first write may be cut too: there was nothing to lose', () => {
  const { text } = nextWrite(newMeter(), null);
  for (let kept = 0; kept < text.length; kept += 97) {
    assert.deepEqual(loadSlots([text.slice(0, kept), null]), { ok: true, value: null });
  }
  assert.deepEqual(loadSlots([null, null]), { ok: true, value: null });
});

test('with one slot spoiled the other holds; with both spoiled the meter does not guess', () => {
  const start = newMeter();
  const first = nextWrite(start, null);
  const later = step(start, { atMs: noonMs + hourMs, keypad: tokenOf(5_000) }).state;
  const second = nextWrite(later, first);
  assert.deepEqual([first.slot, second.slot], [0, 1]);
  const flip = (text: string) => text.replace('"powerW":0', '"powerW":1');
  const newest = expectOk(loadSlots([first.text, second.text]), 'both');
  assert.equal(newest?.generation, 2);
  const older = expectOk(loadSlots([first.text, flip(second.text)]), 'one');
  assert.equal(older?.generation, 1);
  assert.deepEqual(loadSlots([flip(first.text), flip(second.text)]), {
    ok: false,
    error: 'checksum',
  });
  const swapped = second.text.replace('"generation":2', '"generation":9');
  assert.equal(expectOk(loadSlots([first.text, swapped]), 'generation')?.generation, 1);
  const past = first.text.replace('"schema":2', '"schema":1');
  assert.deepEqual(loadSlots([past, null]), { ok: false, error: 'schema-version' });
});

// Power loss at any instant loses nothing: a life is stored write by write, each write is cut at a
// random character, and what is restored is what stood before the write or after it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
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
import { deliver, firstTid, hourMs, newMeter, noonMs, tokenOf } from './fixtures.ts';

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

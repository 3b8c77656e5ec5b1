// Live rows in the lists on screen, what events make stale, and a stream that is lost and found.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeterRow } from '@prewatt/api';
import { createBatch } from './batch.ts';
import {
  createLiveConnection,
  type EventStream,
  type LiveState,
  retryDelayMs,
  silentForMs,
} from './connection.ts';
import { createFilterMemory, mergeMeterRows } from './merge.ts';

const row = (connectionId: string, changed: Partial<MeterRow> = {}): MeterRow => ({
  connectionId,
  meterPan: '600727000000000009',
  connectionName: connectionId,
  customerName: null,
  creditMode: 'energy',
  balanceMinor: null,
  availableEnergyWh: '5000',
  powerW: '100',
  usedTodayWh: '900',
  usedTodaySince: null,
  usedTodayEstimated: false,
  loadSwitch: 'connected',
  switchUnknownSince: null,
  creditStatus: 'inCredit',
  creditEndsAt: null,
  creditEndsAtPresentUse: null,
  lastContactAt: '2026-11-24T12:00:00.000Z',
  silent: false,
  firmware: null,
  ...changed,
});

const shown = {
  pages: [
    { rows: [row('a'), row('b')], nextCursor: '2' },
    { rows: [row('c')], nextCursor: null },
  ],
  pageParams: [null, '2'],
};

describe('live rows', () => {
  it('replace what is shown, in its place, on whichever page it is', () => {
    const merged = mergeMeterRows(shown, [row('c', { powerW: '250' })]);
    assert.equal(merged.pages[1]?.rows[0]?.powerW, '250');
    assert.equal(merged.pages[0], shown.pages[0]);
    assert.equal(merged.pages[1]?.nextCursor, null);
  });
  it('that are not shown change nothing, not even the object', () => {
    assert.equal(mergeMeterRows(shown, [row('elsewhere')]), shown);
  });
  it('that are older than what is shown do not undo it', () => {
    const old = row('a', { powerW: '1', lastContactAt: '2026-11-24T11:59:00.000Z' });
    assert.equal(mergeMeterRows(shown, [old]).pages[0]?.rows[0]?.powerW, '100');
  });
  it('of the same contact do replace: the switch may have moved on the server alone', () => {
    const silent = row('a', { silent: true });
    assert.equal(mergeMeterRows(shown, [silent]).pages[0]?.rows[0]?.silent, true);
  });
  it('make filtered lists stale only when what filters look at has changed', () => {
    const memory = createFilterMemory();
    assert.ok(memory.changed([row('a')]));
    assert.ok(!memory.changed([row('a', { powerW: '9', availableEnergyWh: '1' })]));
    assert.ok(memory.changed([row('a', { creditStatus: 'lowCredit' })]));
    assert.ok(!memory.changed([row('a', { creditStatus: 'lowCredit' })]));
  });
});

describe('a batch', () => {
  it('reads each stale key once per interval, however often it was named', () => {
    const read: string[] = [];
    const timers: (() => void)[] = [];
    const batch = createBatch({
      schedule: (run) => timers.push(run),
      invalidate: (key) => read.push(key.join('/')),
      delayMs: 1000,
    });
    batch.add(['sales']);
    batch.add(['sales']);
    batch.add(['connection', 'a']);
    assert.deepEqual(read, []);
    assert.equal(timers.length, 1);
    timers[0]?.();
    assert.deepEqual(read, ['sales', 'connection/a']);
    batch.add(['sales']);
    assert.equal(timers.length, 2);
  });
});

function liveFixture() {
  const states: LiveState[] = [];
  const streams: (EventStream & { closed: boolean })[] = [];
  const waits: { run: () => void; delayMs: number; cancelled: boolean }[] = [];
  const heard: string[] = [];
  let reopened = 0;
  const connection = createLiveConnection({
    open: () => {
      const stream = {
        onopen: null,
        onmessage: null,
        onbeat: null,
        onerror: null,
        closed: false,
        close: () => {
          stream.closed = true;
        },
      };
      streams.push(stream);
      return stream;
    },
    schedule: (run, delayMs) => {
      const wait = { run, delayMs, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    },
    onState: (state) => states.push(state),
    onMessage: (data) => heard.push(data),
    onReopened: () => {
      reopened += 1;
    },
  });
  const last = () => streams.at(-1);
  const retries = () => waits.filter(({ delayMs }) => delayMs !== silentForMs);
  const watches = () => waits.filter(({ delayMs }) => delayMs === silentForMs);
  return {
    connection,
    states,
    streams,
    waits,
    retries,
    watches,
    heard,
    last,
    reopened: () => reopened,
  };
}

describe('the live connection', () => {
  it('tells what it hears and that it is live', () => {
    const live = liveFixture();
    live.last()?.onopen?.();
    live.last()?.onmessage?.({ data: 'x' });
    assert.deepEqual(live.states, ['connecting', 'live']);
    assert.deepEqual(live.heard, ['x']);
    assert.equal(live.reopened(), 0);
  });
  it('waits longer after each loss, and starts afresh once it is live', () => {
    const live = liveFixture();
    live.last()?.onerror?.();
    live.retries()[0]?.run();
    live.last()?.onerror?.();
    assert.deepEqual(
      live.retries().map((wait) => wait.delayMs),
      [1000, 2000],
    );
    live.retries()[1]?.run();
    live.last()?.onopen?.();
    live.last()?.onerror?.();
    assert.equal(live.retries().at(-1)?.delayMs, 1000);
    assert.equal(retryDelayMs(50), 30_000);
  });
  it('says after a loss that events may have been missed, once', () => {
    const live = liveFixture();
    live.last()?.onerror?.();
    live.retries()[0]?.run();
    live.last()?.onopen?.();
    live.last()?.onopen?.();
    assert.equal(live.reopened(), 1);
    assert.deepEqual(live.states, ['connecting', 'lost', 'live', 'live']);
  });
  it('on demand tries at once and drops the planned try', () => {
    const live = liveFixture();
    live.connection.markLost();
    live.connection.retryNow();
    assert.equal(live.streams.length, 2);
    assert.ok(live.retries()[0]?.cancelled);
  });
  it('leaves a stream that works alone', () => {
    const live = liveFixture();
    live.last()?.onopen?.();
    live.connection.retryNow();
    assert.equal(live.streams.length, 1);
  });
  it('is lost when not even a beat comes for three of them, and tries again', () => {
    const live = liveFixture();
    const [first] = live.streams;
    first?.onopen?.();
    first?.onbeat?.();
    first?.onmessage?.({ data: 'x' });
    // Each sign of life begins the wait anew.
    assert.deepEqual(
      live.watches().map(({ cancelled }) => cancelled),
      [true, true, true, false],
    );
    live.watches().at(-1)?.run();
    assert.ok(first?.closed);
    assert.deepEqual(live.states, ['connecting', 'live', 'lost']);
    live.retries().at(-1)?.run();
    live.last()?.onopen?.();
    assert.deepEqual(live.states.at(-1), 'live');
    assert.equal(live.reopened(), 1);
  });
  it('is lost when it never opens', () => {
    const live = liveFixture();
    live.watches()[0]?.run();
    assert.deepEqual(live.states, ['connecting', 'lost']);
  });
  it('is silent after it was closed', () => {
    const live = liveFixture();
    const stream = live.last();
    live.connection.close();
    assert.ok(stream?.closed);
    assert.equal(stream?.onerror, null);
    assert.ok(live.waits.every(({ cancelled }) => cancelled));
  });
});

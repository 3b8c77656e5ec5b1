// A line in memory: what the master sends goes to a device, whose answer comes back in pieces, as
// late and as damaged as a test wants. Time is a number that timers move, so no test waits.

import { ok } from '@prewatt/quantities';
import { type BusClock, type BytePort, createBus, type LineSettings } from '../src/index.ts';

export type Device = (sent: Uint8Array, line: LineSettings | null) => Uint8Array | null;
/** What a device's answer becomes on its way, and after how many milliseconds. */
export type Damage = (answer: Uint8Array, turn: number) => readonly Piece[];
export type Piece = { readonly afterMs: number; readonly bytes: Uint8Array };

/** Time that leaps to the next timer whenever nothing else is to be done. */
export function createLeapingClock(): BusClock {
  let nowMs = 0;
  let order = 0;
  const timers: { atMs: number; order: number; run: () => void }[] = [];
  let isLeaping = false;
  const leap = () => {
    isLeaping = false;
    timers.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const next = timers.shift();
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.run();
    schedule();
  };
  const schedule = () => {
    if (isLeaping || timers.length === 0) return;
    isLeaping = true;
    setImmediate(leap);
  };
  return {
    nowMs: () => nowMs,
    after: (ms, run) => {
      order += 1;
      const timer = { atMs: nowMs + ms, order, run };
      timers.push(timer);
      schedule();
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
  };
}

const whole: Damage = (bytes) => [{ afterMs: 5, bytes }];

export function simulate(
  device: Device,
  {
    damage = whole,
    echo = false,
    tries = 3,
  }: { damage?: Damage; echo?: boolean; tries?: number } = {},
) {
  const clock = createLeapingClock();
  let hear: (bytes: Uint8Array) => void = () => undefined;
  let line: LineSettings | null = null;
  let turn = 0;
  const sent: Uint8Array[] = [];
  const port: BytePort = {
    setLine: async (next) => {
      line = next;
      return ok(undefined);
    },
    write: async (bytes) => {
      sent.push(bytes);
      if (echo) hear(bytes);
      const answer = device(bytes, line);
      turn += 1;
      if (answer !== null) {
        for (const piece of damage(answer, turn)) {
          clock.after(piece.afterMs, () => hear(piece.bytes));
        }
      }
      return ok(undefined);
    },
    onBytes: (listener) => {
      hear = listener;
    },
  };
  const bus = createBus({ port, clock, echo, quietMs: 4, lateMs: 200, tries });
  const babble = (bytes: Uint8Array) => hear(bytes);
  return { bus, sent, clock, babble, lineNow: () => line };
}

// Two endpoints on a line that loses, doubles and delays datagrams, in a time of its own.

import type { Random } from '@prewatt/quantities/fuzzing';
import {
  type CoapEndpoint,
  type CoapEvent,
  type CoapOutput,
  createCoapEndpoint,
} from '../src/index.ts';

export type Side = 'left' | 'right';
export type Line = {
  readonly endpoints: Readonly<Record<Side, CoapEndpoint>>;
  readonly nowMs: () => number;
  /** Puts what a side gives on the line, and tells of its events. */
  readonly put: (side: Side, output: CoapOutput) => void;
  /** Until nothing is under way, or so long has passed. */
  readonly run: (forMs: number) => void;
  readonly datagrams: () => number;
};

export type LineOptions = {
  readonly random: Random;
  /** One datagram in so many is lost, doubled, or delayed; 0: none. */
  readonly badOneIn: number;
  readonly hear: (side: Side, event: CoapEvent, line: Line) => void;
  readonly limits?: Parameters<typeof createCoapEndpoint>[0]['limits'];
};

const stepMs = 50;

export function createLine(o: LineOptions): Line {
  const { random, badOneIn } = o;
  const make = () =>
    createCoapEndpoint({
      random: random.bytes,
      ...(o.limits === undefined ? {} : { limits: o.limits }),
    });
  let nowMs = 1_000_000;
  let count = 0;
  let flying: { to: Side; bytes: Uint8Array; atMs: number }[] = [];
  const other = (side: Side): Side => (side === 'left' ? 'right' : 'left');
  const isBad = (): boolean => badOneIn > 0 && random.chance(badOneIn);
  const line: Line = {
    endpoints: { left: make(), right: make() },
    nowMs: () => nowMs,
    put: (side, { datagrams, events }) => {
      for (const { bytes } of datagrams) {
        count += 1;
        const delayMs = isBad() ? random.below(5_000) : random.below(100);
        if (!isBad()) flying.push({ to: other(side), bytes, atMs: nowMs + delayMs });
        if (isBad()) flying.push({ to: other(side), bytes, atMs: nowMs + random.below(9_000) });
      }
      for (const event of events) o.hear(side, event, line);
    },
    run: (forMs) => {
      for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += stepMs) {
        const due = flying.filter(({ atMs }) => atMs <= nowMs);
        flying = flying.filter(({ atMs }) => atMs > nowMs);
        for (const { to, bytes } of due) {
          line.put(to, line.endpoints[to].receive('peer', bytes, nowMs));
        }
        for (const side of ['left', 'right'] as const) {
          line.put(side, line.endpoints[side].tick(nowMs));
        }
        const isIdle = flying.length === 0 && line.endpoints.left.counts().busy === 0;
        if (isIdle && line.endpoints.right.counts().busy === 0) return;
      }
    },
    datagrams: () => count,
  };
  return line;
}

// Demo time: starts at real time on the first run, goes `speed` times as fast, stands still while
// the demo is stopped, and never goes back. The file holds an instant that demo time has not
// reached yet (a reservation a few seconds ahead), so that a crash skips a little and never
// repeats.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { unlessFull } from './disk-room.ts';
import { DemoRefusal } from './refusal.ts';

export type DemoClock = {
  /** 'realAnchorMs:demoAnchorMs:speed', the value of PREWATT_CLOCK. */
  anchor: string;
  nowMs(): number;
  /** Writes the present instant and stops: demo time stands still from here. */
  stop(): void;
};

export type DemoClockOptions = {
  file: string;
  speed: number;
  realNowMs: () => number;
};

/** How far ahead the file is written, in real time; the file is written each second. */
const reserveMs = 5_000;

/** Where demo time stands before it runs: what the file says, or the real time of a first run. */
export function demoTimeAtRest(file: string, realNowMs: () => number): number {
  return readMark(file) ?? realNowMs();
}

/** Continues demo time from the file, and keeps the file ahead of it until `stop`. */
export function startDemoClock(options: DemoClockOptions): DemoClock {
  const { file, speed, realNowMs } = options;
  const realAnchorMs = realNowMs();
  const demoAnchorMs = readMark(file) ?? realAnchorMs;
  const nowMs = () => demoAnchorMs + (realNowMs() - realAnchorMs) * speed;
  const reserve = () => writeMark(file, nowMs() + reserveMs * speed);
  reserve();
  const timer = setInterval(() => {
    // The file stands ahead of the time, and is written again once there is room.
    unlessFull(reserve);
  }, 1_000);
  timer.unref();
  return {
    anchor: `${realAnchorMs}:${demoAnchorMs}:${speed}`,
    nowMs,
    stop() {
      clearInterval(timer);
      unlessFull(() => writeMark(file, nowMs()));
    },
  };
}

function readMark(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { demoMs } = JSON.parse(text);
    if (Number.isSafeInteger(demoMs) && demoMs > 0) return demoMs;
  } catch {
    // Told below.
  }
  throw new DemoRefusal(
    `${file} is damaged: put {"demoMs": N} there, N being milliseconds since 1970 of demo time.`,
  );
}

function writeMark(file: string, demoMs: number): void {
  writeFileSync(`${file}.new`, `${JSON.stringify({ demoMs: Math.ceil(demoMs) })}\n`);
  renameSync(`${file}.new`, file);
}

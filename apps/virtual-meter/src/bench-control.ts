// What is done to a meter from outside on a bench, and a clock that moves only when it is told to.
// The hook that `prewatt conform --control` calls: time, mains, cover, cable, load and keypad.

import type { Clock } from '@prewatt/quantities';
import { z } from 'zod';
import type { Fleet, FleetMember } from './fleet.ts';
import { cutMoments } from './virtual-meter.ts';

export type BenchClock = Clock & { readonly advance: (ms: number) => void };

export function createBenchClock(startMs: number): BenchClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

const longestWaitMs = 40 * 86_400_000;
const mostWatts = 100_000;

export const benchAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('power'), on: z.boolean() }),
  z.strictObject({ kind: z.literal('cutAt'), moment: z.enum(cutMoments) }),
  z.strictObject({ kind: z.literal('wait'), ms: z.number().int().min(0).max(longestWaitMs) }),
  z.strictObject({ kind: z.literal('cover'), open: z.boolean() }),
  z.strictObject({ kind: z.literal('link'), up: z.boolean() }),
  z.strictObject({ kind: z.literal('load'), watts: z.number().int().min(0).max(mostWatts) }),
  z.strictObject({ kind: z.literal('keypad'), digits: z.string().regex(/^\d{1,40}$/) }),
]);
export type BenchAct = z.output<typeof benchAct>;

export type BenchControl = {
  /** `said`: what the keypad answered; null for all else. */
  readonly act: (
    member: FleetMember,
    act: BenchAct,
  ) => { readonly nowMs: number; readonly said: string | null };
};

export function createBenchControl(fleet: Fleet, clock: BenchClock): BenchControl {
  const pulled = new Set<string>();
  const plug = ({ meter, link }: FleetMember): void =>
    link.setPlugged(meter.hasPower() && !pulled.has(meter.meterPan));
  const run = (member: FleetMember, act: BenchAct): string | null => {
    const { meter } = member;
    switch (act.kind) {
      case 'power':
        if (act.on) meter.restorePower();
        else meter.cutPower();
        plug(member);
        return null;
      case 'cutAt':
        meter.cutAt(act.moment);
        return null;
      case 'wait':
        clock.advance(act.ms);
        for (const each of fleet.members) {
          each.meter.advance();
          each.meter.store();
        }
        return null;
      case 'cover':
        meter.setCondition('cover', act.open);
        return null;
      case 'link':
        if (act.up) pulled.delete(meter.meterPan);
        else pulled.add(meter.meterPan);
        plug(member);
        return null;
      case 'load':
        meter.setLoadW(act.watts);
        return null;
      case 'keypad': {
        const outcome = meter.advance({ keypad: act.digits }).keypadOutcome;
        if (outcome === null) return null;
        return outcome.result === 'accepted' ? 'accepted' : outcome.refusal;
      }
    }
  };
  return { act: (member, act) => ({ said: run(member, act), nowMs: clock.nowMs() }) };
}

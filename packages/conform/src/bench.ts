// The port between the scenarios and a device: what is asked of it by its protocol (the contract of
// drivers), what is done to it from outside (mains, cover, cable, load, time), and the bytes of
// both ways. Each target is an adapter of this; the scenarios know no other.

import type { ProtectionRules } from '@prewatt/protection';
import type { MeterChannel } from '@prewatt/protocol';

export const targets = ['mqtt', 'dlms', 'dlt645', 'gateway'] as const;
export type Target = (typeof targets)[number];

/** Where in the handling of a token the mains goes away. */
export const cutMoments = ['beforeStored', 'beforeAnswer', 'afterAnswer'] as const;
export type CutMoment = (typeof cutMoments)[number];

/** What is done to a device, by a control hook or by the person at the bench. */
export type BenchAct =
  | { readonly kind: 'power'; readonly on: boolean }
  /** The mains goes away by itself at this moment of the next token, and stays away. */
  | { readonly kind: 'cutAt'; readonly moment: CutMoment }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'cover'; readonly open: boolean }
  | { readonly kind: 'link'; readonly up: boolean }
  | { readonly kind: 'load'; readonly watts: number }
  | { readonly kind: 'keypad'; readonly digits: string };

/** `said`: what the device showed; null where nobody looked. Null: nobody is there to do it. */
export type ActDone = { readonly said: string | null } | null;

export type WireRecord = {
  readonly way: 'out' | 'in';
  /** From the start of the run. */
  readonly afterMs: number;
  readonly hex: string;
  /** The same in words, where the bench can read it. */
  readonly text: string | null;
};

export type Bench = {
  readonly target: Target;
  readonly channel: MeterChannel;
  /**
   * How exactly the protocol says why a token was refused: each refusal by name; one of four kinds
   * (format, authentication, validation, execution); or only that it was.
   */
  readonly refusals: 'each' | 'kind' | 'only';
  /** Whether an unfinished key change can be told from a finished one. */
  readonly tellsParts: boolean;
  /** Whether it tells how its switch stands. */
  readonly tellsSwitch: boolean;
  /** Gives the meter its rules on cuts; null where the protocol has no way. */
  readonly setRules: ((rules: ProtectionRules) => Promise<boolean>) | null;
  readonly act: (act: BenchAct) => Promise<ActDone>;
  /** What went over the wire since the last time. */
  readonly takeWire: () => readonly WireRecord[];
};

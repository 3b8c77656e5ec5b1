// Clocks. Business time drives tariffs, TIDs, readings and commands; real time drives what bounds a
// person or a signature. They are the same but in the demo and in simulations.

import type { Clock } from '@prewatt/quantities';

export type Clocks = {
  /** Business time. */
  readonly business: Clock;
  /** Real time. */
  readonly real: Clock;
  /** How much faster business time goes; 1 in production. */
  readonly speed: number;
};

export const realClocks: Clocks = {
  business: { nowMs: Date.now },
  real: { nowMs: Date.now },
  speed: 1,
};

/**
 * Clocks from "realAnchorMs:businessAnchorMs:speed": business time was `businessAnchorMs` at
 * `realAnchorMs`.
 */
export function parseClocks(text: string): Clocks | null {
  const match = /^(\d{1,16}):(\d{1,16}):(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  if (match === null) return null;
  const [realAnchorMs, businessAnchorMs, speed] = match.slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  if (speed <= 0) return null;
  return {
    business: {
      nowMs: () => Math.floor(businessAnchorMs + (Date.now() - realAnchorMs) * speed),
    },
    real: { nowMs: Date.now },
    speed,
  };
}

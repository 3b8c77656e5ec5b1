// The main meter of a site: its newest reading, and whether it has fallen silent. It is read like
// the homes' meters, and sold to nobody.

import type { Quantities } from '@prewatt/fieldbus';
import type { Site } from './site.ts';

export type MainMeter = {
  readonly setting: NonNullable<Site['mainMeter']>;
  readonly reading: () => { readonly atMs: number; readonly quantities: Quantities } | null;
  /** Since when it does not answer: its last reading, or the start; null while it does. */
  readonly silentSinceMs: () => number | null;
  /** Null: no reading. */
  readonly take: (quantities: Quantities | null, atMs: number) => void;
};

/** As for the homes' meters: one failure is a disturbance. */
const silentAfter = 3;

export function createMainMeter(setting: MainMeter['setting'], startedAtMs: number): MainMeter {
  let reading: ReturnType<MainMeter['reading']> = null;
  let failures = 0;
  return {
    setting,
    reading: () => reading,
    silentSinceMs: () => (failures < silentAfter ? null : (reading?.atMs ?? startedAtMs)),
    take: (quantities, atMs) => {
      failures = quantities === null ? failures + 1 : 0;
      if (quantities !== null) reading = { atMs, quantities };
    },
  };
}

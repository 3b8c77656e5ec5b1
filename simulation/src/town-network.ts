// The town's two directions of messages, from meters and to them, with what was lost on the way.

import type { DownMessage, UpMessage } from '@prewatt/protocol';
import { noFaults, type TownFaults } from './faults.ts';
import { createNetwork, type Network, type NetworkCounts } from './network.ts';
import { seedFrom } from './random.ts';
import type { TownHome } from './utility.ts';

export type Up = {
  readonly home: TownHome;
  /** Of the meter that sent it, which may have been taken away since. */
  readonly meterPan: string;
  readonly payload: Uint8Array;
  readonly kind: UpMessage['kind'];
};
export type Down = { readonly meterPan: string; readonly message: DownMessage };

export type TownNetwork = {
  readonly up: () => Network<Up>;
  readonly down: () => Network<Down>;
  /** From now on nothing is lost or delayed; what is under way does not arrive. */
  readonly calm: () => void;
  readonly counts: () => NetworkCounts;
};

export function createTownNetwork(o: {
  readonly seed: number;
  readonly ticksPerDay: number;
  readonly faults: TownFaults['network'];
}): TownNetwork {
  const networkOf = <T>(direction: string, faults: TownFaults['network']): Network<T> =>
    createNetwork(faults, { seed: seedFrom(o.seed, direction), ticksPerDay: o.ticksPerDay });
  let up = networkOf<Up>('up', o.faults);
  let down = networkOf<Down>('down', o.faults);
  const retired: NetworkCounts[] = [];
  return {
    up: () => up,
    down: () => down,
    calm: () => {
      retired.push(up.counts, down.counts);
      up = networkOf('up', noFaults.network);
      down = networkOf('down', noFaults.network);
    },
    counts: () => {
      const all = [...retired, up.counts, down.counts];
      const sum = (key: keyof NetworkCounts) => all.reduce((total, each) => total + each[key], 0);
      return {
        lost: sum('lost'),
        repeated: sum('repeated'),
        delayed: sum('delayed'),
        late: sum('late'),
        reordered: sum('reordered'),
      };
    },
  };
}

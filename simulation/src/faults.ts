// What can go wrong in a town, by name: `--faults all`, `--faults none` or a list. Each is a chance
// per tick, message or purchase; the trace shrinker switches them off one by one.

import { err, ok, type Result } from '@prewatt/quantities';

export const faultKinds = [
  'loss',
  'repeat',
  'reorder',
  'longDelay',
  'outage',
  'powerCut',
  'clockDrift',
  'serverCrash',
  'databaseRestart',
  'notifications',
  'refusals',
  'tills',
  'typing',
  'keyChange',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type TownFaults = {
  readonly network: {
    readonly loss: number;
    readonly repeat: number;
    /** Ticks that a message may take longer than others; reordering follows from it. */
    readonly maximumDelayTicks: number;
    /** Chance of a delay of one to five days. */
    readonly longDelay: number;
  };
  readonly customers: CustomerFaults;
  /** Chance that a meter's link is up at a tick. */
  readonly linkUp: number;
  /** Chance of a power cut of one tick at a meter. */
  readonly powerCut: number;
  /** Each meter's clock runs fast or slow by up to so many millionths. */
  readonly clockDriftPpm: number;
  /** Chance at a tick that the server's process dies in the middle of its work. */
  readonly serverCrash: number;
  /** Chance at a tick that every connection to the database breaks. */
  readonly databaseRestart: number;
  /** Chance that a transaction loses its connection, just before its commit or just after it. */
  readonly lostCommit: number;
  /** The vending key gets a new revision while tokens of the old one are under way. */
  readonly keyChange: boolean;
};

export type CustomerFaults = {
  /** Share of purchases that are made for cash at a vendor's. */
  readonly cash: number;
  /** Chance that a vendor's till asks again, having lost the answer. */
  readonly repeatSale: number;
  readonly refuse: number;
  readonly loseNotification: number;
  readonly repeatNotification: number;
  /** Chance of a notification that is nobody's, or that says another amount. */
  readonly wrongNotification: number;
  readonly typeToken: number;
  readonly typeTwice: number;
  readonly mistype: number;
  /** Chance that a slip of several tokens is typed in another order. */
  readonly shuffle: number;
};

export const noFaults: TownFaults = {
  network: { loss: 0, repeat: 0, maximumDelayTicks: 0, longDelay: 0 },
  customers: {
    cash: 0,
    repeatSale: 0,
    refuse: 0,
    loseNotification: 0,
    repeatNotification: 0,
    wrongNotification: 0,
    typeToken: 0,
    typeTwice: 0,
    mistype: 0,
    shuffle: 0,
  },
  linkUp: 1,
  powerCut: 0,
  clockDriftPpm: 0,
  serverCrash: 0,
  databaseRestart: 0,
  lostCommit: 0,
  keyChange: false,
};

type Change = {
  readonly network?: Partial<TownFaults['network']>;
  readonly customers?: Partial<CustomerFaults>;
} & Partial<Omit<TownFaults, 'network' | 'customers'>>;

const changes: Record<FaultKind, Change> = {
  loss: { network: { loss: 0.15 } },
  repeat: { network: { repeat: 0.15 } },
  reorder: { network: { maximumDelayTicks: 3 } },
  longDelay: { network: { longDelay: 0.004 } },
  outage: { linkUp: 0.4 },
  powerCut: { powerCut: 0.01 },
  clockDrift: { clockDriftPpm: 200 },
  serverCrash: { serverCrash: 0.01 },
  databaseRestart: { databaseRestart: 0.005, lostCommit: 0.004 },
  notifications: {
    customers: { loseNotification: 0.25, repeatNotification: 0.25, wrongNotification: 0.1 },
  },
  refusals: { customers: { refuse: 0.08 } },
  tills: { customers: { repeatSale: 0.3 } },
  typing: { customers: { typeToken: 0.3, typeTwice: 0.3, mistype: 0.2, shuffle: 0.3 } },
  keyChange: { keyChange: true },
};

/** The chances of the named faults; a third of the purchases are for cash whatever fails. */
export function faultsOf(kinds: readonly FaultKind[]): TownFaults {
  let faults: TownFaults = { ...noFaults, customers: { ...noFaults.customers, cash: 0.3 } };
  for (const kind of kinds) {
    const { network, customers, ...rest } = changes[kind];
    faults = {
      ...faults,
      ...rest,
      network: { ...faults.network, ...network },
      customers: { ...faults.customers, ...customers },
    };
  }
  return faults;
}

/** `all`, `none`, or names with commas between. */
export function parseFaults(text: string): Result<readonly FaultKind[], string> {
  if (text === 'all') return ok(faultKinds);
  if (text === 'none') return ok([]);
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !faultKinds.some((kind) => kind === name));
  if (unknown === undefined) return ok(names as FaultKind[]);
  return err(`no fault is called "${unknown}": all, none or of ${faultKinds.join(', ')}`);
}

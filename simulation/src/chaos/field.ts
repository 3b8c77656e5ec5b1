// What is in the field of a chaos run: two brokers and virtual meters at them, which take the
// tokens that are sold.

import { type Brokers, startBrokers } from './brokers.ts';
import { checkLinkedMeters, type LinkedMeters, startLinkedMeters } from './linked-meters.ts';
import type { Pair } from './pair.ts';
import { linkedMeterPans, linkSecret } from './shops.ts';

export type Field = {
  readonly brokers: Brokers;
  /** Once the servers are there. */
  readonly startMeters: (pair: Pick<Pair, 'shops'>) => Promise<void>;
  readonly meters: () => LinkedMeters;
  /** Waits until each token is in its meter; gives what is wrong then. */
  readonly settled: (pair: Pick<Pair, 'ownerUrl' | 'shops'>) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
};

/** Throws ProgramMissing without Mosquitto. */
export async function createField(folder: string): Promise<Field> {
  const meterPans = linkedMeterPans();
  const brokers = await startBrokers({ folder, meterPans, secret: linkSecret });
  let meters: LinkedMeters | null = null;
  return {
    brokers,
    startMeters: async ({ shops }) => {
      if (shops.linked.length === 0) return;
      meters = await startLinkedMeters({ folder, meters: shops.linked, brokers: brokers.urls });
    },
    meters: () => {
      if (meters === null) throw new Error('the meters are not there yet');
      return meters;
    },
    settled: async ({ ownerUrl, shops: { linked } }) => {
      if (linked.length === 0) return [];
      return checkLinkedMeters({ ownerUrl, meterPans: linked.map(({ meterPan }) => meterPan) });
    },
    close: async () => {
      await meters?.close();
      await brokers.close();
    },
  };
}

// All drivers as one link: what is for a meter goes to the driver that has it, what meters say
// comes from each alike.

import type { DriverListeners, MeterDriver } from '@prewatt/protocol';
import type { MqttLink } from '../headend/index.ts';

export type SpecialDriver = MeterDriver & { readonly isLinked: (meterPan: string) => boolean };

/** `usual` has every meter that no other driver has. */
export function joinDrivers(usual: MeterDriver, others: readonly SpecialDriver[]): MqttLink {
  const driverOf = (meterPan: string): MeterDriver =>
    others.find((each) => each.isLinked(meterPan)) ?? usual;
  const all: readonly MeterDriver[] = [usual, ...others];
  return {
    send: (meterPan, payload, o) => driverOf(meterPan).send(meterPan, payload, o),
    listen: async (listeners: DriverListeners) => {
      for (const driver of all) await driver.listen(listeners);
    },
    // It may have just changed hands.
    drop: (meterPan) => {
      for (const driver of all) driver.drop(meterPan);
    },
    close: async () => {
      for (const driver of all) await driver.close();
    },
  };
}

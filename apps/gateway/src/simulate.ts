// The bus of a site.json without any wire, for a first try: its meters by `ytl-single-phase` answer
// at the bus's own address, and each home draws one kilowatt while its contactor is closed.

import { err, ok, type Result } from '@prewatt/quantities';
import { createSimulatedBus, serveBus } from './simulated-bus.ts';
import type { Site } from './site.ts';

export type Simulation = {
  readonly address: string;
  /** How many meters answer. */
  readonly meters: number;
  readonly close: () => Promise<void>;
};

const map = 'ytl-single-phase';
const homeUsesW = 1_000;
/** A meter that has counted before it came here. */
const firstWh = 1_000_000;
const countEachMs = 1_000;

export async function startSimulation(
  site: Pick<Site, 'buses' | 'channels'>,
  name: string,
): Promise<Result<Simulation, string>> {
  const of = site.buses.find((each) => each.name === name);
  if (of === undefined) return err(`there is no bus "${name}" in site.json`);
  if (of.kind !== 'tcp' || of.framing !== 'bytes' || of.host !== '127.0.0.1') {
    return err(`bus "${name}" is no converter at 127.0.0.1: "kind": "tcp", "framing": "bytes"`);
  }
  const bus = createSimulatedBus();
  const homes = site.channels
    .filter((channel) => channel.bus === name && channel.map === map)
    .map(({ address, contactor }) => ({
      ...{ unit: Number(address), energyWh: firstWh },
      coil: contactor.kind === 'coil' && contactor.bus === name ? contactor : null,
    }));
  for (const { unit, energyWh, coil } of homes) {
    bus.setEnergy(unit, energyWh);
    if (coil !== null) bus.unit(coil.unit).coils.set(coil.coil, false);
  }
  const counting = setInterval(() => {
    for (const home of homes) {
      const { unit, coil } = home;
      const isOn = coil === null || bus.unit(coil.unit).coils.get(coil.coil) === true;
      if (isOn) home.energyWh += (homeUsesW * countEachMs) / 3_600_000;
      bus.setEnergy(unit, Math.floor(home.energyWh));
    }
  }, countEachMs);
  try {
    const served = await serveBus(bus, of.port);
    return ok({
      address: `127.0.0.1:${served.port}`,
      meters: homes.length,
      close: async () => {
        clearInterval(counting);
        await served.close();
      },
    });
  } catch (error) {
    clearInterval(counting);
    return err(error instanceof Error ? error.message : String(error));
  }
}

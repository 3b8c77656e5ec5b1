// The bus of a site.json without any wire, for a first try: its meters answer at the bus's own
// address by their maps, and each home draws one kilowatt while its contactor is closed. STS meters
// whose keys are given take their tokens. The main
// meter counts all of them and three per cent of loss; inverters of SunSpec make what is drawn.

import type { RegisterMap } from '@prewatt/fieldbus';
import { err, ok, type Result } from '@prewatt/quantities';
import { startStsMeters } from './simulate-sts.ts';
import { createSimulatedBus, type SimulatedBus, serveBus } from './simulated-bus.ts';
import { fillByMap, fillSunSpec, quantitiesOf } from './simulated-meter.ts';
import type { LoadedSite, Site, StsKey } from './site.ts';

export type Simulation = {
  readonly address: string;
  /** How many devices answer. */
  readonly meters: number;
  /** STS meters whose keys are not known, with the reason. */
  readonly leftOut: readonly string[];
  readonly close: () => Promise<void>;
};

type Simulated = Pick<Site, 'buses' | 'channels'> &
  Partial<Pick<Site, 'mainMeter' | 'power' | 'stsMeters'>>;

const homeUsesW = 1_000;
const lossPercent = 3;
const batteryPermille = 800;
/** A meter that has counted before it came here. */
const firstWh = 1_000_000;
const countEachMs = 1_000;

export async function startSimulation(
  o: {
    readonly site: Simulated;
    readonly maps: LoadedSite['maps'];
    readonly stsKeys?: readonly StsKey[];
  },
  name: string,
): Promise<Result<Simulation, string>> {
  const { site, maps, stsKeys = [] } = o;
  const of = site.buses.find((each) => each.name === name);
  if (of === undefined) return err(`there is no bus "${name}" in site.json`);
  if (of.kind !== 'tcp' || of.framing !== 'bytes' || of.host !== '127.0.0.1') {
    return err(`bus "${name}" is no converter at 127.0.0.1: "kind": "tcp", "framing": "bytes"`);
  }
  const bus = createSimulatedBus();
  const row = createRow(bus, { site, maps, name });
  const ofBus = (site.stsMeters ?? []).filter((each) => each.bus === name);
  const sts = startStsMeters(ofBus, stsKeys);
  const answer: SimulatedBus['answer'] = (sent) => {
    const answers = sts.meters.map((meter) => meter.answer(sent));
    return answers.find((each) => each !== null) ?? bus.answer(sent);
  };
  row.count(0);
  const counting = setInterval(() => {
    row.count(countEachMs);
    for (const meter of sts.meters) meter.act({ kind: 'wait', ms: countEachMs });
  }, countEachMs);
  try {
    const served = await serveBus({ ...bus, answer }, of.port);
    return ok({
      ...{ address: `127.0.0.1:${served.port}`, leftOut: sts.leftOut },
      meters: row.meters + sts.meters.length,
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

/** The devices of a bus, and how their registers go on. */
function createRow(
  bus: SimulatedBus,
  o: { readonly site: Simulated; readonly maps: LoadedSite['maps']; readonly name: string },
) {
  const { site, maps, name } = o;
  const coils = site.channels.flatMap(({ contactor }) =>
    contactor.kind === 'coil' && contactor.bus === name ? [contactor] : [],
  );
  for (const { unit, coil, onWhen } of coils) {
    bus.unit(unit).registers.clear();
    bus.unit(unit).coils.set(coil, !onWhen);
  }
  const isOn = ({ contactor, address }: Site['channels'][number]): boolean => {
    if (contactor.kind === 'meterSwitch') return bus.dlt645(address).get('04000503') === '0000';
    if (contactor.kind === 'none' || contactor.bus !== name) return true;
    return (bus.unit(contactor.unit).coils.get(contactor.coil) === true) === contactor.onWhen;
  };
  const fill = (meter: { map: string; address: string }, wh: number, powerW: number): void => {
    const map = maps.get(meter.map);
    const values = quantitiesOf(Math.floor(wh), powerW);
    if (map !== undefined) fillByMap(bus, { map, address: meter.address }, values);
  };
  const homes = site.channels
    .filter((each) => each.bus === name)
    .map((channel) => ({ channel, energyWh: firstWh }));
  for (const { channel } of homes) empty(bus, channel, maps.get(channel.map));
  const main = site.mainMeter?.bus === name ? site.mainMeter : undefined;
  if (main !== undefined) empty(bus, main, maps.get(main.map));
  let mainWh = firstWh;
  const power = (site.power ?? []).filter((each) => each.bus === name);
  for (const { unit } of power) bus.unit(unit).registers.clear();
  const count = (ms: number): void => {
    let drawnW = 0;
    for (const home of homes) {
      const powerW = isOn(home.channel) ? homeUsesW : 0;
      drawnW += powerW;
      home.energyWh += (powerW * ms) / 3_600_000;
      fill(home.channel, home.energyWh, powerW);
    }
    const mainW = Math.floor((drawnW * (100 + lossPercent)) / 100);
    mainWh += (mainW * ms) / 3_600_000;
    if (main !== undefined) fill(main, mainWh, mainW);
    const plant = { generationW: mainW, batteryPermille };
    for (const { unit, map: named } of power) {
      const map = named === undefined ? undefined : maps.get(named);
      if (map === undefined) fillSunSpec(bus, unit, plant);
      else fillByMap(bus, { map, address: String(unit) }, { ...plant, generatedWh: mainWh });
    }
  };
  const meters = homes.length + (main === undefined ? 0 : 1) + power.length;
  return { count, meters };
}

/** What the simulated bus gives a new unit is not of this map. */
function empty(bus: SimulatedBus, at: { address: string }, map: RegisterMap | undefined): void {
  if (map?.protocol === 'modbus') bus.unit(Number(at.address)).registers.clear();
  else if (map?.protocol === 'dlt645-2007') bus.dlt645(at.address).set('04000503', '1000');
}
